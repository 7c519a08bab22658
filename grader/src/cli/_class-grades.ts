import type { ClassGrades } from "../grade/class/assemble.ts";
import type { JournalEntry } from "../grade/class/journal.ts";
import type { AlikeGroup, ClassCell } from "../grade/class/result.ts";
import { GraderError } from "../grade/error.ts";
import { oneLine } from "../grade/text.ts";
import type { ClassPlan, Place } from "./_class-jobs.ts";
import { ungraded } from "./_grading.ts";

/** What is known of each grading, by its key. */
export interface Known {
  readonly get: (key: string) => JournalEntry | undefined;
  /** Why there is none. */
  readonly failed: ReadonlyMap<string, string>;
}

/** The grades of a class, as far as this machine has them. */
export function gradesOf(
  { grader, program, katas, rows }: ClassPlan,
  known: Known,
  alike: readonly AlikeGroup[],
): ClassGrades {
  return {
    grader,
    program,
    katas,
    students: rows.map((row) => ({
      student: row[0]!.student.id,
      late: row[0]!.student.late,
      katas: row.map((place, column) =>
        place.isOurs ? cellOf(place, known, katas[column]!.hidden) : null,
      ),
    })),
    alike,
  };
}

function cellOf(place: Place, { get, failed }: Known, hidden: boolean): ClassCell {
  const { student, kata, found, job, submission } = place;
  const commit = place.commit === undefined ? {} : { commit: place.commit };
  const blank = (state: ClassCell["state"], error: GraderError): ClassCell => ({
    state,
    reason: withoutPath(error.message, student.path, student.id),
    ...commit,
    result: ungraded(kata, error, hidden),
  });
  if (found instanceof GraderError) {
    return blank(found.code === "E_NO_SUBMISSION" ? "missing" : "unreadable", found);
  }
  const entry = get(job!.key);
  const why = `the grader failed: ${failed.get(job!.key)}`;
  if (entry === undefined) return blank("failed", new GraderError("E_BUG", why));
  return { state: "graded", ...commit, submission: submission!, result: entry.result };
}

/** Where a machine has a submission is nobody else's business, and differs between machines. */
function withoutPath(message: string, path: string | undefined, id: string): string {
  return path === undefined ? message : message.replaceAll(oneLine(path), id);
}
