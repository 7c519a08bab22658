/** What became of the grades of a class, and why. Pure. */
import type { RubricResult } from "../result.ts";
import type { ClassCell, ClassKata, ClassResult } from "./result.ts";
import { sameName } from "./student.ts";

/** A grade that is not what it was. */
export interface GradeChange {
  readonly student: string;
  readonly kata: string;
  /** `gone` where there is no such grade any more; `changed` where the points are the same. */
  readonly kind: "fell" | "gone" | "rose" | "new" | "changed";
  /** Points, where there was a grade. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** What has changed that it depends on, and the lines of the rubric that it changed. */
  readonly reasons: readonly string[];
}

/** True when somebody has less than before. */
export function isLower({ kind, before = 0, after = 0 }: GradeChange): boolean {
  return (kind === "fell" || kind === "gone") && after < before;
}

/** Every grade that is another one now, what fell first. */
export function compareClasses(before: ClassResult, after: ClassResult): readonly GradeChange[] {
  const old = gradesIn(before);
  const now = gradesIn(after);
  const changes: GradeChange[] = [];
  for (const [key, grade] of now) {
    const earlier = old.get(key);
    const change =
      earlier === undefined ? appeared(grade) : changeOf(earlier, grade, { before, after });
    if (change !== undefined) changes.push(change);
  }
  for (const [key, { student, about, cell }] of old) {
    if (now.has(key)) continue;
    changes.push({
      student,
      kata: about.kata,
      kind: "gone",
      before: cell.result.earned,
      after: undefined,
      reasons: [
        after.katas.some(({ kata }) => kata === about.kata)
          ? "the student is not in the class any more"
          : "the kata is not among those that were graded",
      ],
    });
  }
  return KINDS.flatMap((kind) => changes.filter((change) => change.kind === kind));
}

const KINDS = ["fell", "gone", "rose", "new", "changed"] as const;

interface Grade {
  readonly student: string;
  readonly about: ClassKata;
  readonly cell: ClassCell;
}

function gradesIn({ students, katas }: ClassResult): ReadonlyMap<string, Grade> {
  return new Map(
    students.flatMap(({ student, katas: cells }) =>
      cells.flatMap((cell) => {
        const about = katas.find(({ kata }) => kata === cell.result.kata);
        if (about === undefined) return [];
        return [[JSON.stringify([sameName(student), about.kata]), { student, about, cell }]];
      }),
    ),
  );
}

function appeared({ student, about, cell }: Grade): GradeChange | undefined {
  if (cell.state !== "graded") return undefined;
  const after = cell.result.earned;
  return { student, kata: about.kata, kind: "new", before: undefined, after, reasons: [] };
}

function changeOf(
  old: Grade,
  now: Grade,
  graders: { readonly before: ClassResult; readonly after: ClassResult },
): GradeChange | undefined {
  const [before, after] = [old.cell.result.earned, now.cell.result.earned];
  const lines = lineChanges(old.cell, now.cell);
  const isSame = before === after && old.cell.state === now.cell.state && lines.length === 0;
  if (isSame) return undefined;
  const causes = causesOf(old, now, graders);
  return {
    student: now.student,
    kata: now.about.kata,
    kind: after < before ? "fell" : after > before ? "rose" : "changed",
    before,
    after,
    reasons: [
      ...(causes.length > 0
        ? causes
        : [
            "nothing that it depends on has changed: this is a bug of the grader, please report it",
          ]),
      ...lines,
    ],
  };
}

function causesOf(
  old: Grade,
  now: Grade,
  { before, after }: { readonly before: ClassResult; readonly after: ClassResult },
): readonly string[] {
  const causes: string[] = [];
  if (old.cell.state !== now.cell.state) {
    const why = now.cell.reason === undefined ? "" : `: ${now.cell.reason}`;
    causes.push(`it was ${old.cell.state} and is ${now.cell.state}${why}`);
  } else if (old.cell.submission !== now.cell.submission) {
    causes.push(`the submission changed${commits(old.cell, now.cell)}`);
  } else if (old.cell.reason !== now.cell.reason && now.cell.reason !== undefined) {
    causes.push(now.cell.reason);
  }
  if (old.about.hidden !== now.about.hidden) {
    causes.push(`hidden scenarios are ${now.about.hidden ? "" : "no longer "}part of it`);
  } else if (old.about.course !== now.about.course) {
    causes.push("the kata changed: its scenarios, rubric or given files");
  }
  if (before.program !== after.program) {
    causes.push(
      before.grader === after.grader
        ? "the grader changed"
        : `the grader changed from ${before.grader} to ${after.grader}`,
    );
  }
  return causes;
}

function commits({ commit: before }: ClassCell, { commit: after }: ClassCell): string {
  if (before === undefined || after === undefined || before === after) return "";
  return ` from commit ${before.slice(0, 10)} to ${after.slice(0, 10)}`;
}

/** `T1 60 → 0: violation lost-update`. */
function lineChanges(old: ClassCell, now: ClassCell): readonly string[] {
  if (old.state !== "graded" || now.state !== "graded") return [];
  const earlier = new Map(old.result.rubric.map((line) => [line.id, line]));
  const kept = now.result.rubric.flatMap((line) => {
    const before = earlier.get(line.id);
    earlier.delete(line.id);
    if (before?.earned === line.earned) return [];
    return [`${line.id} ${before?.earned ?? 0} → ${line.earned}${why(now, line)}`];
  });
  return [...kept, ...[...earlier.values()].map(({ id, earned }) => `${id} ${earned} → none`)];
}

function why({ result }: ClassCell, line: RubricResult): string {
  if (line.earned === line.points) return "";
  if (line.reason !== undefined) return `: ${line.reason}`;
  const failed = result.scenarios.find(
    ({ id, verdict }) => verdict !== "pass" && line.scenarios.includes(id),
  );
  if (failed === undefined) return "";
  const bug = failed.bugClass === undefined ? "" : ` ${failed.bugClass}`;
  return `: ${failed.id} ${failed.verdict}${bug}`;
}
