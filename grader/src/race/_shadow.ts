import {
  addCell,
  BLOCK,
  blockOf,
  cellOf,
  type Cells,
  createCells,
  epochOf,
  MANY,
  MASK,
  NEXT,
  READ,
  threadOf,
  timeOf,
  WRITE,
} from "./_cells.ts";
import { acquireClock, type Clocks, createClocks, releaseClock } from "./_clocks.ts";
import { createFinding, type Finding, note } from "./_finding.ts";
import type { RaceKind } from "./race.ts";

/** Past accesses, what every thread knows of them, and the access being judged. */
export interface Shadow {
  readonly clocks: Clocks;
  readonly cells: Cells;
  readonly finding: Finding;
  /** The time of the present access, and between two accesses that of the last one. */
  time: number;
}

/** A memory of `bytes` bytes that nobody has touched. */
export function createShadow(threads: number, bytes: number): Shadow {
  const clocks = createClocks(threads);
  return { clocks, cells: createCells(clocks, bytes), finding: createFinding(), time: 0 };
}

/** Judges and remembers a plain read of the bytes `mask` of `word`. */
export function readBytes(shadow: Shadow, thread: number, word: number, mask: number): void {
  const { cells, clocks, time } = shadow;
  const cell = check(shadow, thread, word, mask, false, false) || addCell(cells, word, mask);
  const epoch = cells.fields[cell + READ]!;
  if (epoch === MANY) {
    clocks.entries[cells.fields[cell + BLOCK]! + thread] = time;
  } else if (knows(clocks, thread, epoch)) {
    cells.fields[cell + READ] = epochOf(time, thread);
  } else {
    const block = blockOf(cells, cell);
    clocks.entries[block + threadOf(epoch)] = timeOf(epoch);
    clocks.entries[block + thread] = time;
    cells.fields[cell + READ] = MANY;
  }
}

/** Judges and remembers a plain write of the bytes `mask` of `word`. */
export function writeBytes(shadow: Shadow, thread: number, word: number, mask: number): void {
  const { cells, time } = shadow;
  const cell = check(shadow, thread, word, mask, true, false) || addCell(cells, word, mask);
  cells.fields[cell + WRITE] = epochOf(time, thread);
}

/** Judges and remembers an atomic access, which `reads`, `writes`, or both. */
export function atomicBytes(
  shadow: Shadow,
  thread: number,
  word: number,
  mask: number,
  reads: boolean,
  writes: boolean,
): void {
  const { cells, clocks, time } = shadow;
  const block = blockOf(cells, cellOf(cells, word, mask));
  const published = block + 3 * clocks.threads;
  if (reads) acquireClock(clocks, thread, published);
  check(shadow, thread, word, mask, writes, true);
  clocks.entries[block + (writes ? 2 : 1) * clocks.threads + thread] = time;
  if (writes) releaseClock(clocks, thread, published, time);
}

/** Whether the access of `epoch` happens before what `thread` does next. */
function knows(clocks: Clocks, thread: number, epoch: number): boolean {
  return timeOf(epoch) <= clocks.entries[thread * clocks.threads + threadOf(epoch)]!;
}

/**
 * Notes the past accesses that conflict with the present one and are not ordered before it. Returns
 * the cell of exactly the bytes `mask`, or 0.
 */
function check(
  shadow: Shadow,
  thread: number,
  word: number,
  mask: number,
  writes: boolean,
  atomic: boolean,
): number {
  const { fields, heads } = shadow.cells;
  const { threads, entries } = shadow.clocks;
  const mine = thread * threads;
  let own = 0;
  for (let cell = heads[word]!; cell > 0; cell = fields[cell + NEXT]!) {
    const range = fields[cell + MASK]!;
    const common = range & mask;
    if (common === 0) continue;
    if (range === mask) own = cell;
    const write = fields[cell + WRITE]!;
    if (timeOf(write) > entries[mine + threadOf(write)]!) {
      note(shadow.finding, timeOf(write), writes ? "write-write" : "write-read", word, common);
    }
    if (writes && fields[cell + READ] !== 0) checkReads(shadow, thread, cell, word, common);
    const block = fields[cell + BLOCK]!;
    if (block === 0 || (atomic && range === mask)) continue;
    checkAtomics(shadow, thread, block, word, common, writes, atomic);
  }
  return own;
}

function checkAtomics(
  shadow: Shadow,
  thread: number,
  block: number,
  word: number,
  common: number,
  writes: boolean,
  atomic: boolean,
): void {
  const { threads } = shadow.clocks;
  const afterWrite = atomic ? "mixed-size" : writes ? "write-write" : "write-read";
  noteMany(shadow, thread, block + 2 * threads, afterWrite, word, common);
  if (!writes) return;
  const afterRead = atomic ? "mixed-size" : "read-write";
  noteMany(shadow, thread, block + threads, afterRead, word, common);
}

function checkReads(
  shadow: Shadow,
  thread: number,
  cell: number,
  word: number,
  common: number,
): void {
  const { cells, clocks, finding } = shadow;
  const epoch = cells.fields[cell + READ]!;
  if (epoch === MANY) {
    noteMany(shadow, thread, cells.fields[cell + BLOCK]!, "read-write", word, common);
  } else if (!knows(clocks, thread, epoch)) {
    note(finding, timeOf(epoch), "read-write", word, common);
  }
}

/** Notes the accesses whose times stand in `clock`, one for each thread. */
function noteMany(
  shadow: Shadow,
  thread: number,
  clock: number,
  kind: RaceKind,
  word: number,
  common: number,
): void {
  const { threads, entries } = shadow.clocks;
  const mine = thread * threads;
  for (let other = 0; other < threads; other += 1) {
    const time = entries[clock + other]!;
    if (time > entries[mine + other]!) note(shadow.finding, time, kind, word, common);
  }
}
