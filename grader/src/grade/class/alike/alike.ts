/** Which submissions of a class are much alike. Pure. */
import type { AlikeGroup } from "../result.ts";

/**
 * Percent of the smaller one's fingerprints from which two are much alike. In this course, right solutions that were
 * built differently share at most 54 percent; of what is a right solution with a mistake put in, half shares 87 or more.
 */
export const MUCH = 70;

/** Fingerprints from which there is something to compare: what is shorter may well come out the same twice. */
export const ENOUGH = 30;

/** Something written for a kata. */
export interface Written {
  /** The student who handed it in; nobody for a published solution. */
  readonly student?: string;
  /** What a published solution is called. */
  readonly solution?: string;
  /** Its fingerprints, without those of what was given. */
  readonly fingerprints: ReadonlySet<number>;
}

/**
 * The groups of `all` in which each is much alike to some other, if there is a student in them. Students and solutions
 * come in the order in which they were given.
 */
export function alikeGroups(kata: string, all: readonly Written[]): readonly AlikeGroup[] {
  const written = all.filter(({ fingerprints }) => fingerprints.size >= ENOUGH);
  const groupOf = written.map((_, i) => i);
  const most = written.map(() => 0);
  for (const { a, b, percent } of pairsOf(written)) {
    for (const i of [a, b]) most[i] = Math.max(most[i] as number, percent);
    const [to, from] = [groupOf[a], groupOf[b]];
    for (const [i, group] of groupOf.entries()) if (group === from) groupOf[i] = to as number;
  }
  const members = Map.groupBy(
    written.map((each, i) => ({ ...each, percent: most[i] as number, group: groupOf[i] })),
    ({ group }) => group,
  );
  return [...members.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      kata,
      students: group.flatMap(({ student, percent }) =>
        student === undefined ? [] : [{ student, percent }],
      ),
      solutions: group.flatMap(({ solution }) => solution ?? []),
    }));
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly percent: number;
}

/** The pairs that are much alike, but for those of published solutions. */
function pairsOf(written: readonly Written[]): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const [b, { fingerprints, student }] of written.entries()) {
    for (const [a, other] of written.slice(0, b).entries()) {
      if (student === undefined && other.student === undefined) continue;
      const percent = percentShared(fingerprints, other.fingerprints);
      if (percent >= MUCH) pairs.push({ a, b, percent });
    }
  }
  return pairs;
}

/** How much of the smaller one is in the other; 100 only if all of it is. */
function percentShared(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  return Math.floor((100 * a.intersection(b).size) / Math.min(a.size, b.size));
}
