import type { ScenarioResult } from "../grade/result.ts";
import {
  type Fact,
  expectedFacts,
  exploredFacts,
  factLines,
  pairLines,
  waiterFacts,
} from "./_facts.ts";
import { foundFacts } from "./_found.ts";
import { markedLine, titleOf } from "./_heading.ts";
import { evidenceLabel, failureLabel, markOf, packageOf } from "./_labels.ts";
import { storyLines } from "./_layout.ts";
import { type Paint, createPaint } from "./_paint.ts";
import { isSaidIn, printedHead } from "./_said.ts";
import { sequenceFacts, sequenceLines } from "./_sequence.ts";
import { timelineLines } from "./_timeline.ts";
import { encodeLines, encodeText } from "./encode.ts";

/** How text for a terminal is made. Equal results and options give equal text. */
export interface TerminalOptions {
  /** The caller decides: a terminal, and no `NO_COLOR`. */
  readonly colour: boolean;
  /** Columns of the terminal; where it is narrow, what stands side by side stands below each other. */
  readonly width: number;
  /** Where the submission is, as the caller named it, when it is not this working tree: for the replay command. */
  readonly submission?: string;
}

/** How one scenario is shown. */
export interface ScenarioOptions extends TerminalOptions {
  /** Slug of the kata, for commands. */
  readonly kata: string;
  /** What stands in the column of the points: `0/10`. */
  readonly points?: string;
  /**
   * Width of the column with id and title, so that the scenarios of a kata line up; 0 = what
   * follows stands below.
   */
  readonly titleWidth?: number;
  /** What a passed scenario still lacks for its points. */
  readonly lacks?: string;
  /** Without the command for a hint. */
  readonly withoutHint?: boolean;
}

/** One scenario: a line when it passed, else the whole story of the failure. */
export function renderScenario(result: ScenarioResult, options: ScenarioOptions): string {
  const paint = createPaint(options.colour);
  const heading = headingLines(result, options, paint);
  return lines([...heading, ...bodyLines(result, options, paint)]);
}

/** The first lines of a scenario. */
export function headingLines(
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

function bodyLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  switch (markOf(result)) {
    case "PASS":
      return passedLines(result, options, paint);
    case "TODO":
      return todoLines(result, options, paint);
    case "OPEN":
      return factsLines([...reasonFacts(result), ...exploredFacts(result)], options, paint);
    case "FAIL":
      return failureLines(result, options, paint);
  }
}

/** A pass has nothing to tell, unless it is that of a replay. */
function passedLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { message } = result;
  const note = message === undefined ? [] : [{ label: "note", text: encodeText(message, 400) }];
  return [
    ...executionLines(result, options, paint),
    ...printedLines(result, options, paint),
    ...factsLines(note, options, paint),
  ];
}

/** The execution that is told, step by step. */
function executionLines(
  { story, timeline, sequence }: ScenarioResult,
  { width }: TerminalOptions,
  paint: Paint,
): readonly string[] {
  if (story !== undefined) return storyLines(story, width, paint);
  if (sequence !== undefined) return sequenceLines(sequence, width, paint);
  return timeline === undefined ? [] : timelineLines(timeline, width, paint);
}

function failureLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { story, sequence, verdict, evidence } = result;
  const { width, kata, submission } = options;
  const found = foundFacts(result, { kata, submission });
  const isUnrun = evidence.strategy === "none" && found === undefined;
  const hint: Fact = {
    label: "hint",
    text: `npm run hint -w ${packageOf(kata)} -- 1`,
    isCommand: true,
  };
  const contract: Fact = { label: "contract", text: `"${encodeText(result.contract, 400)}"` };
  return [
    ...(isUnrun ? [] : pairLines(...expectedFacts(result), width, paint)),
    ...(found === undefined ? [] : pairLines(...found, width, paint)),
    ...executionLines(result, options, paint),
    ...(story === undefined ? [] : factsLines(waiterFacts(verdict, story), options, paint)),
    ...(sequence === undefined ? [] : factsLines(sequenceFacts(sequence), options, paint)),
    ...printedLines(result, options, paint),
    ...messageLines(result, options, paint),
    ...factsLines(isUnrun ? [] : [contract], options, paint),
    ...factsLines(isUnrun || options.withoutHint === true ? [] : [hint], options, paint),
  ];
}

/**
 * Why it failed: the diagnosis, and what was said outside any schedule where it says something
 * else.
 */
function messageLines(
  result: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { message, place, story, timeline } = result;
  const [first = "", ...code] = message === undefined ? [] : encodeLines(message);
  const isPlaced = place !== undefined && story === undefined && timeline === undefined;
  const at = isPlaced ? [{ label: "at", text: placeText(place, code.length === 0) }] : [];
  return [
    ...factsLines([...reasonFacts(result, first), ...at], options, paint),
    ...code.map((line) => `    ${line}`),
  ];
}

function reasonFacts(
  { diagnosis, message }: ScenarioResult,
  said = encodeText(message ?? ""),
): readonly Fact[] {
  const why = diagnosis === undefined ? "" : encodeText(diagnosis, 1_200);
  return [why, ...(isSaidIn(why, said) ? [] : [said])]
    .filter((text) => text !== "")
    .map((text, i) => ({ label: i === 0 ? "why" : "", text }));
}

function placeText(
  { file, line, column, text }: NonNullable<ScenarioResult["place"]>,
  withText: boolean,
): string {
  const shown = withText ? `  ${encodeText(text, 200)}` : "";
  return `${encodeText(file, 60)}:${line}:${column}${shown}`.trimEnd();
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
  { story, timeline }: ScenarioResult,
  options: ScenarioOptions,
  paint: Paint,
): readonly string[] {
  const { printed = [] } = story ?? timeline ?? {};
  const facts = printedHead(printed).map((line, i) => ({
    label: i === 0 ? "printed" : "",
    text: encodeText(line, 200),
  }));
  return factsLines(facts, options, paint);
}

function factsLines(
  facts: readonly Fact[],
  { width }: TerminalOptions,
  paint: Paint,
): readonly string[] {
  return facts.flatMap((fact) => factLines(fact, width, paint));
}

function lines(all: readonly string[]): string {
  return `${all.map((line) => line.trimEnd()).join("\n")}\n`;
}
