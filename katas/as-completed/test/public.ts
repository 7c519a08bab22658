/** The public scenarios: what `npm test` shows to everybody. */
import { type Tasks, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

export default defineScenarios<Kata>(({ tasks }) => [
  tasks({
    id: "B1",
    title: "ten tasks, the last one the fastest",
    group: "B",
    contract: "records come in the order in which the tasks settle",
    expected: "9 to 0, each with its value, and the functions' signal does not abort meanwhile",
    body: async ({ asCompleted }, tasks) => {
      const signals: AbortSignal[] = [];
      const demo = wholeNumbers(10).map((i) => async ({ signal }: { signal: AbortSignal }) => {
        signals.push(signal);
        await tasks.sleep(10 - i);
        tasks.note(`task ${i} settles`);
        return 123;
      });
      const seen: string[] = [];
      for await (const record of recorded(tasks, asCompleted(demo))) {
        seen.push(textOf(record));
        const running = signals.filter((_, i) => i < record.index);
        tasks.assert(
          running.every(({ aborted }) => !aborted),
          "the signal of a function that runs does not abort before the end",
        );
      }
      return seen.join(" ");
    },
    check: ({ result }) => result === "9=123 8=123 7=123 6=123 5=123 4=123 3=123 2=123 1=123 0=123",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "B2",
    title: "a promise that rejects and a function that does",
    group: "B",
    contract: "a rejection is a record, never an exception",
    expected: "1!no 2=c 3!never mind 0=a: a record for each task",
    body: async ({ asCompleted }, tasks) => {
      const input = [
        tasks.sleep(40).then(() => "a"),
        tasks.sleep(10).then(() => Promise.reject(new Error("no"))),
        async () => {
          await tasks.sleep(20);
          return "c";
        },
        async () => {
          await tasks.sleep(30);
          throw new Error("never mind");
        },
      ];
      const seen: string[] = [];
      for await (const record of recorded(tasks, asCompleted<string>(input))) {
        seen.push(textOf(record));
      }
      return seen.join(" ");
    },
    check: ({ result }) => result === "1!no 2=c 3!never mind 0=a",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "B3",
    title: "four functions, of which two may run",
    group: "B",
    contract:
      "functions start in the order of the input, as soon as fewer than limit are unsettled",
    expected: "+0 +1 -1 +2 -2 +3 -3 -0: function 2 starts when 1 has ended, 3 when 2 has",
    body: async ({ asCompleted }, tasks) => {
      const log: string[] = [];
      const functions = [35, 10, 10, 10].map((ms, i) => async () => {
        log.push(`+${i}`);
        tasks.note(`function ${i} starts`);
        await tasks.sleep(ms);
        tasks.note(`function ${i} ends`);
        log.push(`-${i}`);
      });
      const seen: number[] = [];
      for await (const { index } of recorded(tasks, asCompleted(functions, { limit: 2 }))) {
        seen.push(index);
      }
      tasks.assert(seen.length === 4, "every function has a record");
      return log.join(" ");
    },
    check: ({ result }) => result === "+0 +1 -1 +2 -2 +3 -3 -0",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "B4",
    title: "runAll() of four tasks, and of none",
    group: "B",
    contract: "runAll() gives the same records in the order of the input",
    expected: "0=a 1!no 2=c 3!thrown, and nothing for no task",
    body: async ({ runAll }, tasks) => {
      const input = [
        tasks.sleep(20).then(() => "a"),
        tasks.sleep(10).then(() => Promise.reject(new Error("no"))),
        () => "c",
        () => {
          throw new Error("thrown");
        },
      ];
      const all = await tasks.operation("runAll", [], () => runAll<string>(input, { limit: 1 }));
      const none = await tasks.operation("runAll", [], () => runAll([]));
      return [all.map(textOf).join(" "), none.length];
    },
    check: ({ result }) => String(result) === "0=a 1!no 2=c 3!thrown,0",
    got: ({ result }) => String((result as readonly unknown[])[0]),
    required: ["runAll"],
  }),

  tasks({
    id: "B5",
    title: "a time limit, and arguments that are not allowed",
    group: "B",
    contract: "when the time is up, next() rejects with TIMEOUT and the number of pending tasks",
    expected: "1=b, TIMEOUT with 2 pending, done; RangeError for what is not allowed",
    body: async ({ asCompleted, runAll }, tasks) => {
      const input = [tasks.sleep(30), tasks.sleep(10).then(() => "b"), tasks.sleep(40)];
      const iterator = asCompleted<unknown>(input, { timeout: 20 });
      const seen = [];
      for (let i = 0; i < 3; i++) seen.push(await takeOne(tasks, iterator));
      let started = 0;
      const functions = [() => started++];
      const refused = [{ limit: 0 }, { limit: -1 }, { limit: 1.5 }, { limit: NaN }];
      for (const options of [...refused, { timeout: -1 }, { timeout: NaN }]) {
        const code = await tasks.codeOf(() => asCompleted(functions, options));
        const codeOfAll = await tasks.codeOf(() => runAll(functions, options));
        tasks.assert(
          code === "RangeError" && codeOfAll === "RangeError",
          `${Object.keys(options).join()} ${String(Object.values(options))} is a RangeError`,
        );
      }
      tasks.assert(started === 0, "after a RangeError nothing starts");
      return seen.join(" ");
    },
    check: ({ result }) => result === "1=b TIMEOUT/2 done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),
]);

/** 0, 1, 2, …, as many as `count`. */
export function wholeNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The iterator of `iterable`, with its calls in the story. */
export function recorded<T>(
  tasks: Tasks,
  iterable: AsyncIterableIterator<kata.Settled<T>>,
): AsyncIterableIterator<kata.Settled<T>> {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => tasks.operation("next", [], () => iterator.next()),
    return: () => tasks.operation("return", [], async () => iterator.return!()),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A record in short: `3=value`, or `3!message` of an error. */
export function textOf(record: kata.Settled<unknown>): string {
  if (record.status === "fulfilled") return `${record.index}=${String(record.value)}`;
  const reason = record.reason as { readonly message?: string } | undefined;
  return `${record.index}!${reason?.message}`;
}

/** What a rejection says, in short. */
export function textOfError(error: unknown): string {
  const { code, message, pending } = error as Error & Record<"code" | "pending", unknown>;
  return code === "TIMEOUT" ? `TIMEOUT/${String(pending)}` : message;
}

/** What one `next()` comes to, in short. */
export async function takeOne(
  tasks: Tasks,
  iterator: AsyncIterator<kata.Settled<unknown>, undefined>,
): Promise<string> {
  try {
    const { value } = await tasks.operation("next", [], () => iterator.next());
    return value === undefined ? "done" : textOf(value);
  } catch (error) {
    return textOfError(error);
  }
}
