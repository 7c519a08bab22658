/** Reads what an execution left in the shared blocks, as plain evidence. */
import type {
  EndKind,
  RecordedOperation,
  StoppedThread,
  TracedStep as StepEvidence,
} from "../evidence.ts";
import { decodeFrame } from "../frames.ts";
import { choicesOf } from "../../schedule/index.ts";
import {
  Field,
  HOLDER,
  LOG_LIMIT,
  MAIN,
  OPERATION_WORDS,
  RECORD_WORDS,
  STATUS,
  type SharedBlocks,
  Status,
  WAIT_ADDRESS,
  Word,
} from "./layout.ts";
import { elementTypes, opNames } from "./operations.ts";
import { NEW_DEFINITION, OperationField, Tag } from "./participant.ts";
import { isBigType } from "./shadow.ts";
import type { Frame } from "../sealed/compartment.ts";

/** The kinds of end by their code in `layout.ts`. */
export const endKinds: readonly EndKind[] = [
  "limit",
  "done",
  "deadlock",
  "livelock",
  "crash",
  "limit",
  "refused",
];

/** Stands for a history and how it ended. */
export interface Signature {
  readonly key: number;
  readonly check: number;
}

/** Reads the records of one host. */
export interface Reader {
  /**
   * A key that is equal for equal histories and ends: a number of 53 bits, and 32 more to tell it from others. It reads
   * every record once. Unless `ordered`, only what each thread saw counts, not how the threads' operations lie in time.
   */
  signature(end: number, ordered: boolean): Signature;
  operations(): RecordedOperation[];
  steps(frames: ReadonlyMap<number, readonly Frame[]>): StepEvidence[];
  stopped(threads: number, pending: readonly (readonly Frame[])[]): StoppedThread[];
}

