/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

/** Starts `code` as the module of a worker that has `memory`, an `Int32Array` over shared memory. */
function start(code: string, memory: SharedArrayBuffer): Worker {
  const source = `import { parentPort, workerData } from "node:worker_threads";
    const memory = new Int32Array(workerData);\n${code}`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  return new Worker(url, { workerData: memory });
}

const shared = (): SharedArrayBuffer => new SharedArrayBuffer(8);

test("a worker that sleeps in Atomics.wait can be terminated", async () => {
  const worker = start("parentPort.postMessage('here'); Atomics.wait(memory, 0, 0);", shared());
  await once(worker, "message");
  expect(await worker.terminate()).toBe(1);
});

test("Atomics.waitAsync keeps nobody alive: the worker ends before it is notified", async () => {
  const worker = start(
    "Atomics.waitAsync(memory, 0, 0).value.then(() => { Atomics.store(memory, 1, 1); });",
    shared(),
  );
  expect(await once(worker, "exit")).toEqual([0]);
});

test("a wait does not begin where the value is another one already", () => {
  const memory = new Int32Array(shared());
  memory[0] = 1;
  expect(Atomics.wait(memory, 0, 0)).toBe("not-equal");
});

test("a notify for one wakes one, and says so", async () => {
  const memory = shared();
  const words = new Int32Array(memory);
  const code =
    "parentPort.postMessage('here'); Atomics.wait(memory, 0, 0); Atomics.add(memory, 1, 1);";
  const workers = [start(code, memory), start(code, memory)];
  await Promise.all(workers.map((worker) => once(worker, "message")));
  let woken = 0;
  const ended = workers.map((worker) => once(worker, "exit"));
  while (woken < 2) {
    const count = Atomics.notify(words, 0, 1);
    expect(count).toBeLessThanOrEqual(1);
    woken += count;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(ended);
  expect(words[1]).toBe(2);
});
