/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { Worker, isMainThread, threadId } from "node:worker_threads";
import { expect, test } from "vitest";
import { TaskQueue } from "../given/task-queue.ts";

/** Runs `code` as the module of a worker, and returns what it posts. */
async function inWorker(code: string): Promise<unknown> {
  const source = `import { parentPort, threadId } from "node:worker_threads";\n${code}`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const ended = once(worker, "exit");
  const [message] = (await once(worker, "message")) as [unknown];
  await ended;
  return message;
}

test("a module variable is private to its worker", async () => {
  const click = "let count = 0; parentPort.postMessage(++count);";
  expect(await inWorker(click)).toBe(1);
  expect(await inWorker(click)).toBe(1);
});

test("the id of a worker that has ended is not used again", async () => {
  const tell = "parentPort.postMessage(threadId);";
  const [first, second] = [await inWorker(tell), await inWorker(tell)] as [number, number];
  expect(second).toBeGreaterThan(first);
});

test("only the main thread has the id 0", async () => {
  expect(threadId === 0).toBe(isMainThread);
  expect(await inWorker("parentPort.postMessage(threadId === 0);")).toBe(false);
});

test("a store is handed on across an await, and not to whoever called run", async () => {
  const storage = new AsyncLocalStorage<string>();
  const task = async (): Promise<string | undefined> => {
    await Promise.resolve();
    return storage.getStore();
  };
  const tasks = ["A-std", "B-std"].map((student) => storage.run(student, task));
  expect(storage.getStore()).toBe(undefined);
  expect(await Promise.all(tasks)).toEqual(["A-std", "B-std"]);
});

test("a callback in a queue has the store of whoever drains it, unless it was bound", () => {
  const storage = new AsyncLocalStorage<string>();
  const queue = new TaskQueue();
  const greeted: (string | undefined)[] = [];
  const greet = (): void => {
    greeted.push(storage.getStore());
  };
  storage.run("A-std", () => {
    queue.push(greet);
    queue.push(AsyncLocalStorage.bind(greet));
  });
  storage.run("B-std", () => {
    queue.drain();
  });
  expect(greeted).toEqual(["B-std", "A-std"]);
});
