/**
 * What the earlier and the later access of a race do to the bytes they share.
 *
 * `mixed-size` is the one that only JavaScript has: both accesses are atomic and at least one
 * writes, but their byte ranges overlap without being equal, so the memory model treats them as if
 * they were plain. A read-modify-write counts as a write.
 */
export type RaceKind = "write-write" | "read-write" | "write-read" | "mixed-size";

/**
 * Two accesses to common bytes, at least one a write, that happens-before leaves unordered.
 *
 * ECMA-262 §Data Races, with "neither happens before the other" where the draft says "not both". Two
 * atomic accesses to equal ranges are never a race. Of a read and a write the specification also
 * asks that, in the execution at hand, the read sees the write. Here every unordered pair counts,
 * because the program has a valid execution in which it does: another interleaving, or, since a
 * racing read may see a value that has been overwritten, none at all.
 */
export interface Race {
  /** Step of the access that came first in this execution. */
  readonly earlier: number;
  /** Step of the access that completed the race. */
  readonly later: number;
  /** First byte that both accesses touch. */
  readonly address: number;
  /** Number of bytes that both touch. */
  readonly size: number;
  readonly kind: RaceKind;
}
