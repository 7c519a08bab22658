/** Puts grades together to a class. Pure. */
import { GraderError } from "../error.ts";
import type { ClassCell, ClassPart, ClassResult } from "./result.ts";

/** A part that need not be one of several. */
export type ClassGrades = Omit<ClassPart, "schema" | "shard" | "of">;

/** True for what shard `shard` of `of` grades: every machine gets some of each student and kata. */
export function isInShard(
  { student, kata }: { readonly student: number; readonly kata: number },
  { shard, of }: { readonly shard: number; readonly of: number },
): boolean {
  return (student + kata) % of === shard - 1;
}

/** The class, when every grade is there. */
export function classResult({ grader, program, katas, students, alike }: ClassGrades): ClassResult {
  const whole = students.map(({ student, late, katas: cells }) => {
    const graded = cells.filter((cell): cell is ClassCell => cell !== null);
    const results = graded.map(({ result }) => result);
    return {
      student,
      late,
      earned: sum(results, "earned"),
      points: sum(results, "points"),
      katas: graded,
    };
  });
  return {
    schema: "concurrency-katas/class/v1",
    grader,
    program,
    earned: sum(whole, "earned"),
    points: sum(whole, "points"),
    katas,
    students: whole,
    alike,
  };
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], name: K): number {
  return items.reduce((total, item) => total + item[name], 0);
}

/** A part, and what messages call it. */
export interface NamedPart {
  readonly where: string;
  readonly part: ClassPart;
}

/**
 * The class that was graded in parts.
 *
 * @throws GraderError `E_BAD_CLASS` unless they are all parts of one class, each once
 */
export function mergeParts(parts: readonly NamedPart[]): ClassResult {
  const [first, ...others] = parts;
  if (first === undefined) return refuse("there is no part to merge: name the files of all shards");
  const { of } = first.part;
  const seen = new Map<number, string>();
  for (const { where, part } of parts) {
    const before = seen.get(part.shard);
    if (before !== undefined)
      refuse(`${where} and ${before} are both shard ${part.shard}: remove one`);
    seen.set(part.shard, where);
  }
  for (const { where, part } of others) {
    const what = difference(first.part, part);
    if (what !== undefined) {
      refuse(`${where} and ${first.where} differ in ${what}: grade both from the same state`);
    }
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((shard) => !seen.has(shard));
  if (missing.length > 0) refuse(`shard ${missing.join(", ")} of ${of} is not here: add it`);

  const students = first.part.students.map(({ student, late }, row) => ({
    student,
    late,
    katas: first.part.katas.map(({ kata }, column) => {
      const cells = parts.flatMap(({ part }) => part.students[row]?.katas[column] ?? []);
      if (cells.length === 1) return cells[0] as ClassCell;
      return refuse(`${kata} of ${student} is in ${cells.length} parts: grade all shards again`);
    }),
  }));
  return classResult({ ...first.part, students });
}

/** What keeps two parts from being of one class. */
function difference(a: ClassPart, b: ClassPart): string | undefined {
  if (a.of !== b.of) return "the number of shards";
  if (a.grader !== b.grader || a.program !== b.program) return "the grader";
  if (JSON.stringify(a.katas) !== JSON.stringify(b.katas)) return "the katas";
  if (JSON.stringify(a.alike) !== JSON.stringify(b.alike)) return "the submissions";
  const names = ({ students }: ClassPart): string =>
    JSON.stringify(students.map(({ student, late }) => [student, late]));
  return names(a) === names(b) ? undefined : "the students";
}

function refuse(message: string): never {
  throw new GraderError("E_BAD_CLASS", message);
}
