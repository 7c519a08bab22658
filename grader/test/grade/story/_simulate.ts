import type {
  EndKind,
  RecordedOperation,
  StoppedThread,
  TraceEvidence,
  TracedStep,
} from "../../../src/runtime/evidence.ts";
import type { SourcePlace } from "../../../src/grade/result.ts";
import type { SourceLookup } from "../../../src/grade/story/index.ts";

/** What a thread does next; `at` is a piece of the source that says where. */
export interface Act {
  readonly op: string;
  readonly cell: string;
  readonly at: string;
  readonly value?: number;
  readonly expected?: number;
  readonly timed?: boolean;
}

/** A thread's code: it yields what it does and gets what it saw. */
export type Code = Generator<Act, unknown, number>;

/** Wraps the code of one operation, so that it is recorded. */
export type Call = (name: string, args: readonly unknown[], code: Code) => Code;

/** A small concurrent program, its source, and the order of its steps. */
export interface Program {
  readonly source: string;
  /** Cells with their first values; each in a buffer of its own unless named as `cells[1]`. */
  readonly cells: Readonly<Record<string, number>>;
  readonly threads: readonly ((call: Call) => Code)[];
  /**
   * Who takes each step: `ABBA`. After its end the last thread goes on, then the first that can.
   */
  readonly schedule?: string;
  /** Steps after which the execution is taken to spin for ever. */
  readonly spinsAfter?: number;
  readonly printed?: readonly string[];
}

interface Thread {
  readonly code: Code;
  next: Act | undefined;
  asleep: string | undefined;
  isFresh: boolean;
  isDone: boolean;
}

/** An error that the code of an operation throws. */
export class Thrown extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const ARRAY = /^(?<base>.*)\[(?<index>\d+)\]$/;

