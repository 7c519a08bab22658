import type { ClassJob } from "../../../src/grade/class/grade-class.ts";
import type { JournalEntry } from "../../../src/grade/class/journal.ts";
import type { KataDefinition } from "../../../src/grade/kata.ts";
import type { KataResult } from "../../../src/grade/result.ts";

/** A job that a grader which does not look at anything can do. */
export function jobOf(i: number): ClassJob {
  const student = `student ${i}`;
  const kata = { slug: "tiny" } as KataDefinition;
  return { key: `key ${i}`, student, kata, submission: { name: student, files: new Map() } };
}

/** What such a grader finds out: something else for each student, with characters of several bytes. */
export function resultOf({ student }: Pick<ClassJob, "student">): KataResult {
  return {
    kata: "tiny",
    title: `${student} → ✓\n`,
    earned: student.length,
    points: 100,
    hidden: true,
    rubric: [],
    scenarios: [],
  };
}

/** The record of a job. */
export function entryOf(i: number): JournalEntry {
  const { key, student, kata } = jobOf(i);
  return { key, student, kata: kata.slug, milliseconds: i, result: resultOf({ student }) };
}
