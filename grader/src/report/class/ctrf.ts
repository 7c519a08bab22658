import type { ClassResult } from "../../grade/class/result.ts";
import { encodeText } from "../encode.ts";
import { type ClassLine, nameOf } from "./_lines.ts";

const STATUS = { passed: "passed", failed: "failed", missing: "skipped", error: "other" } as const;

/**
 * A class as a report of the Common Test Report Format, https://ctrf.io: a test for each line of each
 * student's rubrics. It has no times, so that two gradings are equal; `extra` has the points.
 */
export function toCtrf(result: ClassResult, lines: readonly ClassLine[]): string {
  const count = (status: ClassLine["status"]): number =>
    lines.filter((line) => line.status === status).length;
  const report = {
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    generatedBy: "concurrency-katas",
    results: {
      tool: { name: "concurrency-katas", version: encodeText(result.grader, 40) },
      summary: {
        tests: lines.length,
        passed: count("passed"),
        failed: count("failed"),
        pending: 0,
        skipped: count("missing"),
        other: count("error"),
        start: 0,
        stop: 0,
        extra: { earned: result.earned, points: result.points },
      },
      tests: lines.map(testOf),
    },
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function testOf({ student, cell, line, status, why, story }: ClassLine): object {
  const suite = [encodeText(student.student, 200), encodeText(cell.result.kata, 60)];
  return {
    name: nameOf(line),
    status: STATUS[status],
    duration: 0,
    suite,
    ...(why !== "" && { message: why }),
    ...(story.length > 0 && { trace: story.join("\n") }),
    extra: { earned: line.earned, points: line.points },
  };
}
