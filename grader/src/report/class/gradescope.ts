import type { ClassStudent } from "../../grade/class/result.ts";
import { encodeText } from "../encode.ts";
import { type ClassLine, nameOf } from "./_lines.ts";

/**
 * One student's grade as the `results.json` that Gradescope reads; the student sees what it says.
 * `lines` are the student's own.
 */
export function toGradescope(student: ClassStudent, lines: readonly ClassLine[]): string {
  const result = {
    score: student.earned,
    output: student.katas.map(headOf).join("\n"),
    output_format: "text",
    stdout_visibility: "hidden",
    tests: lines.map((line) => testOf(line, student)),
    extra_data: { late: student.late, points: student.points },
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function headOf({ result, reason }: ClassStudent["katas"][number]): string {
  const { kata, earned, points } = result;
  const why = reason === undefined ? "" : `: ${encodeText(reason, 400)}`;
  return `${encodeText(kata, 60)} ${earned}/${points}${why}`;
}

function testOf({ cell, line, status, why, story }: ClassLine, { katas }: ClassStudent): object {
  const output = [why, ...story].filter((text) => text !== "").join("\n");
  return {
    name: `${encodeText(cell.result.kata, 60)} ${nameOf(line)}`,
    number: `${katas.indexOf(cell) + 1}.${cell.result.rubric.indexOf(line) + 1}`,
    score: line.earned,
    max_score: line.points,
    status: status === "passed" ? "passed" : "failed",
    ...(output !== "" && { output, output_format: "text" }),
  };
}
