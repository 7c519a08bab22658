/** The kinds of step that a thread under control can take, and the element types of shared memory. */

/** Operation codes, as they stand in the log. */
export const Op = {
  read: 1,
  write: 2,
  load: 3,
  store: 4,
  add: 5,
  sub: 6,
  and: 7,
  or: 8,
  xor: 9,
  exchange: 10,
  compareExchange: 11,
  /** `Atomics.wait` that found the expected value: the thread falls asleep (extra 1), or did not (extra 0). */
  wait: 12,
  notify: 13,
  /** A timed sleep ends by its timeout. */
  timeout: 14,
  lock: 15,
  unlock: 16,
  /** A thread that was chosen had nothing to do at once: it ended, or its first step was not possible. */
  arrive: 17,
  /** One look at a lock: taken (extra 1), or held by another thread (extra 0). */
  tryLock: 18,
} as const;

/** Name of each code, as reports print it. */
export const opNames: readonly string[] = [
  "?",
  "read",
  "write",
  "load",
  "store",
  "add",
  "sub",
  "and",
  "or",
  "xor",
  "exchange",
  "compareExchange",
  "wait",
  "notify",
  "timeout",
  "lock",
  "unlock",
  "arrive",
  "tryLock",
];

/** Element types: index = code in the log. */
export const elementTypes = [
  { name: "Int8Array", bytes: 1 },
  { name: "Uint8Array", bytes: 1 },
  { name: "Uint8ClampedArray", bytes: 1 },
  { name: "Int16Array", bytes: 2 },
  { name: "Uint16Array", bytes: 2 },
  { name: "Int32Array", bytes: 4 },
  { name: "Uint32Array", bytes: 4 },
  { name: "Float32Array", bytes: 4 },
  { name: "Float64Array", bytes: 8 },
  { name: "BigInt64Array", bytes: 8 },
  { name: "BigUint64Array", bytes: 8 },
  { name: "Float16Array", bytes: 2 },
] as const;

/** Name of an element type. */
export type ElementName = (typeof elementTypes)[number]["name"];

/** Codes of the two 64-bit integer types, whose values travel as raw bits. */
export const BIG_INT_64 = 9;
export const BIG_UINT_64 = 10;
/** Code of `Int32Array`, the only type that `Atomics.wait` takes besides `BigInt64Array`. */
export const INT_32 = 5;
