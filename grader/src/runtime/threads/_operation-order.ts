/** Which operations had returned when another began: the order that a history of operations keeps. */
import type { Histories } from "./_histories.ts";
import {
  MAX_THREADS,
  OPERATION_LIMIT,
  OPERATION_WORDS,
  type SharedBlocks,
  Word,
} from "./layout.ts";
import { OperationField, STEP, Tag } from "./participant.ts";

/** Reads the order of one execution's operations, step by step. */
export interface OperationOrder {
  reset(): void;
  /** Tells the histories of the operations that the thread of this step has begun by now. */
  taken(step: number, thread: number, histories: Histories): void;
}

/** Makes the reader of one host. */
export function createOperationOrder(blocks: SharedBlocks): OperationOrder {
  const control = new Int32Array(blocks.control);
  const records = new Int32Array(blocks.operations);
  /** The next operation of each thread, and of each operation's thread, by entry; -1 = none. */
  const heads = new Int32Array(MAX_THREADS);
  const nexts = new Int32Array(OPERATION_LIMIT);
  let count = 0;

  /** How many operations of a thread had returned at a time. */
  function returnedBefore(time: number, thread: number): number {
    let returned = 0;
    for (let entry = 0; entry < count; entry++) {
      const base = entry * OPERATION_WORDS;
      if (records[base + OperationField.thread] !== thread) continue;
      if (records[base + OperationField.tag] === Tag.pending) continue;
      if ((records[base + OperationField.return] as number) < time) returned++;
    }
    return returned;
  }

  return {
    reset() {
      count = control[Word.operations] as number;
      heads.fill(-1);
      for (let entry = count - 1; entry >= 0; entry--) {
        const thread = records[entry * OPERATION_WORDS + OperationField.thread] as number;
        if (thread < 0) continue;
        nexts[entry] = heads[thread] as number;
        heads[thread] = entry;
      }
    },
    taken(step, thread, histories) {
      for (let entry = heads[thread] as number; entry !== -1; entry = nexts[entry] as number) {
        const call = records[entry * OPERATION_WORDS + OperationField.call] as number;
        if (call === -1 || call >= (step + 1) * STEP) return;
        histories.follow(thread, (other) => returnedBefore(call, other));
        heads[thread] = nexts[entry] as number;
      }
    },
  };
}
