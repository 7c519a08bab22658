import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { Mutex } from "../../src/kit/index.ts";

/** Expects a `KataError` with this code. */
const code = (expected: string): unknown =>
  expect.objectContaining({ name: "KataError", code: expected });

describe("a mutex in one thread", () => {
  test("can be locked again after each unlock", () => {
    const mutex = Mutex.create();
    mutex.lock();
    mutex.unlock();
    mutex.lock();
    mutex.unlock();
  });

  test("throws NOT_LOCKED when nobody holds it, and can be locked afterwards", () => {
    const mutex = Mutex.create();
    expect(() => mutex.unlock()).toThrow(code("NOT_LOCKED"));
    mutex.lock();
    mutex.unlock();
    expect(() => mutex.unlock()).toThrow(code("NOT_LOCKED"));
  });

  test("is the same mutex for every object attached to its handle", () => {
    const mutex = Mutex.create();
    const twin = Mutex.attach(mutex.handle);
    mutex.lock();
    twin.unlock();
    expect(() => mutex.unlock()).toThrow(code("NOT_LOCKED"));
  });

  test("is another mutex for every create", () => {
    const mutex = Mutex.create();
    mutex.lock();
    expect(() => Mutex.create().unlock()).toThrow(code("NOT_LOCKED"));
  });

  test("has a handle that a message can carry", () => {
    const mutex = Mutex.create();
    mutex.lock();
    const arrived = structuredClone({ deep: [mutex.handle] });
    Mutex.attach(arrived.deep[0]).unlock();
    expect(() => mutex.unlock()).toThrow(code("NOT_LOCKED"));
  });

  test.each([
    ["nothing", undefined],
    ["a mutex", Mutex.create()],
    ["memory of another size", new SharedArrayBuffer(8)],
    ["memory that is not shared", new ArrayBuffer(4)],
  ])("throws BAD_HANDLE for %s", (_what, handle) => {
    expect(() => Mutex.attach(handle)).toThrow(code("BAD_HANDLE"));
  });
});

describe("withLock", () => {
  test("holds the mutex while the function runs, and returns what it returns", () => {
    const mutex = Mutex.create();
    const result = mutex.withLock(() => {
      mutex.unlock(); // Throws NOT_LOCKED unless the mutex is held.
      mutex.lock();
      return "result";
    });
    expect(result).toBe("result");
    expect(() => mutex.unlock()).toThrow(code("NOT_LOCKED"));
  });

  test("gives the mutex back when the function throws, and passes the error on", () => {
    const mutex = Mutex.create();
    const error = new Error("from inside");
    expect(() =>
      mutex.withLock(() => {
        throw error;
      }),
    ).toThrow(error);
    expect(() => mutex.unlock()).toThrow(code("NOT_LOCKED"));
  });
});

test("four workers that add 5,000 times each under one mutex lose no update", async () => {
  const workers = 4;
  const rounds = 5000;
  const memory = new SharedArrayBuffer(4);
  const { handle } = Mutex.create();
  const file = new URL("_counting-worker.ts", import.meta.url);
  const running = Array.from(
    { length: workers },
    () => new Worker(file, { workerData: { handle, memory, rounds } }),
  );
  await Promise.all(running.map((worker) => once(worker, "exit")));
  expect(new Int32Array(memory)[0]).toBe(workers * rounds);
});

/** The third state of the mutex: somebody is about to sleep, or sleeps. */
const CONTENDED = 2;

test("a thread that waits is woken by unlock, and not before", async () => {
  const memory = new SharedArrayBuffer(4);
  const mutex = Mutex.create();
  mutex.lock();
  const worker = new Worker(new URL("_counting-worker.ts", import.meta.url), {
    workerData: { handle: mutex.handle, memory, rounds: 1 },
  });
  const state = new Int32Array(mutex.handle as SharedArrayBuffer);
  while (Atomics.load(state, 0) !== CONTENDED) await setImmediate();
  expect(new Int32Array(memory)[0]).toBe(0);
  mutex.unlock();
  await once(worker, "exit");
  expect(new Int32Array(memory)[0]).toBe(1);
});