/** Runs a program and leaves what a host would tell of it. */
export function simulate(program: Program): TraceEvidence {
  const names = Object.keys(program.cells);
  const bases = [...new Set(names.map((name) => ARRAY.exec(name)?.groups?.["base"] ?? name))];
  const addressOf = (name: string): number => {
    const { base = name, index = "0" } = ARRAY.exec(name)?.groups ?? {};
    return 8 + bases.indexOf(base) * 64 + Number(index) * 4;
  };
  const memory = new Map(Object.entries(program.cells));
  const steps: TracedStep[] = [];
  const operations: RecordedOperation[] = [];
  const seen = new Map<Thread, number>();
  const threads = program.threads.map((body, thread): Thread => {
    const call: Call = function* (name, args, code) {
      const id = operations.length;
      operations.push({
        id,
        thread,
        name,
        args,
        outcome: { kind: "pending" },
        call: steps.length * 2_048,
        return: null,
      });
      let isFirst = true;
      const end = (outcome: RecordedOperation["outcome"]): void => {
        const time = isFirst ? steps.length * 2_048 - 1_000 : (steps.length - 1) * 2_048 + 512;
        const started = isFirst ? { call: time } : {};
        operations[id] = {
          ...(operations[id] as RecordedOperation),
          ...started,
          outcome,
          return: time,
        };
      };
      try {
        let result = code.next();
        while (result.done !== true) {
          const value = yield result.value;
          const step = seen.get(threads[thread] as Thread) ?? 0;
          if (isFirst)
            operations[id] = { ...(operations[id] as RecordedOperation), call: step * 2_048 };
          isFirst = false;
          result = code.next(value);
        }
        end({ kind: "returned", value: result.value });
        return result.value;
      } catch (error) {
        end({ kind: "threw", code: (error as Thrown).code });
        return undefined;
      }
    };
    return { code: body(call), next: undefined, asleep: undefined, isFresh: true, isDone: false };
  });

  function resume(thread: Thread, value: number): void {
    const { done, value: act } = thread.code.next(value);
    thread.isFresh = false;
    thread.isDone = done === true;
    thread.next = done === true ? undefined : act;
  }

  function isReady(thread: Thread): boolean {
    if (thread.isDone || thread.asleep !== undefined) return false;
    return thread.next?.op !== "lock" || memory.get(thread.next.cell) === 0;
  }

  function take(index: number, last: number): void {
    const thread = threads[index] as Thread;
    const ready = threads.flatMap((other, i) => (isReady(other) ? [i] : []));
    if (thread.isFresh) resume(thread, 0);
    const act = isReady(thread) ? thread.next : undefined;
    const step = steps.length;
    const { before, after, extra } =
      act === undefined ? { before: 0, after: 0, extra: 0 } : perform(act, index);
    seen.set(thread, step);
    steps.push({
      step,
      thread: index,
      op: act?.op ?? "arrive",
      type: "Int32Array",
      address: act === undefined ? 0 : addressOf(act.cell),
      before,
      after,
      extra,
      ready,
      preempts: last !== -1 && last !== index && ready.includes(last),
      frames: act === undefined ? [] : framesAt(program.source, act.at),
    });
    if (act === undefined) return;
    if (act.op === "wait" && extra === 1) {
      thread.asleep = act.cell;
      thread.isFresh = true;
    } else resume(thread, before);
  }

  function perform(act: Act, index: number): { before: number; after: number; extra: number } {
    const { op, cell, value = 0, expected } = act;
    const before = memory.get(cell) ?? 0;
    const put = (after: number, extra = 0): { before: number; after: number; extra: number } => {
      memory.set(cell, after);
      return { before, after, extra };
    };
    switch (op) {
      case "write":
      case "store":
      case "exchange":
        return put(value);
      case "add":
        return put(before + value);
      case "sub":
        return put(before - value);
      case "compareExchange":
        return before === expected ? put(value, 1) : { before, after: before, extra: 0 };
      case "lock":
        return put(index + 1);
      case "unlock":
        return put(0);
      case "wait":
        return { before, after: value, extra: before === value ? 1 : 0 };
      case "notify": {
        const woken = threads.filter(({ asleep }) => asleep === cell).slice(0, value);
        for (const thread of woken) thread.asleep = undefined;
        const mask = threads.reduce(
          (bits, thread, i) => bits | (woken.includes(thread) ? 1 << i : 0),
          0,
        );
        return { before: woken.length, after: mask, extra: woken.length };
      }
      default:
        return { before, after: before, extra: 0 };
    }
  }

  let last = -1;
  let hasSpun = false;
  for (const letter of program.schedule ?? "") {
    const index = letter.codePointAt(0)! - 65;
    if (threads[index] === undefined || !isReady(threads[index])) continue;
    take(index, last);
    last = index;
  }
  for (;;) {
    const next =
      last !== -1 && isReady(threads[last] as Thread) ? last : threads.findIndex(isReady);
    if (next === -1) break;
    if (steps.length >= (program.spinsAfter ?? 1_000)) {
      hasSpun = true;
      break;
    }
    take(next, last);
    last = next;
  }
  const stopped = threads.flatMap((thread, index): StoppedThread[] => {
    if (thread.isDone) return [];
    const frames = thread.next === undefined ? [] : framesAt(program.source, thread.next.at);
    const cell = thread.asleep ?? thread.next?.cell ?? "";
    const address = addressOf(cell);
    if (thread.asleep !== undefined) return [{ thread: index, state: "asleep", address, frames }];
    if (thread.next?.op !== "lock") return [{ thread: index, state: "spinning", address, frames }];
    return [
      { thread: index, state: "locking", address, holder: (memory.get(cell) ?? 0) - 1, frames },
    ];
  });
  const end: EndKind = stopped.length === 0 ? "done" : hasSpun ? "livelock" : "deadlock";
  const buffers = bases.map((base, i) => {
    const count = names.filter((name) => name === base || name.startsWith(`${base}[`)).length;
    return { offset: 8 + i * 64, length: count * 4 };
  });
  return {
    plan: [],
    end,
    steps,
    operations,
    stopped,
    printed: program.printed ?? [],
    buffers,
    diverged: -1,
  };
}

const METHOD = /^ {2}(?:get )?(?<name>\w+)\(.*\{/;

/** The frame of the first piece of the source that begins so. */
export function framesAt(source: string, at: string): TracedStep["frames"] {
  const offset = source.indexOf(at);
  if (offset === -1) throw new Error(`the source has no ${at}`);
  const above = source.slice(0, offset).split("\n");
  const method = above.findLast((line) => METHOD.test(line));
  return [
    {
      line: above.length,
      column: (above.at(-1) ?? "").length + 1,
      name: METHOD.exec(method ?? "")?.groups?.["name"],
    },
  ];
}

/** Finds places in the source of a program. */
export function lookupIn(source: string): Required<SourceLookup> {
  const lines = source.split("\n");
  return {
    locate: ({ line, column }): SourcePlace => ({
      file: "src/index.ts",
      line,
      column,
      text: (lines[line - 1] ?? "").trim(),
    }),
    sourceOf: () => source,
  };
}
