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
  /** Width of the column with id and title, so that the scenarios of a kata line up; 0 = what follows stands below. */
  readonly titleWidth?: number;
  /** What a passed scenario still lacks for its points. */
  readonly lacks?: string;
  /** Without the command for a hint. */
  readonly withoutHint?: boolean;
}

/** Width of the column with id and title, unless titles are longer. */
const TITLE = 42;
/** A title is not broken into narrower lines than this. */
const NARROWEST = 30;
const PRINTED_LINES = 10;

/** One scenario: a line when it passed, else the whole story of the failure. */
export function renderScenario(result: ScenarioResult, options: ScenarioOptions): string {
  const paint = createPaint(options.colour);
  const heading = headingLines(result, options, paint);
  return lines([...heading, ...bodyLines(result, options, paint)]);
}

function headingLines(
  result: ScenarioResult,
  { width, points = "", titleWidth, lacks }: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const mark = markOf(result);
  const label = mark === "PASS" ? evidenceLabel(result.evidence) : failureLabel(result);
  const end =
    `${points.padStart(6)}   ${lacks === undefined ? label : `${label}; ${lacks}`}`.trimEnd();
  return markedLine({ mark: paint.mark(mark), title: titleOf(result), end, width, titleWidth });
}

function titleOf({ id, title }: { readonly id: string; readonly title: string }): string {
  return `${encodeText(id, 20)} ${encodeText(title, 200)}`;
}

interface MarkedLine {
  readonly mark: string;
  readonly title: string;
  readonly end: string;
  readonly width: number;
  readonly titleWidth: number | undefined;
}

/** A mark, a title, and what stands at the end of its first line; below it where the terminal is narrow. */
function markedLine({ mark, title, end, width, titleWidth }: MarkedLine): readonly string[] {
  const room = width - MARK.length - 2 - widthOf(end);
  const column = Math.min(titleWidth ?? Math.max(TITLE, widthOf(title)), room);
  const isNarrow = column === 0 || column < Math.min(NARROWEST, titleWidth ?? NARROWEST);
  const [first = "", ...more] = wrap(title, isNarrow ? width - MARK.length : column);
  const rest = more.map((line) => MARK + line);
  if (!isNarrow) return [`${mark}  ${padTo(first, column)}  ${end}`, ...rest];
  const [below = "", ...further] = wrap(end.trim(), width - MARK.length);
  return [`${mark}  ${first}`, ...rest, MARK + below, ...further.map((line) => MARK + line)];
}

/** As wide as a mark and the space behind it. */
const MARK = " ".repeat(6);

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
  const hint: Fact = {
    label: "hint",
    text: `npm run hint -w ${packageOf(kata)} -- 1`,
    isCommand: true,
  };
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
    ...factsLines(isUnrun ? [] : [contract], options, paint),
    ...factsLines(isUnrun || options.withoutHint === true ? [] : [hint], options, paint),
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
    { label: "then", text: command, isCommand: true },
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
  const { scenarios, rubric, kata } = result;
  const others = rubric.filter(({ id }) => scenarios.every((scenario) => scenario.id !== id));
  const titles = [...scenarios, ...others].map((item) => widthOf(titleOf(item)));
  const room = options.width - WIDEST_END;
  const titleWidth = room < NARROWEST ? 0 : Math.min(Math.max(TITLE, ...titles), room);
  const firstTodo = scenarios.find((scenario) => markOf(scenario) === "TODO");
  const firstFailure = scenarios.find((scenario) => markOf(scenario) === "FAIL");
  const blocks = scenarios.map((scenario): Block => {
    const mark = markOf(scenario);
    const shown: ScenarioOptions = {
      ...options,
      kata,
      titleWidth,
      ...standing(scenario, result),
      withoutHint: scenario !== firstFailure,
    };
    const isShort = mark === "PASS" || (mark === "TODO" && scenario !== firstTodo);
    const text = isShort
      ? lines(headingLines(scenario, shown, paint))
      : renderScenario(scenario, shown);
    return { text: text.trimEnd(), isShort };
  });
  const rest = others.map((line): Block => ({
    text: lines(rubricLines(line, titleWidth, options, paint)).trimEnd(),
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

/** Short blocks stand together; the others have an empty line around them. */
function spaced(blocks: readonly Block[]): string {
  return blocks
    .map(
      ({ text, isShort }, i) =>
        (i > 0 && !(isShort && blocks[i - 1]?.isShort === true) ? "\n" : "") + text,
    )
    .join("\n");
}

/** What a scenario earns: `0/10`, or the line of the rubric that it counts for together with others. */
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
  const open = scenarios.filter(
    (other) => own.scenarios.includes(other.id) && other.verdict !== "pass",
  );
  if (verdict !== "pass" || own.earned === own.points || open.length === 0) return { points };
  return {
    points,
    lacks: `${open.map((other) => encodeText(other.id, 20)).join(" and ")} must pass as well`,
  };
}

/** A line of the rubric that has no scenario of its own. */
function rubricLines(
  line: RubricResult,
  titleWidth: number,
  { width }: TerminalOptions,
  paint: Paint,
): readonly string[] {
  const isEarned = line.earned === line.points;
  const reason = isEarned ? "" : encodeText(reasonOf(line), 200);
  const points = `${line.earned}/${line.points}`.padStart(6);
  const mark = paint.mark(isEarned ? "PASS" : "FAIL");
  const end = `${points}   ${reason}`.trimEnd();
  return markedLine({ mark, title: titleOf(line), end, width, titleWidth });
}

function reasonOf({ reason, scenarios }: RubricResult): string {
  return reason ?? `failed in ${scenarios.join(", ")}`;
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
