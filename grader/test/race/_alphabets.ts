import type { Op, Program, Range } from "./_program.ts";

const x4: Range = { start: 0, size: 4 };
const y4: Range = { start: 4, size: 4 };
const x2: Range = { start: 0, size: 2 };
const x1: Range = { start: 1, size: 1 };
const xy8: Range = { start: 0, size: 8 };
const z4: Range = { start: 8, size: 4 };
/** Through a `DataView`: the first lies within a word, the second reaches into the next one. */
const unaligned: readonly Range[] = [
  { start: 3, size: 4 },
  { start: 6, size: 4 },
];

function plain(range: Range): Op[] {
  return [
    { op: "read", ...range },
    { op: "write", ...range },
  ];
}

function atomic(range: Range): Op[] {
  return [
    { op: "load", ...range },
    { op: "store", ...range },
    { op: "add", ...range },
  ];
}

/** From 0 to 1 and from 1 to 2: memory starts at 0 and the other operations write 1. */
function compareExchanges(range: Range): Op[] {
  return [
    { op: "cas", expected: 0, ...range },
    { op: "cas", expected: 1, ...range },
  ];
}

/**
 * 22 operations: plain read and write, atomic load, store and add on four bytes `x`, on the four bytes
 * `y` beside them, on the first two bytes of `x` and on its second byte; and two
 * `compareExchange` on `x`.
 */
export const accesses: readonly Op[] = [
  ...[x4, y4, x2, x1].flatMap((range) => [...plain(range), ...atomic(range)]),
  ...compareExchanges(x4),
];

/** 43 operations: also eight bytes at once, another word, unaligned plain accesses. */
export const manyAccesses: readonly Op[] = [
  ...accesses,
  ...[xy8, z4].flatMap((range) => [...plain(range), ...atomic(range), ...compareExchanges(range)]),
  ...compareExchanges(y4),
  ...unaligned.flatMap(plain),
  { op: "cas", expected: 2, ...x4 },
];

/**
 * 11 operations: waiting on `x` for 0, for 0 with a timeout and for 1, notifying it, atomic and plain
 * accesses to it, and plain accesses to `z`.
 */
export const waits: readonly Op[] = [
  { op: "wait", expected: 0, ...x4 },
  { op: "timed-wait", expected: 0, ...x4 },
  { op: "wait", expected: 1, ...x4 },
  { op: "notify", ...x4 },
  ...atomic(x4),
  ...plain(x4),
  ...plain(z4),
];

/**
 * 14 operations that keep the races rare enough for long chains of synchronization: atomic accesses to
 * `x` and `y`, some of other sizes, and plain accesses to `z`.
 */
export const publications: readonly Op[] = [
  ...[x4, y4].flatMap((range) => [...atomic(range), ...compareExchanges(range)]),
  { op: "load", ...x2 },
  { op: "store", ...xy8 },
  ...plain(z4),
];

/** All programs of two agents that do two operations each, up to the order of the agents. */
export function* twoByTwo(alphabet: readonly Op[]): Generator<Program> {
  const pairs = alphabet.flatMap((first) => alphabet.map((second) => [first, second]));
  for (const [index, left] of pairs.entries()) {
    for (const right of pairs.slice(index)) yield [left, right];
  }
}

/** Random integers from 0 up to `limit`; the same seed gives the same ones. */
export type Random = (limit: number) => number;

/** Marsaglia's xorshift32. */
export function random(seed: number): Random {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** 8 operations to be done under a mutex or not, on `y`, `z` and bytes of both. */
export const guarded: readonly Op[] = [
  ...plain(y4),
  ...plain(z4),
  { op: "read", start: 6, size: 4 },
  ...atomic(x4),
];

/** A random program. `locked` agents do most of it, but not always all, while they hold a mutex. */
export function randomProgram(
  next: Random,
  shape: {
    readonly alphabet: readonly Op[];
    readonly agents: number;
    readonly ops: number;
    readonly locked?: boolean;
  },
): Program {
  const { alphabet, agents, ops, locked = false } = shape;
  return Array.from({ length: agents }, () => {
    const body: Op[] = Array.from({ length: ops }, () => alphabet[next(alphabet.length)]!);
    if (!locked || next(8) === 0) return body;
    const mutex = next(8) === 0 ? 1 : 0;
    const end = next(4) === 0 ? 1 : 0;
    return [
      { op: "lock", mutex },
      ...body.slice(end),
      { op: "unlock", mutex },
      ...body.slice(0, end),
    ];
  });
}
