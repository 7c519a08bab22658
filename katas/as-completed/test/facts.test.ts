/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

test("a generator that was never begun has no finally to run", async () => {
  let isCleanedUp = false;
  async function* records(): AsyncGenerator<number, undefined> {
    try {
      yield 1;
    } finally {
      isCleanedUp = true;
    }
    return undefined;
  }
  const iterator = records();
  expect(await iterator.return(undefined)).toEqual({ done: true, value: undefined });
  expect(isCleanedUp).toBe(false);
});

test("for await calls return() when the loop is left, and not when it is done", async () => {
  const calls: string[] = [];
  const iterable = (values: number[]): AsyncIterable<number> => ({
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = values.shift();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
      async return() {
        calls.push("return");
        return { done: true, value: undefined };
      },
    }),
  });
  for await (const value of iterable([1, 2])) calls.push(String(value));
  expect(calls).toEqual(["1", "2"]);
  for await (const value of iterable([3, 4])) {
    calls.push(String(value));
    break;
  }
  expect(calls).toEqual(["1", "2", "3", "return"]);
});

test("of those that have settled, a race is won by the first in the array", async () => {
  const [a, b, c] = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const left = new Map([a!, b!, c!].map(({ promise }, i) => [i, promise.then(() => i)]));
  const winners: number[] = [];
  c!.resolve();
  b!.resolve();
  a!.resolve();
  while (left.size > 0) {
    const winner = await Promise.race(left.values());
    left.delete(winner);
    winners.push(winner);
  }
  expect(winners).toEqual([2, 0, 1]);
});

test("an error in catch() behind then() comes one microtask after a value", async () => {
  const seen: string[] = [];
  const failed = Promise.reject(new Error("no"));
  const fulfilled = Promise.resolve();
  await Promise.all([
    failed.then(() => undefined).catch(() => seen.push("error")),
    fulfilled.then(() => seen.push("value")),
  ]);
  expect(seen).toEqual(["value", "error"]);
});

test("a rejection that is handled a turn later was unhandled", async () => {
  const code = `const task = Promise.reject(new Error("no"));
    setImmediate(() => task.catch(() => undefined));`;
  const [error] = (await once(new Worker(code, { eval: true }), "error")) as [Error];
  expect(error.message).toBe("no");
});

test("a listener that comes after the abort is not called", () => {
  const controller = new AbortController();
  controller.abort();
  let isCalled = false;
  controller.signal.addEventListener("abort", () => {
    isCalled = true;
  });
  controller.abort();
  expect(isCalled).toBe(false);
});
