import { escapeHtml } from "../encode.ts";
import { type ClassLine, nameOf } from "./_lines.ts";

/**
 * A class as JUnit XML: a suite for each student and kata, a test for each line of the rubric. What
 * was not handed in is skipped, and what could not be graded is an error. The properties of a suite
 * have the points.
 */
export function toJUnit(lines: readonly ClassLine[]): string {
  const suites = Map.groupBy(lines, ({ cell }) => cell);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="concurrency-katas"${counted(lines)}>`,
    ...[...suites.values()].flatMap(suiteOf),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteOf(lines: readonly ClassLine[]): readonly string[] {
  const { student, cell } = lines[0] as ClassLine;
  const { kata, earned, points } = cell.result;
  const name = escapeHtml(`${student.student} ${kata}`);
  const property = (key: string, value: string | number): string =>
    `      <property name="${key}" value="${escapeHtml(String(value))}"/>`;
  return [
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
  ];
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
