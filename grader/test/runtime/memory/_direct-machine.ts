import type { MemoryMachine } from "../../../src/runtime/threads/shared-memory.ts";
import { Op, elementTypes, opNames } from "../../../src/runtime/threads/operations.ts";

/** One step, as the machine would log it. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly address: number;
}

/** A machine without threads: it does each step at once on memory of its own, and keeps the list. */
export interface DirectMachine extends MemoryMachine {
  readonly steps: Step[];
  readonly memory: Uint8Array<ArrayBuffer>;
  /** The kit's two steps. */
  lock(address: number): void;
  unlock(address: number): boolean;
}

type Cells = { [index: number]: number | bigint };

/** Makes a machine whose arena has `bytes` bytes, all zero. */
export function directMachine({
  bytes = 1 << 16,
  onStep = (_step: Step): void => undefined,
} = {}): DirectMachine {
  const memory = new Uint8Array(new ArrayBuffer(bytes));
  const words = new Int32Array(memory.buffer);
  const steps: Step[] = [];
  let top = 0;

  const log = (op: number, type: number, address: number): void => {
    const { name = "?" } = elementTypes[type] ?? {};
    const step = { op: opNames[op] ?? "?", type: name, address };
    onStep(step);
    steps.push(step);
  };
  /** The element as an array of one: at any address, also one that is not aligned. */
  const load = (type: number, address: number): number | bigint => {
    const { name = "?", bytes: size = 0 } = elementTypes[type] ?? {};
    const bits = memory.slice(address, address + size);
    if (bits.length < size) throw new Error(`E_BUG: ${name} at ${address} is not in the arena`);
    return (new (constructorOf(name))(bits.buffer) as Cells)[0] as number | bigint;
  };
  const store = (type: number, address: number, value: number | bigint): void => {
    const { name = "?", bytes: size = 0 } = elementTypes[type] ?? {};
    if (address + size > bytes) throw new Error(`E_BUG: ${name} at ${address} is not in the arena`);
    const cell = new (constructorOf(name))(1);
    (cell as unknown as Cells)[0] = value;
    memory.set(new Uint8Array(cell.buffer), address);
  };
  const combine = (op: number, old: number | bigint, value: number | bigint): number | bigint => {
    const [a, b] = [old as number, value as number];
    if (op === Op.add) return a + b;
    if (op === Op.sub) return a - b;
    if (op === Op.and) return a & b;
    if (op === Op.or) return a | b;
    return op === Op.xor ? a ^ b : b;
  };

  return {
    steps,
    memory,
    read(type, address) {
      log(Op.read, type, address);
      return load(type, address);
    },
    write(type, address, value) {
      log(Op.write, type, address);
      store(type, address, value);
    },
    load(type, address) {
      log(Op.load, type, address);
      return load(type, address);
    },
    store(type, address, value) {
      log(Op.store, type, address);
      store(type, address, value);
    },
    update(op, type, address, value) {
      log(op, type, address);
      const old = load(type, address);
      store(type, address, combine(op, old, value));
      return old;
    },
    compareExchange(type, address, expected, replacement) {
      log(Op.compareExchange, type, address);
      const old = load(type, address);
      if (old === expected) store(type, address, replacement);
      return old;
    },
    wait(type, address, expected) {
      log(Op.wait, type, address);
      return load(type, address) === expected ? "timed-out" : "not-equal";
    },
    notify(address) {
      log(Op.notify, 5, address);
      return 0;
    },
    lock(address) {
      log(Op.lock, 5, address);
      words[address >> 2] = 1;
    },
    unlock(address) {
      log(Op.unlock, 5, address);
      const held = words[address >> 2] !== 0;
      words[address >> 2] = 0;
      return held;
    },
    allocate(size) {
      // Words of 32 bits, as in the real machine: a size beyond them must not get here.
      const start = top;
      const end = start + ((size + 7) & ~7);
      if (end > bytes) return -1;
      top = end;
      return start;
    },
  };
}

type NativeConstructor = new (content: ArrayBuffer | number) => { readonly buffer: ArrayBuffer };

function constructorOf(name: string): NativeConstructor {
  return (globalThis as unknown as Record<string, NativeConstructor>)[name] as NativeConstructor;
}
