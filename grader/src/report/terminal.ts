import type { GradeResult, KataResult, RubricResult, ScenarioResult } from "../grade/result.ts";
import {
  type Fact,
  expectedFacts,
  exploredFacts,
  factLines,
  foundFacts,
  pairLines,
  waiterFacts,
} from "./_facts.ts";
import { evidenceLabel, failureLabel, groupPoints, groups, markOf, packageOf } from "./_labels.ts";
import { storyLines } from "./_layout.ts";
import { type Paint, createPaint } from "./_paint.ts";
import { padTo, widthOf, wrap } from "./_width.ts";
import { encodeLines, encodeText } from "./encode.ts";

/** How text for a terminal is made. Equal results and options give equal text. */
export interface TerminalOptions {
  /** The caller decides: a terminal, and no `NO_COLOR`. */
  readonly colour: boolean;
  /** Columns of the terminal; below about 100 the workers' steps stand below each other. */
  readonly width: number;
}

/** How one scenario is shown. */
export interface ScenarioOptions extends TerminalOptions {
  /** Slug of the kata, for commands. */
  readonly kata: string;
  /** What stands in the column of the points: `0/10`. */
  readonly points?: string;
  /** Width of the column with id and title, so that the scenarios of a kata line up. */
  readonly titleWidth?: number;
}

const TITLE = 42;
const PRINTED_LINES = 10;

/** One scenario: a line when it passed, else the whole story of the failure. */
export function renderScenario(result: ScenarioResult, options: ScenarioOptions): string {
  const paint = createPaint(options.colour);
  const heading = headingLines(result, options, paint);
  return lines([...heading, ...bodyLines(result, options, paint)]);
}

function headingLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { width, points = "", titleWidth = TITLE } = options;
  const mark = markOf(result);
  const title = `${encodeText(result.id, 20)} ${encodeText(result.title, 200)}`;
  const label = mark === "PASS" ? evidenceLabel(result.evidence) : failureLabel(result);
  const end = [points.padStart(6), label].join("   ").trimEnd();
  const start = `${paint.mark(mark)}  `;
  if (6 + Math.max(titleWidth, widthOf(title)) + 2 + widthOf(end) <= width) {
    return [`${start}${padTo(title, titleWidth)}  ${end}`];
  }
  const [first = "", ...more] = wrap(title, width - 6);
  return [
    start + first,
    ...more.map((line) => `      ${line}`),
    ...wrap(`      ${end.trim()}`, width),
  ];
}

function bodyLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  switch (markOf(result)) {
    case "PASS":
      return [];
    case "TODO":
      return todoLines(result, options, paint);
    case "OPEN":
      return factsLines([...reasonFacts(result), ...exploredFacts(result)], options, paint);
    case "FAIL":
      return failureLines(result, options, paint);
  }
}

function failureLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { story, verdict, evidence } = result;
  const { width, kata } = options;
  const isUnrun = evidence.strategy === "none" && story === undefined;
  const hint: Fact = { label: "hint", text: `npm run hint -w ${packageOf(kata)} -- 1` };
  const contract: Fact = { label: "contract", text: `"${encodeText(result.contract, 400)}"` };
  return [
    ...(isUnrun ? [] : pairLines(...expectedFacts(result), width, paint)),
    ...(story === undefined
      ? []
      : [
          ...pairLines(...foundFacts(result, story, kata), width, paint),
          ...storyLines(story, width, paint),
        ]),
    ...(story === undefined ? [] : factsLines(waiterFacts(verdict, story), options, paint)),
    ...printedLines(story?.printed ?? [], options, paint),
    ...messageLines(result, options, paint),
    ...factsLines(isUnrun ? [] : [contract, hint], options, paint),
  ];
}

