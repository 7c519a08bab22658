/** Operations that a scenario records in the processes of one execution, on the clock of its events. */
import { formatValue } from "../../history/index.ts";
import type { RecordedOperation } from "../evidence.ts";

type Entry = { -readonly [K in keyof RecordedOperation]: RecordedOperation[K] };

/** The operations of an execution. */
export interface Operations {
  readonly all: readonly RecordedOperation[];
  /** An operation of the process `thread` begins; `own` is its number there. */
  called(thread: number, own: number, name: string, args: readonly unknown[], at: number): void;
  answered(thread: number, own: number, outcome: RecordedOperation["outcome"], at: number): void;
  /** `put`. */
  nameOf(thread: number, own: number): string;
}

/** Makes an empty record. */
export function createOperations(): Operations {
  const all: Entry[] = [];
  const known = new Map<string, Entry>();
  return {
    all,
    called(thread, own, name, args, at) {
      const outcome = { kind: "pending" } as const;
      const entry: Entry = { id: all.length, thread, name, args, call: at, return: null, outcome };
      all.push(entry);
      known.set(`${thread} ${own}`, entry);
    },
    answered(thread, own, outcome, at) {
      const entry = known.get(`${thread} ${own}`);
      if (entry === undefined) return;
      entry.outcome = outcome;
      entry.return = at;
    },
    nameOf: (thread, own) => known.get(`${thread} ${own}`)?.name ?? "a call",
  };
}

/** `put("A")`. */
export function callText(name: string, args: readonly unknown[]): string {
  return `${name}(${args.map(formatValue).join(", ")})`;
}

/** `gives "A"`, `throws FULL`. */
export function outcomeText(outcome: RecordedOperation["outcome"]): string {
  switch (outcome.kind) {
    case "returned":
      return outcome.value === undefined ? "returns" : `gives ${formatValue(outcome.value)}`;
    case "threw":
      return `throws ${outcome.code}`;
    case "pending":
      return "never returns";
  }
}
