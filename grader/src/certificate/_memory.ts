/** Shared memory, byte for byte, as the values in a log show it. */
import type { LoggedStep } from "./log.ts";

/** The memory of one execution after another, all of which begin with the same bytes. */
export interface Memory {
  /** Puts it back to the beginning. */
  begin(): void;
  /** Takes in a step; false when the step saw something else than what is there. */
  take(step: LoggedStep): boolean;
  /** The bytes that are not as in the beginning. */
  text(): string;
}

const sizes: Readonly<Record<string, number>> = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Float16Array: 2,
  Float64Array: 8,
  BigInt64Array: 8,
  BigUint64Array: 8,
};

/** Operations that neither see nor change a value in memory: what they log as values are other facts. */
const elsewhere: ReadonlySet<string> = new Set(["notify", "timeout", "arrive"]);
/** Operations that see a value and change none. */
const looks: ReadonlySet<string> = new Set(["read", "load", "wait"]);

/** Makes the memory; what it was in the beginning is learnt from the first access of each byte. */
export function createMemory(): Memory {
  const beginning = new Map<number, number>();
  let changed = new Map<number, number>();
  // Where there is no setFloat16, there is no Float16Array either.
  const view = new DataView(new ArrayBuffer(8)) as DataView & {
    setFloat16(at: number, value: number, little: boolean): void;
  };

  function bytesOf(type: string, value: number | string): number[] {
    switch (type) {
      case "BigInt64Array":
      case "BigUint64Array":
        view.setBigInt64(0, BigInt(value), true);
        break;
      case "Float64Array":
        view.setFloat64(0, Number(value), true);
        break;
      case "Float32Array":
        view.setFloat32(0, Number(value), true);
        break;
      case "Float16Array":
        view.setFloat16(0, Number(value), true);
        break;
      default:
        view.setInt32(0, Number(value), true);
    }
    return Array.from({ length: sizes[type] ?? 4 }, (_, i) => view.getUint8(i));
  }

  return {
    begin() {
      changed = new Map();
    },
    take({ op, type, address, before, after }) {
      if (elsewhere.has(op)) return true;
      for (const [i, byte] of bytesOf(type, before).entries()) {
        const there = changed.get(address + i) ?? beginning.get(address + i);
        // One NaN is as good as another.
        if (Number.isNaN(before)) continue;
        if (there === undefined) beginning.set(address + i, byte);
        else if (there !== byte) return false;
      }
      if (looks.has(op)) return true;
      for (const [i, byte] of bytesOf(type, after).entries()) {
        if (beginning.get(address + i) === byte) changed.delete(address + i);
        else changed.set(address + i, byte);
      }
      return true;
    },
    text: () => [...changed].toSorted(([a], [b]) => a - b).join(" "),
  };
}
