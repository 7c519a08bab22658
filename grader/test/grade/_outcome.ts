/** Evidence and scenarios for tests of what judges them, with as little said as matters. */
import type { OutcomeEvidence, RecordedOperation } from "../../src/runtime/evidence.ts";
import type { ThreadScenario } from "../../src/scenario/index.ts";

type Call = readonly [thread: number, name: string, returned: unknown];

/** Operations one after the other; a returned `Error` was thrown (its message is the code), `"…"` is pending. */
export function operations(...calls: readonly Call[]): RecordedOperation[] {
  return calls.map(([thread, name, value], id) => ({
    id,
    thread,
    name,
    args: [],
    call: id * 10,
    return: value === "…" ? null : id * 10 + 5,
    outcome:
      value === "…"
        ? { kind: "pending" }
        : value instanceof Error
          ? { kind: "threw", code: value.message }
          : { kind: "returned", value },
  }));
}

/** An outcome that ended well, unless said otherwise. */
export function outcome(parts: Partial<OutcomeEvidence> = {}): OutcomeEvidence {
  return { schedule: 1, preemptions: 0, plan: [], end: "done", operations: [], ...parts };
}

/** A scenario that asks for nothing, unless said otherwise. */
export function scenario(parts: Partial<ThreadScenario<unknown>> = {}): ThreadScenario<unknown> {
  return {
    engine: "threads",
    id: "T1",
    title: "a title",
    group: "S",
    contract: "a contract",
    expected: "what is expected",
    setup: () => undefined,
    threads: [() => undefined, () => undefined],
    ...parts,
  };
}
