import type { Race, RaceKind } from "./race.ts";

/** The latest of the earlier accesses that the present one races with. */
export interface Finding {
  /** Its time; 0 while there is none. */
  time: number;
  kind: RaceKind;
  /** The bytes in common: from `start` up to `end`. */
  start: number;
  end: number;
}

/** Nothing found. */
export function createFinding(): Finding {
  return { time: 0, kind: "write-write", start: 0, end: 0 };
}

/**
 * Takes an access of the time `time` into account, with the bytes `mask` of `word` in common.
 *
 * The same time comes twice when an access reaches over the end of a word: the bytes add up.
 */
export function note(
  finding: Finding,
  time: number,
  kind: RaceKind,
  word: number,
  mask: number,
): void {
  if (time < finding.time) return;
  const start = word * 8 + 31 - Math.clz32(mask & -mask);
  const end = word * 8 + 32 - Math.clz32(mask);
  const same = time === finding.time;
  finding.start = same ? Math.min(finding.start, start) : start;
  finding.end = same ? Math.max(finding.end, end) : end;
  finding.time = time;
  finding.kind = kind;
}

/** The race between what was found and the access of step `later`. */
export function raceOf(finding: Finding, later: number): Race {
  const { time, kind, start, end } = finding;
  return { earlier: time - 1, later, address: start, size: end - start, kind };
}