/** Why it failed: the diagnosis, and what was said outside any schedule where it says something else. */
function messageLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { message, place, story } = result;
  const [first = "", ...more] = message === undefined ? [] : encodeLines(message);
  const at =
    place === undefined || story !== undefined ? [] : [{ label: "at", text: placeText(place) }];
  const code = more.map((line) => `    ${line}`);
  return [
    ...factsLines(reasonFacts(result, first), options, paint),
    ...code,
    ...factsLines(at, options, paint),
  ];
}

function reasonFacts(
  { diagnosis, message }: ScenarioResult,
  said = encodeText(message ?? ""),
): readonly Fact[] {
  const why = diagnosis === undefined ? "" : encodeText(diagnosis, 1_200);
  const isSaid = said === "" || why.includes(said.replace(/^[^:]*: /, ""));
  return [why, ...(isSaid ? [] : [said])]
    .filter((text) => text !== "")
    .map((text, i) => ({ label: i === 0 ? "why" : "", text }));
}

function placeText({ file, line, column, text }: NonNullable<ScenarioResult["place"]>): string {
  return `${encodeText(file, 60)}:${line}:${column}  ${encodeText(text, 200)}`.trimEnd();
}

/** A stub that is still to be written is no failure: it says what comes next. */
function todoLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { message, place, diagnosis, id } = result;
  const next = encodeText(
    (message ?? diagnosis ?? "").replace(/^(?:TODO|not written yet): /, ""),
    300,
  );
  const where = place === undefined ? "" : `${encodeText(place.file, 60)}:${place.line}  `;
  const command = `npm test -w ${packageOf(options.kata)} -- --only ${encodeText(id, 20)}`;
  const facts: readonly Fact[] = [
    { label: "to write", text: `${where}${next}` },
    { label: "then", text: command },
  ];
  return factsLines(
    facts.filter(({ text }) => text !== ""),
    options,
    paint,
  );
}

function printedLines(
  printed: readonly string[],
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const shown = printed.slice(0, PRINTED_LINES).map((text) => encodeText(text, 200));
  const more = printed.length > PRINTED_LINES ? [`… ${printed.length - PRINTED_LINES} more`] : [];
  const facts = [...shown, ...more].map((text, i) => ({ label: i === 0 ? "printed" : "", text }));
  return factsLines(facts, options, paint);
}

function factsLines(
  facts: readonly Fact[],
  { width }: TerminalOptions,
  paint: Paint,
): readonly string[] {
  return facts.flatMap((fact) => factLines(fact, width, paint));
}

/** A kata: its scenarios in their order, rubric lines that no scenario stands for, and the points. */
export function renderKata(result: KataResult, options: TerminalOptions): string {
  const paint = createPaint(options.colour);
  const titles = result.scenarios.map(({ id, title }) =>
    widthOf(`${encodeText(id, 20)} ${encodeText(title, 200)}`),
  );
  const titleWidth = Math.min(Math.max(TITLE, ...titles), options.width - 40);
  let hasTodo = false;
  const blocks = result.scenarios.map((scenario) => {
    const shown = { ...options, kata: result.kata, points: pointsOf(scenario, result), titleWidth };
    const isTodo = markOf(scenario) === "TODO";
    const isKnown = isTodo && hasTodo;
    hasTodo ||= isTodo;
    return isKnown ? lines(headingLines(scenario, shown, paint)) : renderScenario(scenario, shown);
  });
  const title = `${packageOf(result.kata)}  ${encodeText(result.title, 200)}`;
  const rest = otherLines(result, titleWidth, options, paint);
  return [
    ...wrap(title, options.width).map((line) => paint.strong(line)),
    "",
    spaced(blocks),
    ...(rest.length === 0 ? [] : ["", ...rest]),
    "",
    ...pointLines(result, paint),
    "",
  ].join("\n");
}

/** Blocks of one line stand together; longer ones have an empty line around them. */
function spaced(blocks: readonly string[]): string {
  return blocks
    .map((block, i) => {
      const isLong = (text: string | undefined): boolean =>
        text !== undefined && text.trimEnd().includes("\n");
      return (i > 0 && (isLong(block) || isLong(blocks[i - 1])) ? "\n" : "") + block.trimEnd();
    })
    .join("\n");
}

