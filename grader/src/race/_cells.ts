import { allocate, type Clocks } from "./_clocks.ts";

/**
 * What is remembered of past accesses: one cell for each byte range that was touched.
 *
 * A range lies within one aligned word of 8 bytes and is named by that word and by a mask with one
 * bit for each of its bytes, so two ranges of a word overlap when their masks do. The cells of a
 * word form a list. Memory: 4 bytes for each word, 20 for each range touched in this execution, and
 * four clocks for each range that atomics use or that unordered threads read.
 */
export interface Cells {
  readonly clocks: Clocks;
  /** First cell of each word; 0 is none. */
  readonly heads: Int32Array;
  fields: Int32Array;
  /** First free field. */
  top: number;
  /** The words that have cells, and how many they are. */
  words: Int32Array;
  wordCount: number;
}

/** The next cell of the word, or 0. */
export const NEXT = 0;
/** The bytes of the word that make up the range. */
export const MASK = 1;
/** The epoch of the last plain write; 0 is none. */
export const WRITE = 2;
/** The epoch of the last plain read, or {@link MANY} when the last ones are unordered. */
export const READ = 3;
/** The offset of the four clocks of the cell, or 0 while it needs none. */
export const BLOCK = 4;
const FIELDS = 5;

/** In {@link READ}: each thread's last plain read stands in the block of the cell. */
export const MANY = -1;

/**
 * Clocks in a block. The first three hold, for each thread, the time of its last plain read, atomic
 * read and atomic write. The fourth is the release clock: what the last atomic write published.
 */
const BLOCK_CLOCKS = 4;

const THREAD_BITS = 4;
/** The largest number of threads. */
export const THREAD_LIMIT = 1 << THREAD_BITS;
/** Times are less than this, to fit an epoch beside the thread. */
export const TIME_LIMIT = 1 << (31 - THREAD_BITS);

/** A time and the thread it belongs to, in one integer (FastTrack §3: `c@t`). */
export function epochOf(time: number, thread: number): number {
  return (time << THREAD_BITS) | thread;
}

/** The time of an epoch. */
export function timeOf(epoch: number): number {
  return epoch >>> THREAD_BITS;
}

/** The thread of an epoch. */
export function threadOf(epoch: number): number {
  return epoch & (THREAD_LIMIT - 1);
}

/** An empty table for a memory of `bytes` bytes. */
export function createCells(clocks: Clocks, bytes: number): Cells {
  return {
    clocks,
    heads: new Int32Array(Math.ceil(bytes / 8)),
    fields: new Int32Array(64 * FIELDS),
    top: FIELDS,
    words: new Int32Array(64),
    wordCount: 0,
  };
}

/** Forgets all cells, in time proportional to their number. */
export function resetCells(cells: Cells): void {
  const { heads, words } = cells;
  for (let index = 0; index < cells.wordCount; index += 1) heads[words[index]!] = 0;
  cells.wordCount = 0;
  cells.top = FIELDS;
}

/** The cell of exactly the bytes `mask` of `word`; it is made when it does not exist. */
export function cellOf(cells: Cells, word: number, mask: number): number {
  const { fields } = cells;
  let cell = cells.heads[word]!;
  while (cell > 0 && fields[cell + MASK] !== mask) cell = fields[cell + NEXT]!;
  return cell > 0 ? cell : addCell(cells, word, mask);
}

/** A new cell for the bytes `mask` of `word`, which has none for them. */
export function addCell(cells: Cells, word: number, mask: number): number {
  const { heads } = cells;
  const head = heads[word];
  if (head === undefined) {
    throw new RangeError(`word ${word} is outside a memory of ${heads.length} words`);
  }
  if (head === 0) {
    if (cells.wordCount === cells.words.length) cells.words = enlarged(cells.words);
    cells.words[cells.wordCount] = word;
    cells.wordCount += 1;
  }
  const cell = cells.top;
  cells.top += FIELDS;
  if (cells.top > cells.fields.length) cells.fields = enlarged(cells.fields);
  const { fields } = cells;
  fields[cell + NEXT] = head;
  fields[cell + MASK] = mask;
  fields[cell + WRITE] = 0;
  fields[cell + READ] = 0;
  fields[cell + BLOCK] = 0;
  heads[word] = cell;
  return cell;
}

/** The block of a cell; it is made when it does not exist. */
export function blockOf(cells: Cells, cell: number): number {
  return cells.fields[cell + BLOCK]! || addBlock(cells, cell);
}

function addBlock(cells: Cells, cell: number): number {
  const block = allocate(cells.clocks, BLOCK_CLOCKS);
  cells.fields[cell + BLOCK] = block;
  return block;
}

function enlarged(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
