import type { KataResult, RubricResult } from "../grade/result.ts";
import { countedLines, isEarned } from "./_counted.ts";
import { plainText } from "./encode.ts";

/** Tests of equal weight that stand for a kata. */
const UNITS = 100;
/**
 * Points of each of them. The reporter's table shows `passed / tests * maximum`, computed in that
 * order: with 1 point each, 29 of 100 would be shown as 28.999999999999996. With 10 it is exact, for
 * every number of passed tests.
 */
const WEIGHT = 10;
/** Most characters of a line's name. */
const NAME = 80;

/**
 * The result of one kata as `classroom-resources/autograding-grading-reporter` reads it, base64 of
 * it in an environment variable: one line of JSON.
 *
 * A kata is 100 tests of 10 points, each line of the rubric having its share of them, so that the
 * reporter's table, its total and the rubric agree, and katas weigh the same. What was not run does
 * not count. A kata of which nothing was run is an error with 0 of 0 points.
 */
export function toClassroom(kata: KataResult): string {
  const lines = countedLines(kata);
  if (lines.length === 0) {
    const name = plainText(kata.kata, NAME);
    return json("error", 0, [{ ...testOf(name, "error"), message: "nothing was run" }]);
  }
  const tests = unitsOf(lines).flatMap(({ line, units }) => {
    const name = plainText(`${kata.kata} ${line.id} ${line.title}`, NAME);
    const status = isEarned(line) ? "pass" : "fail";
    return Array.from({ length: units }, (_, i) =>
      testOf(`${name} (${i + 1} of ${units})`, status),
    );
  });
  return json(lines.every(isEarned) ? "pass" : "fail", UNITS * WEIGHT, tests);
}

/** The units of each line: as near to its share of the points as whole numbers are. */
function unitsOf(
  lines: readonly RubricResult[],
): readonly { readonly line: RubricResult; readonly units: number }[] {
  const points = lines.reduce((sum, line) => sum + line.points, 0);
  let before = 0;
  return lines.map((line) => {
    const from = Math.round((before * UNITS) / points);
    before += line.points;
    return { line, units: Math.round((before * UNITS) / points) - from };
  });
}

type Status = "pass" | "fail" | "error";

interface UnitTest {
  readonly name: string;
  readonly status: Status;
  readonly score: number;
  readonly message: string;
  readonly test_code: string;
  readonly filename: string;
  readonly line_no: number;
}

function testOf(name: string, status: Status): UnitTest {
  return {
    name,
    status,
    score: status === "pass" ? WEIGHT : 0,
    message: "",
    test_code: "",
    filename: "",
    // The reporter prints any other number as a line.
    line_no: 0,
  };
}

function json(status: Status, max_score: number, tests: readonly UnitTest[]): string {
  return `${JSON.stringify({ version: 1, status, max_score, tests })}\n`;
}