/** `0/10`, or the line of the rubric that the scenario counts for together with others. */
function pointsOf({ id }: ScenarioResult, { rubric }: KataResult): string {
  const own = rubric.find((line) => line.id === id);
  if (own !== undefined) return `${own.earned}/${own.points}`;
  const shared = rubric
    .filter(({ scenarios }) => scenarios.includes(id))
    .toSorted((a, b) => a.scenarios.length - b.scenarios.length)[0];
  return shared === undefined ? "" : `(${encodeText(shared.id, 8)})`;
}

/** Lines of the rubric that have no scenario of their own. */
function otherLines(
  { rubric, scenarios }: KataResult,
  titleWidth: number,
  { width }: TerminalOptions,
  paint: Paint,
): readonly string[] {
  return rubric
    .filter(({ id }) => scenarios.every((scenario) => scenario.id !== id))
    .flatMap((line) => {
      const mark = paint.mark(line.earned === line.points ? "PASS" : "FAIL");
      const title = padTo(`${encodeText(line.id, 20)} ${encodeText(line.title, 200)}`, titleWidth);
      const points = `${line.earned}/${line.points}`.padStart(6);
      const text = `${title}  ${points}   ${encodeText(reasonOf(line), 200)}`.trimEnd();
      const [first = "", ...more] =
        widthOf(text) + 6 <= width ? [text] : wrap(text.replaceAll(/ {2,}/g, "  "), width - 6);
      return [`${mark}  ${first}`, ...more.map((rest) => `      ${rest}`)];
    });
}

function reasonOf({ reason, scenarios, earned, points }: RubricResult): string {
  if (reason !== undefined) return reason;
  return earned === points ? `in ${scenarios.join(", ")}` : `failed in ${scenarios.join(", ")}`;
}

/** The points by group, and together. */
function pointLines(
  { rubric, earned, points, hidden }: KataResult,
  paint: Paint,
): readonly string[] {
  const rows = groups.flatMap(({ id, name }) => {
    const group = groupPoints(rubric, id);
    return group.points === 0 ? [] : [pointRow(`${id} ${name}`, group.earned, group.points)];
  });
  const note = hidden ? "" : "   public scenarios only";
  return [paint.strong("points"), ...rows, paint.strong(pointRow("total", earned, points)) + note];
}

function pointRow(name: string, earned: number, points: number): string {
  return `  ${name.padEnd(14)}${String(earned).padStart(4)}/${String(points).padEnd(4)}`.trimEnd();
}

/** A whole grading: every kata, and the sum where there are several. */
export function renderGrade(result: GradeResult, options: TerminalOptions): string {
  const paint = createPaint(options.colour);
  const katas = result.katas.map((kata) => renderKata(kata, options));
  const head = `${encodeText(result.submission, 200)}  ${paint.faint(`graded by ${encodeText(result.grader, 40)}`)}`;
  const sum = result.katas.length > 1 ? [sumLines(result, paint)] : [];
  return `${[head, ...katas.map((kata) => kata.trimEnd()), ...sum].join("\n\n")}\n`;
}

function sumLines({ katas, earned, points }: GradeResult, paint: Paint): string {
  const names = katas.map(({ kata }) => packageOf(kata));
  const wide = Math.max(...names.map(widthOf), 5) + 2;
  const row = (name: string, a: number, b: number): string =>
    `  ${padTo(name, wide)}${String(a).padStart(4)}/${b}`;
  return [
    paint.strong("all katas"),
    ...katas.map((kata, i) => row(names[i] ?? "", kata.earned, kata.points)),
    paint.strong(row("total", earned, points)),
  ].join("\n");
}

function lines(all: readonly string[]): string {
  return `${all.map((line) => line.trimEnd()).join("\n")}\n`;
}
