/** Reads the log of an execution as a certificate records it: every step, with the choices that were open. */
import type { LoggedStep } from "../../certificate/index.ts";
import { choicesOf } from "../../schedule/index.ts";
import { Field, GOES_ON, RECORD_WORDS, type SharedBlocks } from "./layout.ts";
import { elementTypes, opNames } from "./operations.ts";
import { isBigType } from "./shadow.ts";

/** The first steps of the execution that ran last. */
export function readLogged(blocks: SharedBlocks, length: number): LoggedStep[] {
  const log = new Int32Array(blocks.log);
  const numbers = new Float64Array(blocks.log);
  const bigs = new BigInt64Array(blocks.log);
  return Array.from({ length }, (_, step) => {
    const base = step * RECORD_WORDS;
    const head = log[base + Field.head] as number;
    const type = (head >> 16) & 0xff;
    const mark = head >>> 24;
    const value = (at: number): number | string =>
      isBigType(type) ? String(bigs[(base >> 1) + at]) : (numbers[(base >> 1) + at] as number);
    return {
      thread: (head >> 8) & 0xff,
      op: opNames[head & 0xff] as string,
      type: elementTypes[type]?.name ?? "?",
      address: log[base + Field.address] as number,
      before: value(2),
      after: value(3),
      extra: log[base + Field.extra] as number,
      ...choicesOf(log[base + Field.choices] as number),
      round: mark & ~GOES_ON,
      goesOn: mark >= GOES_ON,
    };
  });
}
