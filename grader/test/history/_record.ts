import type { Operation, Outcome } from "../../src/history/index.ts";

/**
 * Reads a history as papers write them, one event after the other: `A put(1)` calls, and
 * `A returns`, `A returns 1` and `A throws FULL` end what thread A called last. The index of an
 * event is its time. What is never ended is pending.
 */
export function record(...events: readonly string[]): readonly Operation[] {
  const operations: Operation[] = [];
  for (const [time, event] of events.entries()) {
    const [, letter, text] = /^([A-Z]) (.*)$/.exec(event) ?? [];
    if (letter === undefined || text === undefined) throw new Error(`no event: ${event}`);
    const thread = letter.charCodeAt(0) - "A".charCodeAt(0) + 1;
    const call = /^(\w+)\((.*)\)$/.exec(text);
    if (call === null) {
      const last = operations.findLastIndex((operation) => operation.thread === thread);
      operations[last] = { ...operations[last]!, outcome: parseOutcome(text), return: time };
    } else {
      const [, name = "", args = ""] = call;
      operations.push({
        id: operations.length,
        thread,
        name,
        args: parse(`[${args}]`) as unknown[],
        outcome: { kind: "pending" },
        call: time,
        return: Infinity,
      });
    }
  }
  return operations;
}

function parseOutcome(text: string): Outcome {
  const [, code] = /^throws (\w+)$/.exec(text) ?? [];
  if (code !== undefined) return { kind: "threw", code };
  const [, value] = /^returns ?(.*)$/.exec(text) ?? [];
  if (value === undefined) throw new Error(`no outcome: ${text}`);
  return { kind: "returned", value: value === "" ? undefined : parse(value) };
}

const parse = (text: string): unknown => JSON.parse(text);

/** One completed operation, for histories that are about times. */
export function operation(
  thread: number,
  [call, end]: readonly [number, number],
  name: string,
  args: readonly unknown[],
  value?: unknown,
): Operation {
  const outcome: Outcome = { kind: "returned", value };
  return { id: call, thread, name, args, outcome, call, return: end };
}
