/** Makes long time lines short: what repeats is told once, with how often; of what is still long, the middle is left out. */
import type { TimelineRow } from "../result.ts";

/** Longest round that is recognised. */
const PERIOD = 4;
/** Rows of the longest time line. */
const MOST = 40;
/** Rows at the beginning and at the end of a long time line that are always told. */
const HEAD = 8;
const TAIL = 24;

/** The rows of a time line as they are told. */
export function foldTimeline(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  return elide(foldEqual(withoutReturned(rows)));
}

/** A call that returns before anything else happens is told once, by what it returned. */
function withoutReturned(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  return rows.filter((row, i) => {
    const next = rows[i + 1];
    const isReturned =
      next?.actor === row.actor && next.text.startsWith(`${row.text} → `) && next.at === row.at;
    return !isReturned || row.reordered || next.reordered;
  });
}

/** Folds rounds in which the same happens at the same places, whatever the time; the first round is told. */
function foldEqual(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  const folded: TimelineRow[] = [];
  for (let at = 0; at < rows.length;) {
    const { period, rounds } = repetition(rows, at);
    for (const row of rows.slice(at, at + period)) {
      const times = (row.times ?? 1) * rounds;
      folded.push(times === 1 ? row : { ...row, times });
    }
    at += period * rounds;
  }
  return folded;
}

/** The repetition at `from` that saves most rows; one round of one row where nothing repeats. */
function repetition(
  rows: readonly TimelineRow[],
  from: number,
): { readonly period: number; readonly rounds: number } {
  let best = { period: 1, rounds: 1 };
  for (let period = 1; period <= PERIOD; period++) {
    let rounds = 1;
    while (repeats(rows, from, { period, rounds })) rounds++;
    if (period * (rounds - 1) > best.period * (best.rounds - 1)) best = { period, rounds };
  }
  return best;
}

function repeats(
  rows: readonly TimelineRow[],
  from: number,
  { period, rounds }: { readonly period: number; readonly rounds: number },
): boolean {
  for (let i = from; i < from + period; i++) {
    const first = rows[i];
    const row = rows[i + rounds * period];
    if (first === undefined || row === undefined || row.reordered || !saysTheSame(first, row)) {
      return false;
    }
  }
  return true;
}

function saysTheSame(a: TimelineRow, b: TimelineRow): boolean {
  return (
    a.actor === b.actor &&
    a.text === b.text &&
    a.times === b.times &&
    a.place?.file === b.place?.file &&
    a.place?.line === b.place?.line
  );
}

/** Leaves out what is neither near an end nor next to a completion that came out of turn; all but the ends if need be. */
function elide(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  if (rows.length <= MOST) return rows;
  const isEdge = (i: number): boolean => i < HEAD || i >= rows.length - TAIL;
  const shown = withGaps(
    rows,
    (i) => isEdge(i) || rows[i]?.reordered === true || rows[i + 1]?.reordered === true,
  );
  return shown.length <= MOST ? shown : withGaps(rows, isEdge);
}

function withGaps(
  rows: readonly TimelineRow[],
  isTold: (index: number) => boolean,
): readonly TimelineRow[] {
  const shown: TimelineRow[] = [];
  let left: TimelineRow[] = [];
  const close = (): void => {
    const [first] = left;
    if (first !== undefined) shown.push(left.length === 1 ? first : gap(first, left));
    left = [];
  };
  for (const [i, row] of rows.entries()) {
    if (!isTold(i)) {
      left.push(row);
      continue;
    }
    close();
    shown.push(row);
  }
  close();
  return shown;
}

function gap({ at }: TimelineRow, left: readonly TimelineRow[]): TimelineRow {
  const steps = left.reduce((sum, { times = 1 }) => sum + times, 0);
  return { at, actor: "…", text: `${steps} more`, reordered: false };
}
