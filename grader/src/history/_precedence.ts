import { at } from "./_at.ts";
import { type BitSets, include, includes, wordsFor } from "./_bit-sets.ts";
import { type Operation, returnTime } from "./operation.ts";
import type { Consistency } from "./verdict.ts";

/** The order that every linearization must keep, in indexes of operations. */
export interface Precedence {
  /** How many words a set of operations has. */
  readonly words: number;
  /** Per operation the set of those that precede it, at offset `index * words`. */
  readonly before: BitSets;
}

/**
 * Computes which operations precede which.
 *
 * Sequential consistency keeps the order within each thread. Linearizability
 * also keeps real time: what returned before another was called, precedes it
 * (Herlihy and Wing, TOPLAS 12(3), 1990). Nothing follows a pending operation.
 * `operations` are in canonical order, which decides where times are equal.
 */
export function precedence(operations: readonly Operation[], consistency: Consistency): Precedence {
  const words = wordsFor(operations.length);
  const before = new Uint32Array(operations.length * words);
  const realTime = consistency === "linearizable";
  for (let a = 0; a < operations.length; a++) {
    const first = at(operations, a);
    const returned = returnTime(first);
    for (let b = 0; b < operations.length; b++) {
      const second = at(operations, b);
      const ordered =
        first.thread === second.thread
          ? returned < second.call || (returned === second.call && a < b)
          : returned < second.call && realTime;
      if (ordered) include(before, b * words, a);
    }
  }
  return { words, before };
}

/** All indexes below `size`, those that precede the most others first. */
export function byUrgency({ before, words }: Precedence, size: number): readonly number[] {
  const indexes = Array.from({ length: size }, (_, index) => index);
  const followers = indexes.map(
    (a) => indexes.filter((b) => includes(before, b * words, a)).length,
  );
  return indexes.sort((a, b) => at(followers, b) - at(followers, a) || a - b);
}
