import { setImmediate } from "node:timers/promises";
import { rightSolutionsOf } from "../grade/check/subjects.ts";
import { alikeGroups, type Written } from "../grade/class/alike/alike.ts";
import { fingerprintsIn } from "../grade/class/alike/written.ts";
import type { AlikeGroup } from "../grade/class/result.ts";
import { GraderError } from "../grade/error.ts";
import { readSubmission } from "../grade/intake.ts";
import type { KataDefinition } from "../grade/kata.ts";
import type { ClassPlan } from "./_class-jobs.ts";
import type { Io } from "./io.ts";

/**
 * The submissions of a class that are much alike, or like a solution where the course has them. Every machine finds
 * the same ones, whichever of them it grades.
 */
export async function alikeIn(
  { rows }: ClassPlan,
  courseRoot: string,
  io: Io,
): Promise<readonly AlikeGroup[]> {
  const [first = []] = rows;
  const groups: AlikeGroup[] = [];
  for (const [column, { kata }] of first.entries()) {
    const known = await knownTo(kata, courseRoot);
    const written: Written[] = [...known.solutions];
    for (const row of rows) {
      await setImmediate(); // so that Ctrl-C gets through
      io.signal.throwIfAborted();
      const place = row[column];
      if (place === undefined || place.found instanceof GraderError) continue;
      const fingerprints = await fingerprintsIn(place.found, kata);
      written.push({
        student: place.student.id,
        fingerprints: fingerprints.difference(known.given),
      });
    }
    groups.push(...alikeGroups(kata.slug, written));
  }
  return groups;
}

interface KnownTexts {
  /** What everybody was given to begin with. */
  readonly given: ReadonlySet<number>;
  readonly solutions: readonly Written[];
}

async function knownTo(kata: KataDefinition, courseRoot: string): Promise<KnownTexts> {
  const stub = orNothing(() => readSubmission(undefined, kata, courseRoot));
  const given = stub === undefined ? new Set<number>() : await fingerprintsIn(stub, kata);
  const solutions: Written[] = [];
  for (const { name, submission } of orNothing(() => rightSolutionsOf(kata, courseRoot)) ?? []) {
    const fingerprints = (await fingerprintsIn(submission, kata)).difference(given);
    solutions.push({ solution: name, fingerprints });
  }
  return { given, solutions };
}

/** What can be read; a course may come without its stubs, and without its solutions. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof GraderError) return undefined;
    throw error;
  }
}
