import type { AlikeGroup, CellState, ClassResult } from "../../grade/class/result.ts";
import { isolationOf } from "../_isolation.ts";
import { escapeMarkdown, markdownCode } from "../encode.ts";
import { ALIKE_NOTE, solutionNames } from "./_alike.ts";
import { classBugs } from "./_bugs.ts";

/** GitHub drops a job summary of more than 1 MiB as a whole. */
const MOST_BYTES = 900_000;

/** A class as Markdown: students × katas, and what went wrong how often. */
export function toClassSummary(result: ClassResult): string {
  const { katas, students, earned, points } = result;
  const head = [
    `# ${students.length} students, ${katas.length} katas: ${earned}/${points} points`,
    countsOf(result),
  ];
  const rows = students.map(
    ({ student, late, katas: cells, earned: sum, points: most }) =>
      `| ${escapeMarkdown(student)}${late ? " (late)" : ""} | ${cells
        .map(({ state, result: { earned: own } }) => SHOWN[state] ?? own)
        .join(" | ")} | ${sum}/${most} |`,
  );
  const bugs = classBugs(result).map(
    (bug) =>
      `| ${escapeMarkdown(bug.name)} | ${bug.students} | ${bug.katas
        .map(({ kata, students: count }) => `${markdownCode(kata)} ${count}`)
        .join(", ")} |`,
  );
  const tail =
    bugs.length === 0
      ? []
      : ["## What went wrong", ["| | students | where |", "|---|---:|---|", ...bugs].join("\n")];
  const { alike = [] } = result;
  if (alike.length > 0) tail.push("## Much alike", ALIKE_NOTE, alike.map(alikeLine).join("\n"));
  let bytes = byteLength([...head, ...tail].join("\n\n")) + 1_000;
  const kept = rows.filter((row) => (bytes += byteLength(row) + 1) <= MOST_BYTES);
  const left = rows.length - kept.length;
  const table = [
    `| student | ${katas.map(({ kata }) => markdownCode(kata)).join(" | ")} | points |`,
    `|---|${"---:|".repeat(katas.length + 1)}`,
    ...kept,
  ].join("\n");
  const note =
    left === 0 ? [] : [`${left} more students are in results.json: this would be too long.`];
  return `${[...head, table, ...note, ...tail].join("\n\n")}\n`;
}

const SHOWN: Partial<Record<CellState, string>> = {
  missing: "missing",
  unreadable: "unreadable",
  failed: "not graded",
};

function countsOf({ students }: ClassResult): string {
  const cells = students.flatMap(({ katas }) => katas);
  const states = ["graded", "missing", "unreadable", "failed"] as const;
  const counts = states.flatMap((state) => {
    const count = cells.filter((cell) => cell.state === state).length;
    return count === 0 ? [] : [`${count} ${SHOWN[state] ?? "graded"}`];
  });
  const late = students.filter((student) => student.late).length;
  const isolation = isolationOf(cells.map(({ result }) => result));
  return [...counts, late === 0 ? [] : `${late} students late`, isolation ?? []].flat().join(" · ");
}

function alikeLine(group: AlikeGroup): string {
  const students = group.students.map(
    ({ student, percent }) => `${escapeMarkdown(student)} ${percent} %`,
  );
  const solutions = group.solutions.length === 0 ? [] : [escapeMarkdown(solutionNames(group))];
  return `- ${markdownCode(group.kata)}: ${[...students, ...solutions].join(", ")}`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
