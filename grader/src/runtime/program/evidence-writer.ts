import type { HostFrame } from "../evidence.ts";
import { writeEvidence } from "../write-evidence.ts";
import { Word } from "./protocol.ts";

/** Writes frames to the grader, one thread at a time. */
export interface EvidenceWriter {
  /** Writes a frame, however long that takes. */
  send(frame: HostFrame): void;
  /** Writes a frame unless the other thread is writing; whether it did. */
  trySend(frame: HostFrame): boolean;
}

/** The writer of a thread of a program host, which has the `table` in common with the others. */
export function createEvidenceWriter(table: Int32Array): EvidenceWriter {
  const take = (): boolean => Atomics.compareExchange(table, Word.writing, 0, 1) === 0;
  const write = (frame: HostFrame): void => {
    writeEvidence(frame);
    Atomics.store(table, Word.writing, 0);
    Atomics.notify(table, Word.writing);
  };
  return {
    send(frame) {
      while (!take()) Atomics.wait(table, Word.writing, 1);
      write(frame);
    },
    trySend(frame) {
      if (!take()) return false;
      write(frame);
      return true;
    },
  };
}
