import type { KataResult, RubricResult, ScenarioResult } from "../grade/result.ts";
import { isEarned, isUnrun } from "./_counted.ts";
import { NARROWEST, TITLE, markedLine, titleOf } from "./_heading.ts";
import { groupPoints, groups, markOf, packageOf } from "./_labels.ts";
import { type Paint, createPaint } from "./_paint.ts";
import { widthOf, wrap } from "./_width.ts";
import { encodeText } from "./encode.ts";
import {
  type ScenarioOptions,
  type TerminalOptions,
  headingLines,
  renderScenario,
} from "./terminal-scenario.ts";

/**
 * A kata: its scenarios in their order, rubric lines that no scenario stands for, and the points.
 */
export function renderKata(result: KataResult, options: TerminalOptions): string {
  const paint = createPaint(options.colour);
  const { scenarios, rubric, kata } = result;
  const others = rubric.filter(
    (line) => !isUnrun(line) && scenarios.every(({ id }) => id !== line.id),
  );
  const titles = [...scenarios, ...others].map((item) => widthOf(titleOf(item)));
  const room = options.width - WIDEST_END;
  const titleWidth = room < NARROWEST ? 0 : Math.min(Math.max(TITLE, ...titles), room);
  const told = new Set<string>();
  const firstFailure = scenarios.find(
    (scenario) => markOf(scenario) === "FAIL" && hasExecution(scenario),
  );
  const blocks = scenarios.map((scenario): Block => {
    const mark = markOf(scenario);
    const shown: ScenarioOptions = {
      ...options,
      kata,
      titleWidth,
      ...standing(scenario, result),
      withoutHint: scenario !== firstFailure,
    };
    const isShort = mark === "PASS" || isTold(scenario, told);
    const text = isShort
      ? headingLines(scenario, shown, paint).join("\n")
      : renderScenario(scenario, shown);
    return { text: text.trimEnd(), isShort };
  });
  const rest = others.map((line): Block => ({
    text: rubricLines(line, titleWidth, options, paint).join("\n"),
    isShort: true,
  }));
  const title = wrap(`${packageOf(kata)}  ${encodeText(result.title, 200)}`, options.width).map(
    (line) => paint.strong(line),
  );
  return [...title, "", spaced([...blocks, ...rest]), "", ...pointLines(result, paint), ""].join(
    "\n",
  );
}

/** Points and evidence of a passed scenario. */
const WIDEST_END = 60;

/** Text of a scenario; a short one is only its heading. */
interface Block {
  readonly text: string;
  readonly isShort: boolean;
}

/**
 * Whether nothing new would be said: something is still to be written, or the same error outside
 * any schedule has been shown. Notes what is shown now.
 */
function isTold(scenario: ScenarioResult, told: Set<string>): boolean {
  const { message = "", bugClass } = scenario;
  const key = bugClass === "unfinished" ? bugClass : hasExecution(scenario) ? "" : message;
  if (key === "") return false;
  const isKnown = told.has(key);
  told.add(key);
  return isKnown;
}

/** Whether an execution is told, step by step. */
function hasExecution({ story, timeline }: ScenarioResult): boolean {
  return story !== undefined || timeline !== undefined;
}

/** Short blocks stand together; the others have an empty line around them. */
function spaced(blocks: readonly Block[]): string {
  return blocks
    .map(
      ({ text, isShort }, i) =>
        (i > 0 && !(isShort && blocks[i - 1]?.isShort === true) ? "\n" : "") + text,
    )
    .join("\n");
}

/**
 * What a scenario earns: `0/10`, or the line of the rubric that it counts for together with others.
 */
function standing(
  { id, verdict }: ScenarioResult,
  { rubric, scenarios }: KataResult,
): Pick<ScenarioOptions, "points" | "lacks"> {
  const own = rubric.find((line) => line.id === id);
  if (own === undefined) {
    const shared = rubric
      .filter((line) => line.scenarios.includes(id))
      .toSorted((a, b) => a.scenarios.length - b.scenarios.length)[0];
    return { points: shared === undefined ? "" : `(${encodeText(shared.id, 8)})` };
  }
  const points = `${own.earned}/${own.points}`;
  const open = own.scenarios.filter(
    (other) => scenarios.find((scenario) => scenario.id === other)?.verdict !== "pass",
  );
  if (verdict !== "pass" || own.earned === own.points || open.length === 0) return { points };
  return {
    points,
    lacks: `${open.map((other) => encodeText(other, 20)).join(" and ")} must pass as well`,
  };
}

/** A line of the rubric that has no scenario of its own. */
function rubricLines(
  line: RubricResult,
  titleWidth: number,
  { width }: TerminalOptions,
  paint: Paint,
): readonly string[] {
  const isWhole = isEarned(line);
  const reason = isWhole ? "" : encodeText(reasonOf(line), 200);
  const points = `${line.earned}/${line.points}`.padStart(6);
  const mark = paint.mark(isWhole ? "PASS" : "FAIL");
  const end = `${points}   ${reason}`.trimEnd();
  return markedLine({ mark, title: titleOf(line), end, width, titleWidth });
}

function reasonOf({ reason, scenarios }: RubricResult): string {
  return reason ?? `failed in ${scenarios.join(", ")}`;
}

/** The points by group, and together; of what was run, when that is not everything. */
function pointLines({ rubric: all, hidden }: KataResult, paint: Paint): readonly string[] {
  const rubric = all.filter((line) => !isUnrun(line));
  const sum = (field: "earned" | "points", lines: readonly RubricResult[]): number =>
    lines.reduce((total, line) => total + line[field], 0);
  const rows = groups.flatMap(({ id, name }) => {
    const group = groupPoints(rubric, id);
    return group.points === 0 ? [] : [pointRow(`${id} ${name}`, group.earned, group.points)];
  });
  const notes = [
    ...(hidden ? [] : ["public scenarios only"]),
    ...(rubric.length === all.length ? [] : [`of ${sum("points", all)}: the rest was not run`]),
  ];
  const total = pointRow("total", sum("earned", rubric), sum("points", rubric));
  const end = notes.length === 0 ? "" : `   ${notes.join("; ")}`;
  return [paint.strong("points"), ...rows, paint.strong(total) + end];
}

function pointRow(name: string, earned: number, points: number): string {
  return `  ${name.padEnd(14)}${String(earned).padStart(4)}/${String(points).padEnd(4)}`.trimEnd();
}
