/** Makes long stories short: what repeats is told once, with how often. */
import type { DraftRow } from "./rows.ts";

/** Longest round of a loop that is recognised. */
const PERIOD = 8;
/** Rows at the beginning and at the end of a long story that are always told. */
const HEAD = 4;
const TAIL = 12;

/** Folds rounds of one thread that say the same, word for word. */
export function foldEqual(rows: readonly DraftRow[]): readonly DraftRow[] {
  return fold(rows, (a, b) => a.shape === b.shape && a.text === b.text && a.returns === b.returns);
}

/** Folds rounds of one thread that do the same with other values; the last round is told. */
export function foldAlike(rows: readonly DraftRow[]): readonly DraftRow[] {
  return fold(
    rows,
    (a, b) => a.shape === b.shape && (a.returns === undefined) === (b.returns === undefined),
  );
}

function fold(
  rows: readonly DraftRow[],
  alike: (a: DraftRow, b: DraftRow) => boolean,
): readonly DraftRow[] {
  const folded: DraftRow[] = [];
  for (let at = 0; at < rows.length;) {
    const { period, rounds } = repetition(rows, at, alike);
    const last = rows.slice(at + period * (rounds - 1), at + period * rounds);
    for (const [i, row] of last.entries()) {
      const times = sum(
        Array.from({ length: rounds }, (_, round) => rows[at + round * period + i]?.times ?? 1),
      );
      folded.push({ ...row, times, preempted: rows[at + i]?.preempted ?? false });
    }
    at += period * rounds;
  }
  return folded;
}

/** The repetition at `from` that saves most rows; one round of one row where nothing repeats. */
function repetition(
  rows: readonly DraftRow[],
  from: number,
  alike: (a: DraftRow, b: DraftRow) => boolean,
): { readonly period: number; readonly rounds: number } {
  let best = { period: 1, rounds: 1 };
  for (let period = 1; period <= PERIOD; period++) {
    let rounds = 1;
    while (repeats(rows, from, period, rounds, alike)) rounds++;
    if (period * (rounds - 1) > best.period * (best.rounds - 1)) best = { period, rounds };
  }
  return best;
}

function repeats(
  rows: readonly DraftRow[],
  from: number,
  period: number,
  round: number,
  alike: (a: DraftRow, b: DraftRow) => boolean,
): boolean {
  const thread = rows[from]?.thread;
  for (let i = 0; i < period; i++) {
    const first = rows[from + i];
    const row = rows[from + round * period + i];
    if (first === undefined || row === undefined || row.preempted) return false;
    if (first.thread !== thread || !alike(first, row)) return false;
  }
  return true;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Leaves out the middle of a story that is still long, but no row on either side of a preemption.
 */
export function elide(rows: readonly DraftRow[], most: number): readonly DraftRow[] {
  if (rows.length <= most) return rows;
  const told = rows.map((row, i) => {
    const isEdge = i < HEAD || i >= rows.length - TAIL;
    return isEdge || row.preempted || rows[i + 1]?.preempted === true;
  });
  const shown: DraftRow[] = [];
  for (let at = 0; at < rows.length;) {
    let end = at;
    while (end < rows.length && told[end] === false) end++;
    const left = rows.slice(at, end);
    const [first] = left;
    if (first !== undefined && left.length > 1) shown.push(gap(first, left));
    else if (first !== undefined) shown.push(first);
    const next = rows[end];
    if (next !== undefined) shown.push(next);
    at = end + 1;
  }
  return shown;
}

function gap({ thread }: DraftRow, left: readonly DraftRow[]): DraftRow {
  const text = `… ${sum(left.map(({ times }) => times))} steps left out`;
  return {
    thread,
    text,
    place: undefined,
    preempted: false,
    returns: undefined,
    times: 1,
    shape: text,
  };
}
