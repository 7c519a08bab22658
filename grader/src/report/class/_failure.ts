/** One failing scenario on the class page. */
import type { ScenarioResult } from "../../grade/result.ts";
import { foundFacts } from "../_found.ts";
import { failureLabel, markOf } from "../_labels.ts";
import { isSaidIn, printedHead } from "../_said.ts";
import { encodeLines } from "../encode.ts";
import { html, type Markup, pre } from "./_markup.ts";
import { toldExecution, toldWaiters } from "./_told.ts";

/** A failure with its execution, folded away unless it is the first. */
export function failure(scenario: ScenarioResult, kata: string, isOpen: boolean): Markup {
  const { id, title } = scenario;
  const body = [
    markOf(scenario) === "FAIL" ? facts(scenario, kata) : list(reasons(scenario)),
    toldExecution(scenario),
    printed(scenario),
    code(scenario),
  ];
  const heading = html`<summary>
    <b>${id}</b> ${title} <span class="label">${failureLabel(scenario)}</span>
  </summary>`;
  const inside = html`${heading}
    <div class="failure">${body}</div>`;
  return isOpen ? html`<details open>${inside}</details>` : html`<details>${inside}</details>`;
}

function facts(scenario: ScenarioResult, kata: string): Markup | undefined {
  const { expected, got, contract } = scenario;
  const found = foundFacts(scenario, { kata, submission: undefined });
  const { replay } = scenario.story ?? scenario.timeline ?? {};
  return list([
    ...reasons(scenario),
    ["expected", expected],
    ["got", got],
    ["contract", `“${contract}”`],
    ...toldWaiters(scenario).map((text) => ["stuck", text] as const),
    ["found", found?.[0].text.replace(/^found /, "")],
    ["order", scenario.sequence?.order],
    ["replay", replay === undefined ? undefined : html`<code>${replay}</code>`],
  ]);
}

/** A name and what it is; nothing where that is empty. */
type Item = readonly [name: string, value: string | Markup | undefined];

function list(items: readonly Item[]): Markup | undefined {
  const known = items.filter(([, value]) => value !== undefined && value !== "");
  if (known.length === 0) return undefined;
  return html`<dl>
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function printed({ story, timeline }: ScenarioResult): Markup | undefined {
  const { printed: lines = [] } = story ?? timeline ?? {};
  if (lines.length === 0) return undefined;
  return html`<p class="soft">printed</p>
    ${pre(printedHead(lines))}`;
}

/** Why it failed: the diagnosis, and what was said outside any schedule where that is something else. */
function reasons({ diagnosis = "", message = "" }: ScenarioResult): readonly Item[] {
  const [said = ""] = encodeLines(message);
  return [
    ["why", diagnosis],
    [diagnosis === "" ? "why" : "", isSaidIn(diagnosis, said) ? undefined : said],
  ];
}

/** What stands below a message: the line with its caret. */
function code({ message = "" }: ScenarioResult): Markup | undefined {
  const [, ...lines] = encodeLines(message);
  return lines.length === 0 ? undefined : pre(lines);
}
