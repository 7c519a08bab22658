/** Records what a scenario asks of a submission and what it answers, at once or when a promise settles. */
import { formatValue } from "../../history/index.ts";
import type { RecordedOperation } from "../evidence.ts";
import { decodeFrame } from "../frames.ts";
import { recordCall } from "../recorded-call.ts";
import { plainOf } from "./plain.ts";

/** The operations of one execution. */
export interface Recorder {
  /** Records one operation around `call`; if that gives a promise, the operation returns when it settles. */
  operation<R>(name: string, args: readonly unknown[], call: () => R): R;
  readonly operations: () => readonly RecordedOperation[];
}

/** Hears what is recorded, while somebody writes it down. */
export type Heard = (text: string) => void;

/** Starts to record; `heard` is told in words. */
export function createRecorder(heard: Heard | undefined): Recorder {
  const operations: { -readonly [K in keyof RecordedOperation]: RecordedOperation[K] }[] = [];
  let time = 0;

  return {
    operation(name, args, call) {
      const shown = args.map((arg) => plainOf(arg));
      const id = operations.length;
      const entry: (typeof operations)[number] = {
        id,
        thread: 0,
        name,
        args: shown,
        call: time++,
        return: null,
        outcome: { kind: "pending" },
      };
      operations.push(entry);
      const label = heard === undefined ? "" : `${name}(${shown.map(textOf).join(", ")})`;
      heard?.(label);
      return recordCall(call, (outcome) => {
        entry.return = time++;
        entry.outcome = outcome;
        if (outcome.kind === "returned") heard?.(`${label} → ${textOf(outcome.value)}`);
        else if (outcome.kind === "threw") heard?.(`${label} ✗ ${outcome.code}`);
      });
    },
    operations: () => operations,
  };
}

/** A plain value in a line of the story; an error by its code. */
export function textOf(wire: unknown): string {
  const plain = wire === undefined ? undefined : decodeFrame(JSON.stringify(wire));
  if (typeof plain === "object" && plain !== null && "name" in plain && "message" in plain) {
    const { name, code } = plain as { readonly name: unknown; readonly code?: unknown };
    const said = code ?? name;
    if (typeof said === "string") return said;
  }
  return formatValue(plain);
}
