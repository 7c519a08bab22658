import type { CellState, ClassResult, ClassStudent } from "../../grade/class/result.ts";
import { encodeText } from "../encode.ts";

/**
 * The points of a class as a table for a spreadsheet: a row for each student, a column for each kata.
 * Every cell is quoted, and none is a formula there.
 */
export function toGradesCsv({ katas, students }: ClassResult): string {
  const head = ["student", "late", ...katas.map(({ kata }) => kata), "earned", "points"];
  const rows = students.map((student) => [
    student.student,
    student.late ? "yes" : "no",
    ...student.katas.map(({ result }) => result.earned),
    student.earned,
    student.points,
    katasIn(student, "missing"),
    katasIn(student, "unreadable"),
    katasIn(student, "failed"),
  ]);
  return [[...head, "missing", "unreadable", "not graded"], ...rows]
    .map((row) => `${row.map(cell).join(",")}\r\n`)
    .join("");
}

function katasIn({ katas }: ClassStudent, state: CellState): string {
  return katas
    .filter((cell) => cell.state === state)
    .map(({ result }) => result.kata)
    .join(" ");
}

function cell(value: string | number): string {
  if (typeof value === "number") return `"${value}"`;
  const text = encodeText(value, 300);
  // A full-width sign begins a formula as well.
  const isFormula = /^\s*[=+\-@]/.test(text.normalize("NFKC"));
  return `"${isFormula ? "'" : ""}${text.replaceAll('"', '""')}"`;
}
