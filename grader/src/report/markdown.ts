import type { GradeResult, KataResult, RubricResult, ScenarioResult } from "../grade/result.ts";
import { evidenceLabel, failureLabel, groupPoints, groups, markOf, packageOf } from "./_labels.ts";
import { escapeHtml, escapeMarkdown, markdownBlock, markdownCode } from "./encode.ts";
import { renderScenario } from "./terminal-scenario.ts";

/** GitHub drops a job summary of more than 1 MiB as a whole. */
const MOST_BYTES = 900_000;
/** Columns of the stories. */
const WIDTH = 120;

/**
 * The result as Markdown for a job summary: the points, and the story of each failure in a folded
 * block. What comes from a submission stands in code only. Stories that would make it too long are
 * left out, and it says so.
 */
export function toMarkdown(result: GradeResult): string {
  const head = [
    `# ${escapeMarkdown(result.submission)}: ${result.earned}/${result.points}`,
    ...result.katas.flatMap(kataPoints),
  ];
  const stories = result.katas.flatMap((kata) =>
    kata.scenarios
      .filter((scenario) => markOf(scenario) !== "PASS")
      .map((scenario) => storyOf(kata, scenario)),
  );
  let bytes = byteLength(head.join("\n\n"));
  const kept = stories.filter((story) => {
    const size = byteLength(story) + 2;
    if (bytes + size > MOST_BYTES) return false;
    bytes += size;
    return true;
  });
  const left = stories.length - kept.length;
  const note =
    left === 0 ? [] : [`${left} more failures are left out here: this summary would be too long.`];
  return `${[...head, ...kept, ...note].join("\n\n")}\n`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function kataPoints(kata: KataResult): readonly string[] {
  const { title, earned, points, rubric, scenarios, hidden } = kata;
  const byGroup = groups.flatMap(({ id, name }) => {
    const group = groupPoints(rubric, id);
    return group.points === 0 ? [] : [`${id} ${name} ${group.earned}/${group.points}`];
  });
  return [
    `## ${markdownCode(packageOf(kata.kata))} ${escapeMarkdown(title)}: ${earned}/${points}`,
    byGroup.join(" · ") + (hidden ? "" : " · public scenarios only"),
    [
      "| | points | it must hold that | |",
      "|---|---:|---|---|",
      ...rubric.map((line) => rubricRow(line, scenarios)),
    ].join("\n"),
  ];
}

function rubricRow(line: RubricResult, scenarios: readonly ScenarioResult[]): string {
  const { id, title, earned, points, reason } = line;
  const own = scenarios.filter((scenario) => line.scenarios.includes(scenario.id));
  const failed = own.filter((scenario) => markOf(scenario) !== "PASS");
  const why =
    reason ?? failed.map((scenario) => failureLabel(scenario)).find((label) => label !== "");
  const note = earned === points ? passedNote(own) : markdownCode(why ?? "failed");
  return `| ${markdownCode(id)} | ${earned}/${points} | ${escapeMarkdown(title)} | ${note} |`;
}

/** What a pass rests on, where it is one scenario that decides the line. */
function passedNote(scenarios: readonly ScenarioResult[]): string {
  const [only, ...others] = scenarios;
  return only === undefined || others.length > 0
    ? "passed"
    : `passed: ${evidenceLabel(only.evidence)}`;
}

function storyOf({ kata }: KataResult, scenario: ScenarioResult): string {
  const text = renderScenario(scenario, { colour: false, width: WIDTH, kata });
  const summary = escapeHtml(`${scenario.id} ${failureLabel(scenario)}`);
  return `<details><summary>${summary}</summary>\n\n${markdownBlock(text.trimEnd().split("\n"))}\n\n</details>`;
}
