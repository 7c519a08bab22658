/** Operations that a scenario records in the processes of one execution, on the clock of its events. */
import { formatValue } from "../../history/index.ts";
import type { RecordedOperation } from "../evidence.ts";
import type { Narrative } from "./narrative.ts";
import type { Site } from "./protocol.ts";

type Entry = { -readonly [K in keyof RecordedOperation]: RecordedOperation[K] };
type Outcome = RecordedOperation["outcome"];

/** The operations of an execution. */
export interface Operations {
  readonly all: readonly RecordedOperation[];
  /** An operation of the process `thread` begins; `own` is its number there. */
  called(thread: number, own: number, name: string, args: readonly unknown[], site?: Site): void;
  answered(thread: number, own: number, outcome: Outcome): void;
}

/** Makes an empty record; `now` counts the events of the execution, and what is recorded is told. */
export function createOperations(now: () => number, { tell }: Narrative): Operations {
  const all: Entry[] = [];
  const known = new Map<string, Entry>();
  return {
    all,
    called(thread, own, name, args, site) {
      const call = now();
      const outcome = { kind: "pending" } as const;
      const entry: Entry = { id: all.length, thread, name, args, call, return: null, outcome };
      all.push(entry);
      known.set(`${thread} ${own}`, entry);
      tell(thread, `calls ${name}(${args.map(formatValue).join(", ")})`, site);
    },
    answered(thread, own, outcome) {
      const entry = known.get(`${thread} ${own}`);
      tell(thread, `${entry?.name ?? "a call"} ${outcomeText(outcome)}`);
      if (entry === undefined) return;
      entry.outcome = outcome;
      entry.return = now();
    },
  };
}

/** `gives "A"`, `throws FULL`. */
function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "returned":
      return outcome.value === undefined ? "returns" : `gives ${formatValue(outcome.value)}`;
    case "threw":
      return `throws ${outcome.code}`;
    case "pending":
      return "never returns";
  }
}
