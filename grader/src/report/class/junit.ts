import type { ClassResult } from "../../grade/class/result.ts";
import { escapeHtml } from "../encode.ts";
import { type ClassLine, nameOf, studentLines } from "./_lines.ts";

/**
 * A class as JUnit XML: a suite for each student and kata, a test for each line of the rubric. What
 * was not handed in is skipped, and what could not be graded is an error. The properties of a suite
 * have the points.
 */
export function toJUnit(result: ClassResult): string {
  const suites = result.students.flatMap((student) => {
    const lines = studentLines(student);
    return student.katas.map((cell) => suiteOf(lines.filter((line) => line.cell === cell)));
  });
  const total = counted(suites.flatMap(({ lines }) => lines));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="concurrency-katas"${total}>`,
    ...suites.flatMap(({ xml }) => xml),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteOf(lines: readonly ClassLine[]): {
  readonly lines: readonly ClassLine[];
  readonly xml: readonly string[];
} {
  const [first] = lines;
  if (first === undefined) return { lines, xml: [] };
  const { student, cell } = first;
  const { kata, earned, points } = cell.result;
  const name = escapeHtml(`${student.student} ${kata}`);
  const property = (key: string, value: string | number): string =>
    `      <property name="${key}" value="${escapeHtml(String(value))}"/>`;
  return {
    lines,
    xml: [
      `  <testsuite name="${name}"${counted(lines)}>`,
      "    <properties>",
      property("student", student.student),
      property("kata", kata),
      property("earned", earned),
      property("points", points),
      property("late", String(student.late)),
      ...(cell.commit === undefined ? [] : [property("commit", cell.commit)]),
      "    </properties>",
      ...lines.flatMap((line) => caseOf(line, name)),
      "  </testsuite>",
    ],
  };
}

function caseOf({ line, status, why, story }: ClassLine, suite: string): readonly string[] {
  const name = `${nameOf(line)} (${line.earned}/${line.points})`;
  const head = `    <testcase classname="${suite}" name="${escapeHtml(name)}"`;
  const message = escapeHtml(why);
  switch (status) {
    case "passed":
      return [`${head}/>`];
    case "missing":
      return [`${head}><skipped message="${message}"/></testcase>`];
    case "error":
      return [`${head}><error message="${message}" type="not graded"/></testcase>`];
    case "failed":
      return [
        `${head}><failure message="${message}" type="${message}">${story.map(escapeHtml).join("\n")}</failure></testcase>`,
      ];
  }
}

function counted(lines: readonly ClassLine[]): string {
  const count = (status: ClassLine["status"]): number =>
    lines.filter((line) => line.status === status).length;
  return (
    ` tests="${lines.length}" failures="${count("failed")}" errors="${count("error")}"` +
    ` skipped="${count("missing")}"`
  );
}
