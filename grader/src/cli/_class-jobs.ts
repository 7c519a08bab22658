import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isInShard } from "../grade/class/assemble.ts";
import type { ClassJob } from "../grade/class/grade-class.ts";
import { type HandedIn, readHandedIn } from "../grade/class/handed-in.ts";
import { courseDigest, gradingKey, programDigest, submissionDigest } from "../grade/class/key.ts";
import { findStudents } from "../grade/class/members.ts";
import type { ClassKata } from "../grade/class/result.ts";
import { GraderError } from "../grade/error.ts";
import { scenarioFilesOf, type KataDefinition } from "../grade/kata.ts";
import { loadScenarios } from "../vitest/scenarios.ts";
import type { Choice } from "./_choose.ts";
import type { Io } from "./io.ts";
import { graderVersion } from "./program.ts";

/** One student's place in the table for one kata. */
export interface Place extends HandedIn {
  /** What is to be graded; nothing where nothing can be, or where another machine does it. */
  readonly job: ClassJob | undefined;
  readonly submission: string | undefined;
  /** True for what this machine grades. */
  readonly isOurs: boolean;
}

/** A class as it is before it is graded. */
export interface ClassPlan {
  readonly grader: string;
  readonly program: string;
  readonly katas: readonly ClassKata[];
  readonly rows: readonly (readonly Place[])[];
}

/** What `--shard i/n` says. */
export interface Shard {
  readonly shard: number;
  readonly of: number;
}

/** Which class to grade, and how. */
export interface PlanOptions {
  /** A folder or a roster. */
  readonly path: string;
  readonly choice: Choice;
  readonly hidden: boolean;
  readonly at: string | undefined;
  readonly shard: Shard;
  /** A folder of ours to work in. */
  readonly scratch: string;
}

/** Reads a class: who is in it, and what they handed in. Nothing of it runs. */
export async function planClass(
  { path, choice: { courseRoot, katas }, hidden, at, shard, scratch }: PlanOptions,
  io: Io,
): Promise<ClassPlan> {
  const students = findStudents(path, katas);
  for (const kata of katas) await loadScenarios(kata, { hidden }); // says what is wrong with them
  const about = katas.map((kata) => aboutKata(kata, hidden));
  const grader = graderVersion();
  const program = programDigest(fileURLToPath(new URL("..", import.meta.url)));
  const rows: Place[][] = [];
  for (const [row, student] of students.entries()) {
    await setImmediate(); // so that Ctrl-C gets through
    io.signal.throwIfAborted();
    const handedIn = readHandedIn(student, katas, {
      courseRoot,
      scratch: join(scratch, "clones"),
      ...(at !== undefined && { at }),
    });
    rows.push(
      handedIn.map((one, column): Place => {
        const isOurs = isInShard({ student: row, kata: column }, shard);
        const { kata, found } = one;
        if (found instanceof GraderError)
          return { ...one, job: undefined, submission: undefined, isOurs };
        const submission = submissionDigest(found);
        const { course } = about[column] as ClassKata;
        const key = gradingKey({ kata: kata.slug, submission, course, grader: program });
        const job = { key, student: student.id, kata, submission: found };
        return { ...one, job: isOurs ? job : undefined, submission, isOurs };
      }),
    );
  }
  return { grader, program, katas: about, rows };
}

function aboutKata(kata: KataDefinition, hidden: boolean): ClassKata {
  const { hasHidden } = scenarioFilesOf(kata, { hidden });
  return {
    kata: kata.slug,
    title: kata.title,
    points: kata.rubric.reduce((sum, { points }) => sum + points, 0),
    hidden: hasHidden,
    course: courseDigest(kata, { hidden }),
  };
}
