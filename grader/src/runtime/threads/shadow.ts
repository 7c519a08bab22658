/**
 * A second copy of the shared memory, kept by replaying the log: it says which words an execution changed, gives the
 * state of memory a fingerprint, and shows any write that went past the log.
 */
import type { SharedBlocks } from "./layout.ts";
import { BIG_INT_64, BIG_UINT_64, elementTypes } from "./operations.ts";

/** Lanes of a fingerprint. */
export const LANES = 4;

/** The shadow of one host's arena. */
export interface Shadow {
  /** Takes the arena as it is now for the beginning of every execution. */
  capture(bytes: number): void;
  /** Puts arena and shadow back to the beginning. */
  reset(): void;
  /** Replays a write of `value` (`big` for the 64-bit integer types). */
  write(type: number, address: number, value: number, big: bigint): void;
  /** Replays that a lock was taken by `holder`, or given back (0): memory looks the same whoever holds it. */
  hold(address: number, holder: number): void;
  /** First word in which arena and shadow differ among those written, as a byte address; -1 = none. */
  compareWritten(): number;
  /** The same over all the captured bytes. */
  compareAll(): number;
  /** Fingerprint of the memory, {@link LANES} words: equal memory gives equal words. */
  readonly fingerprint: Int32Array;
}

/** Makes the shadow. */
export function createShadow(blocks: SharedBlocks): Shadow {
  const arena = new Int32Array(blocks.arena);
  const copy = new ArrayBuffer(blocks.arena.byteLength);
  const words = new Int32Array(copy);
  const view = new DataView(copy);
  let beginning = new Int32Array(0);
  let captured = 0;
  /** Words of locks, with what the fingerprint has of them instead of their value. */
  const shown = new Map<number, number>();
  const touched: number[] = [];
  const isTouched = new Uint8Array(words.length);
  const fingerprint = new Int32Array(LANES);
  const bytesOf: readonly number[] = elementTypes.map(({ bytes }) => bytes);

  function blend(index: number, value: number, sign: number): void {
    if (value === 0) return;
    for (let lane = 0; lane < LANES; lane++) {
      // Each lane mixes place and value in its own way: words that meet in one lane part in the others.
      let h = Math.imul(index + 0x7f4a7c15, 0x9e3779b1 + lane * 0x2c9277b6);
      h = Math.imul((h ^ (h >>> 16)) + value, 0x85ebca6b + lane * 0x1b873592);
      h = Math.imul(h ^ (h >>> 13) ^ value, 0xc2b2ae35 + lane * 0x165667b2);
      h ^= h >>> 16;
      fingerprint[lane] = ((fingerprint[lane] as number) + sign * h) | 0;
    }
  }

  function put(type: number, address: number, value: number, big: bigint): void {
    switch (elementTypes[type]?.name) {
      case "Int8Array":
      case "Uint8Array":
        view.setInt8(address, value);
        return;
      case "Uint8ClampedArray":
        view.setUint8(address, value);
        return;
      case "Int16Array":
      case "Uint16Array":
        view.setInt16(address, value, true);
        return;
      case "Float32Array":
        view.setFloat32(address, value, true);
        return;
      case "Float64Array":
        view.setFloat64(address, value, true);
        return;
      case "BigInt64Array":
      case "BigUint64Array":
        view.setBigInt64(address, big, true);
        return;
      case "Float16Array":
        (
          view as DataView & { setFloat16(at: number, value: number, little: boolean): void }
        ).setFloat16(address, value, true);
        return;
      default:
        view.setInt32(address, value, true);
    }
  }

  function touch(word: number): void {
    if (isTouched[word] === 0) {
      isTouched[word] = 1;
      touched.push(word);
    }
  }

  /** Takes a word out of the fingerprint. */
  function hide(word: number): void {
    blend(word, shown.get(word) ?? (words[word] as number), -1);
    shown.delete(word);
  }

  return {
    fingerprint,
    capture(bytes) {
      captured = (bytes + 7) >> 2;
      beginning = arena.slice(0, captured);
      words.set(beginning);
      words.fill(0, captured);
    },
    reset() {
      for (const word of touched) {
        const value = word < captured ? (beginning[word] as number) : 0;
        words[word] = value;
        arena[word] = value;
        isTouched[word] = 0;
      }
      touched.length = 0;
      shown.clear();
      fingerprint.fill(0);
    },
    write(type, address, value, big) {
      const first = address >> 2;
      const last = (address + (bytesOf[type] as number) - 1) >> 2;
      for (let word = first; word <= last; word++) {
        touch(word);
        hide(word);
      }
      if (bytesOf[type] === 4 && type !== 7 && (address & 3) === 0) words[first] = value;
      else put(type, address, value, big);
      for (let word = first; word <= last; word++) blend(word, words[word] as number, 1);
    },
    hold(address, holder) {
      const word = address >> 2;
      touch(word);
      hide(word);
      words[word] = holder;
      const value = holder === 0 ? 0 : 1;
      shown.set(word, value);
      blend(word, value, 1);
    },
    compareWritten() {
      for (const word of touched) if (arena[word] !== words[word]) return word * 4;
      return -1;
    },
    compareAll() {
      for (let word = 0; word < captured; word++) if (arena[word] !== words[word]) return word * 4;
      return -1;
    },
  };
}

/** Whether a type's values are 64-bit integers. */
export function isBigType(type: number): boolean {
  return type === BIG_INT_64 || type === BIG_UINT_64;
}
