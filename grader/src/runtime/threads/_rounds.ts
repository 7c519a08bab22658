/**
 * The last steps of one thread, to see it spin: a loop that gets nowhere shows itself as a round of steps that came
 * again with the same values. Where the round changes nothing, twice is enough to take it for waiting; where it changes
 * shared memory and takes the change back, a few times more. A bounded loop looks alike, so a thread that is taken to
 * wait may still be told to go on.
 */
import { ROUND } from "./layout.ts";

/** Equal rounds after which one that changes memory is taken for waiting. */
const CHANGING_ROUNDS = 4;
const CAPACITY = CHANGING_ROUNDS * ROUND;
/** Two values of 64 bits for each step: before and after. */
const VALUES = 2;

/** The steps of a thread since it last got anywhere. */
export interface Rounds {
  /** A step that was done. */
  add(
    op: number,
    type: number,
    address: number,
    before: number | bigint,
    after: number | bigint,
    extra: number,
  ): void;
  /** The thread got somewhere: what it did before says nothing about what it does now. */
  forget(): void;
  /** Whether the step that comes now begins one more round of what came again and again. */
  spins(op: number, address: number): boolean;
  /** Steps in the round that {@link spins} saw. */
  period(): number;
  /** Equal rounds in a row. */
  count(): number;
  /** Whether the step that comes now is the one that began the first of the equal rounds. */
  isAtStart(): boolean;
  /** Whether a step of the round changes shared memory. */
  changes(): boolean;
  /**
   * Writes what the round reads before it changes it, as (address, type, low, high) each, into `words` from `at` on;
   * returns how many they are.
   */
  readSet(words: Int32Array, at: number): number;
}

/** Makes the rounds of one worker. */
export function createRounds(): Rounds {
  const heads = new Int32Array(CAPACITY);
  const addresses = new Int32Array(CAPACITY);
  const extras = new Int32Array(CAPACITY);
  const numbers = new Float64Array(CAPACITY * VALUES);
  const bigs = new BigInt64Array(numbers.buffer);
  const words = new Int32Array(numbers.buffer);
  let length = 0;
  let period = 0;
  /** Steps in a row that were the same as `period` steps before. */
  let steady = 0;
  /** Steps before the first of the equal rounds that were seen. */
  let origin = 0;

  const slotOf = (back: number): number => (length - 1 - back + CAPACITY * 2) % CAPACITY;

  function put(at: number, value: number | bigint): void {
    if (typeof value === "bigint") bigs[at] = value;
    else numbers[at] = value;
  }

  function same(a: number, b: number): boolean {
    if (heads[a] !== heads[b] || addresses[a] !== addresses[b] || extras[a] !== extras[b])
      return false;
    for (let i = 0; i < 4; i++) if (words[a * 4 + i] !== words[b * 4 + i]) return false;
    return true;
  }

  function repeats(size: number, times: number): boolean {
    const steps = size * (times - 1);
    if (length < steps + size) return false;
    for (let i = 0; i < steps; i++) if (!same(slotOf(i), slotOf(i + size))) return false;
    return true;
  }

  const isChange = (slot: number): boolean =>
    words[slot * 4] !== words[slot * 4 + 2] || words[slot * 4 + 1] !== words[slot * 4 + 3];

  function changes(size: number): boolean {
    for (let i = 0; i < size; i++) if (isChange(slotOf(i))) return true;
    return false;
  }

  return {
    add(op, type, address, before, after, extra) {
      const slot = length % CAPACITY;
      heads[slot] = op | (type << 8);
      addresses[slot] = address;
      extras[slot] = extra;
      put(slot * VALUES, before);
      put(slot * VALUES + 1, after);
      length++;
      steady = period > 0 && length > period && same(slot, slotOf(period)) ? steady + 1 : 0;
    },
    forget() {
      length = 0;
      period = 0;
      steady = 0;
    },
    spins(op, address) {
      for (let size = 1; size <= ROUND && size * 2 <= length; size++) {
        const first = slotOf(size - 1);
        if (((heads[first] as number) & 0xff) !== op || addresses[first] !== address) continue;
        if (!repeats(size, 2)) continue;
        if (changes(size) && !repeats(size, CHANGING_ROUNDS)) continue;
        if (size !== period) {
          period = size;
          steady = size;
          origin = length;
        }
        return true;
      }
      return false;
    },
    period: () => period,
    count: () => 1 + Math.ceil(steady / period),
    isAtStart: () => (length - origin) % period === 0,
    changes: () => changes(period),
    readSet(target, at) {
      let count = 0;
      for (let back = period - 1; back >= 0; back--) {
        const slot = slotOf(back);
        if (isKnown(slot, back)) continue;
        const entry = at + count * 4;
        target[entry] = addresses[slot] as number;
        target[entry + 1] = (heads[slot] as number) >> 8;
        target[entry + 2] = words[slot * 4] as number;
        target[entry + 3] = words[slot * 4 + 1] as number;
        count++;
      }
      return count;
    },
  };

  /** Whether an earlier step of the round was about the same cell: what the round finds then is its own. */
  function isKnown(slot: number, back: number): boolean {
    for (let earlier = period - 1; earlier > back; earlier--) {
      const other = slotOf(earlier);
      if (
        addresses[other] === addresses[slot] &&
        (heads[other] as number) >> 8 === (heads[slot] as number) >> 8
      )
        return true;
    }
    return false;
  }
}
