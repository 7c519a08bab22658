/** Records what a scenario asks of a submission and what it answers, at once or when a promise settles. */
import { formatValue } from "../../history/index.ts";
import type { RecordedOperation } from "../evidence.ts";
import { decodeFrame } from "../frames.ts";
import { codeOfError } from "../threads/participant.ts";
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
      const returned = (value: unknown): void => {
        entry.return = time++;
        const plain = plainOf(value);
        entry.outcome = { kind: "returned", value: plain };
        heard?.(`${label} → ${textOf(plain)}`);
      };
      const threw = (error: unknown): void => {
        entry.return = time++;
        entry.outcome = { kind: "threw", code: codeOfError(error) };
        heard?.(`${label} ✗ ${codeOfError(error)}`);
      };
      try {
        const value = call();
        if (isThenable(value)) Promise.resolve(value).then(returned, threw);
        else returned(value);
        return value;
      } catch (error) {
        threw(error);
        throw error;
      }
    },
    operations: () => operations,
  };
}

/** Whether `await` would ask this for its value. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { then?: unknown }).then === "function";
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