/** Makes the reader; definitions of operations are kept from execution to execution, per thread. */
export function createReader(blocks: SharedBlocks): Reader {
  const control = new Int32Array(blocks.control);
  const records = new Int32Array(blocks.operations);
  const numbers = new Float64Array(blocks.operations);
  const text = new Uint8Array(blocks.text);
  const log = new Int32Array(blocks.log);
  const logNumbers = new Float64Array(blocks.log);
  const logBigs = new BigInt64Array(blocks.log);
  const words = new Int32Array(blocks.arena);
  const decoder = new TextDecoder();
  const definitions = new Map<number, { id: number; name: string; args: unknown[] }>();
  /** Numbers of equal definitions, whichever worker made them. */
  const ids = new Map<string, number>();

  const times: number[] = [];
  let a = 0;
  let b = 0;
  let c = 0;

  /** Takes a word into the running signature. */
  function mix(word: number): void {
    a = Math.imul((a ^ word) + 0x165667b1, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul((b << 13) | (b >>> 19), 0x85ebca6b) ^ Math.imul(word, 0xc2b2ae35);
    c = Math.imul((c ^ Math.imul(word, 0x27d4eb2f)) + b, 0x2c1b3c6d);
    c ^= c >>> 13;
  }

  function textAt(offset: number): string {
    if (offset < 0) return "…";
    const length = (text[offset] as number) | ((text[offset + 1] as number) << 8);
    return decoder.decode(text.slice(offset + 2, offset + 2 + length));
  }

  const slot = (worker: number, id: number): number => (worker + 1) * 65_536 + id;

  /** Takes in new definitions. Each worker numbers its own; in the final phase the last thread's worker speaks. */
  function learn(): number {
    const count = control[Word.operations] as number;
    for (let entry = 0; entry < count; entry++) {
      const base = entry * OPERATION_WORDS;
      const definition = records[base + OperationField.definition] as number;
      if ((definition & NEW_DEFINITION) === 0) continue;
      const content = textAt(records[base + OperationField.text] as number);
      const [name, args] = decodeFrame(content) as [string, unknown[]];
      const id = ids.get(content) ?? ids.size;
      ids.set(content, id);
      definitions.set(slot(workerOf(base), definition & ~NEW_DEFINITION), { id, name, args });
    }
    return count;
  }

  const workerOf = (base: number): number => records[base + OperationField.worker] as number;

  function outcomeText(base: number): string {
    const isNew = ((records[base + OperationField.definition] as number) & NEW_DEFINITION) !== 0;
    return textAt(
      isNew
        ? (numbers[(base >> 1) + 3] as number)
        : (records[base + OperationField.text] as number),
    );
  }

  function definitionOf(base: number): { id: number; name: string; args: unknown[] } {
    const id = (records[base + OperationField.definition] as number) & ~NEW_DEFINITION;
    return definitions.get(slot(workerOf(base), id)) ?? { id: -1, name: "?", args: [] };
  }

  /** Takes an operation and its outcome into the signature. */
  function mixOperation(base: number): void {
    const tag = records[base + OperationField.tag] as number;
    mix(records[base + OperationField.thread] as number);
    mix(definitionOf(base).id | (tag << 24));
    if (tag === Tag.number) {
      mix(records[base + 6] as number);
      mix(records[base + 7] as number);
    } else if (tag >= Tag.text) {
      for (const character of outcomeText(base)) mix(character.codePointAt(0) ?? 0);
    }
  }

  /** Takes the order of calls and returns into the signature. */
  function mixOrder(count: number): void {
    times.length = 0;
    for (let entry = 0; entry < count; entry++) {
      const base = entry * OPERATION_WORDS;
      times.push((records[base + OperationField.call] as number) * 4_096 + entry * 2);
      if (records[base + OperationField.tag] !== Tag.pending)
        times.push(
          (records[base + OperationField.return] as number) * 4_096 + 2_048 + entry * 2 + 1,
        );
    }
    times.sort((first, second) => first - second);
    for (const time of times) mix(time % 2_048);
  }

  function outcomeOf(base: number): RecordedOperation["outcome"] {
    switch (records[base + OperationField.tag]) {
      case Tag.undefined:
        return { kind: "returned", value: undefined };
      case Tag.number:
        return { kind: "returned", value: numbers[(base >> 1) + 3] as number };
      case Tag.true:
        return { kind: "returned", value: true };
      case Tag.false:
        return { kind: "returned", value: false };
      case Tag.null:
        return { kind: "returned", value: null };
      case Tag.text:
        return { kind: "returned", value: JSON.parse(outcomeText(base)) as unknown };
      case Tag.threw:
        return { kind: "threw", code: outcomeText(base) };
      case Tag.opaque:
        return { kind: "returned", value: `(${outcomeText(base)})` };
      default:
        return { kind: "pending" };
    }
  }

  return {
    signature(end, ordered) {
      const count = learn();
      a = end;
      b = count;
      c = 0x2545f491;
      if (ordered) {
        for (let entry = 0; entry < count; entry++) mixOperation(entry * OPERATION_WORDS);
        mixOrder(count);
      } else {
        const threads = control[Word.threads] as number;
        for (let thread = -1; thread < threads; thread++) {
          for (let base = 0; base < count * OPERATION_WORDS; base += OPERATION_WORDS)
            if (records[base + OperationField.thread] === thread) mixOperation(base);
        }
      }
      return { key: (a >>> 0) * 2 ** 21 + (b & 0x1f_ffff), check: c };
    },
    operations() {
      const count = learn();
      return Array.from({ length: count }, (_, entry) => {
        const base = entry * OPERATION_WORDS;
        const outcome = outcomeOf(base);
        const call = records[base + OperationField.call] as number;
        return {
          id: entry,
          thread: records[base + OperationField.thread] as number,
          name: definitionOf(base).name,
          args: definitionOf(base).args,
          outcome,
          call: call === -1 ? (control[Word.step] as number) * 2_048 : call,
          return:
            outcome.kind === "pending" ? null : (records[base + OperationField.return] as number),
        };
      });
    },
    steps(frames) {
      const length = Math.min(control[Word.step] as number, LOG_LIMIT);
      const finalFrom = control[Word.finalFrom] as number;
      let last = -1;
      return Array.from({ length }, (_, step) => {
        const base = step * RECORD_WORDS;
        const head = log[base + Field.head] as number;
        const thread = (head >> 8) & 0xff;
        const type = (head >> 16) & 0xff;
        const isFinal = finalFrom !== -1 && step >= finalFrom;
        const { ready } = choicesOf(isFinal ? 0 : (log[base + Field.choices] as number));
        const preempts = last !== -1 && thread !== last && ((ready >> last) & 1) === 1;
        last = isFinal ? -1 : thread;
        const value = (at: number): number | string =>
          isBigType(type)
            ? String(logBigs[(base >> 1) + at])
            : (logNumbers[(base >> 1) + at] as number);
        return {
          step,
          thread: thread === MAIN ? -1 : thread,
          op: opNames[head & 0xff] as string,
          type: elementTypes[type]?.name ?? "?",
          address: log[base + Field.address] as number,
          before: value(2),
          after: value(3),
          extra: log[base + Field.extra] as number,
          ready: Array.from({ length: 8 }, (__, i) => i).filter((i) => ((ready >> i) & 1) === 1),
          preempts,
          frames: frames.get(step) ?? [],
        };
      });
    },
    stopped(threads, pending) {
      const list: StoppedThread[] = [];
      for (let thread = 0; thread < threads; thread++) {
        const status = control[STATUS + thread];
        if (status === Status.finished) continue;
        const address = control[WAIT_ADDRESS + thread] as number;
        const frames = pending[thread] ?? [];
        if (status === Status.asleep) list.push({ thread, state: "asleep", address, frames });
        else if (status === Status.parked)
          list.push({ thread, state: "spinning", address, frames });
        else if (status === Status.locking) {
          list.push({
            thread,
            state: "locking",
            address,
            holder: holderOf(words[address >> 2] as number),
            frames,
          });
        } else list.push({ thread, state: "ready", address: 0, frames });
      }
      return list;
    },
  };
}

function holderOf(word: number): number {
  const holder = word & HOLDER;
  return holder === HOLDER ? -1 : holder - 1;
}
