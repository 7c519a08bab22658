/** A class as the flat list of lines that test reports are made of: one for each line of a rubric. */
import type { CellState, ClassCell, ClassResult, ClassStudent } from "../../grade/class/result.ts";
import type { KataResult, RubricResult, ScenarioResult } from "../../grade/result.ts";
import { failureLabel, markOf } from "../_labels.ts";
import { encodeLines, encodeText } from "../encode.ts";
import { renderScenario } from "../terminal-scenario.ts";

/** One line of a rubric for one student. */
export interface ClassLine {
  readonly student: ClassStudent;
  readonly cell: ClassCell;
  readonly line: RubricResult;
  readonly status: "passed" | "failed" | "missing" | "error";
  /** In a few words, why it has no points: `lost update`. */
  readonly why: string;
  /** The whole story, line by line. */
  readonly story: readonly string[];
}

/** Columns of the stories. */
const WIDTH = 100;

/** Every line of every rubric, student by student. */
export function classLines({ students }: ClassResult): readonly ClassLine[] {
  return students.flatMap((student) => student.katas.flatMap((cell) => cellLines(student, cell)));
}

function cellLines(student: ClassStudent, cell: ClassCell): readonly ClassLine[] {
  const told = new Map<ScenarioResult, readonly string[]>();
  const story = (scenario: ScenarioResult): readonly string[] => {
    const lines = told.get(scenario) ?? storyOf(scenario, cell.result);
    told.set(scenario, lines);
    return lines;
  };
  return cell.result.rubric.map((line): ClassLine => {
    const status = statusOf(cell.state, line);
    const failed = status === "failed" ? failuresOf(cell.result, line) : [];
    return {
      student,
      cell,
      line,
      status,
      why: status === "passed" ? "" : whyOf(cell, line, failed),
      story: failed.flatMap(story),
    };
  });
}

function statusOf(state: CellState, { earned, points }: RubricResult): ClassLine["status"] {
  if (state === "missing") return "missing";
  if (state !== "graded") return "error";
  return earned === points ? "passed" : "failed";
}

/** The scenarios that keep a line from its points. */
function failuresOf({ scenarios }: KataResult, line: RubricResult): readonly ScenarioResult[] {
  return scenarios.filter(({ id, verdict }) => verdict !== "pass" && line.scenarios.includes(id));
}

function whyOf(cell: ClassCell, line: RubricResult, failed: readonly ScenarioResult[]): string {
  const [first] = failed.filter((scenario) => markOf(scenario) !== "OPEN");
  const label = first ?? failed[0];
  return encodeText(
    cell.reason ?? line.reason ?? (label === undefined ? "failed" : failureLabel(label)),
    400,
  );
}

function storyOf(scenario: ScenarioResult, { kata }: KataResult): readonly string[] {
  const text = renderScenario(scenario, { colour: false, width: WIDTH, kata });
  return encodeLines(text.trimEnd(), 20_000);
}

/** What a line is called: `T1 no step is lost`. */
export function nameOf({ id, title }: RubricResult): string {
  return `${encodeText(id, 20)} ${encodeText(title, 200)}`;
}
