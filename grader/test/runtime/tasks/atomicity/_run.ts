/** Runs programs, as they are and instrumented, on native promises. */
import { inspect } from "node:util";
import { findAwaitInterleaving } from "../../../../src/runtime/tasks/atomicity/interleaving.ts";
import { instrument } from "../../../../src/runtime/tasks/atomicity/instrument.ts";
import type { AwaitInterleaving } from "../../../../src/runtime/tasks/atomicity/interleaving.ts";
import type { ActivityEvent } from "../../../../src/runtime/tasks/atomicity/events.ts";
import { createRecorder } from "../../../../src/runtime/tasks/atomicity/recorder.ts";

/** What a program does and says, line by line. */
export type Log = readonly string[];

/** Promises by name that somebody settles from outside, and a log. */
interface Tools {
  readonly log: (...values: readonly unknown[]) => void;
  /** Settles when its turn comes in the order of the run. */
  readonly at: (name: string) => Promise<string>;
}

/** What comes next, of all that the program waits for: by name, or by its number among them, until nothing is left. */
type Order = readonly string[] | readonly number[];

/** Runs a program, which is the body of an async function of `log` and `at`; `order` settles what it waits for. */
export async function run(code: string, order: Order = []): Promise<Log> {
  return await start(new Function("log", "at", asMain(code)) as Main, order);
}

/** The same program, instrumented; with what it reported. */
export async function runInstrumented(
  code: string,
  order: Order = [],
): Promise<{ readonly log: Log; readonly events: readonly ActivityEvent[] }> {
  const body = asMain(code);
  const instrumented = instrument(body);
  if (instrumented === undefined) throw new Error(`cannot be instrumented:\n${body}`);
  const recorder = createRecorder(instrumented, () => 0);
  const make = new Function("log", "at", instrumented.hook, instrumented.code) as (
    log: Tools["log"],
    at: Tools["at"],
    hook: object,
  ) => Promise<unknown>;
  const log = await start((say, at) => make(say, at, recorder.hook), order);
  return { log, events: recorder.events() ?? [] };
}

/** What was lost across an `await` in this run. */
export async function lostIn(
  code: string,
  order: Order = [],
): Promise<AwaitInterleaving | undefined> {
  const { events } = await runInstrumented(code, order);
  return findAwaitInterleaving(events);
}

type Main = (log: Tools["log"], at: Tools["at"]) => Promise<unknown>;

function asMain(code: string): string {
  return `"use strict";\nreturn (async () => {\n${code}\n})();`;
}

async function start(main: Main, order: Order): Promise<Log> {
  const lines: string[] = [];
  const waiting = new Map<string, (value: string) => void>();
  const log: Tools["log"] = (...values) => {
    lines.push(values.map(textOf).join(" "));
  };
  const at: Tools["at"] = async (name) =>
    await new Promise((resolve) => {
      waiting.set(name, resolve);
    });
  const ended = (async () => {
    try {
      log("returned", await main(log, at));
    } catch (error) {
      log("rejected", error);
    }
  })();
  for (const next of order) {
    // All that can run has run when a macrotask comes.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const names = [...waiting.keys()];
    const name = typeof next === "string" ? next : names[next % names.length];
    if (name === undefined) break;
    log(`-- ${name}`);
    waiting.get(name)?.(name);
    waiting.delete(name);
  }
  await Promise.race([
    ended,
    new Promise((resolve) => {
      setImmediate(resolve);
    }),
  ]);
  return lines;
}

/** Values as text; of errors only what does not depend on the source text. */
function textOf(value: unknown): string {
  if (value instanceof Error) return value.constructor.name;
  if (typeof value === "function") return `function ${value.name}`;
  return typeof value === "string"
    ? value
    : inspect(value, { depth: 3, breakLength: Infinity, compact: true });
}
