/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { once } from "node:events";
import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";
import { expect, test } from "vitest";

/** A module singleton, as a file of its own would be. */
const registry = `data:text/javascript,${encodeURIComponent("export const alex = { age: 84 };")}`;

interface Registry {
  readonly alex: { age: number };
}

test("a module is evaluated once in a thread, and once more in each worker", async () => {
  const here = (await import(registry)) as Registry;
  const again = (await import(registry)) as Registry;
  expect(again.alex).toBe(here.alex);

  here.alex.age = 85;
  const code = `import { parentPort } from "node:worker_threads";
    import { alex } from ${JSON.stringify(registry)};
    parentPort.postMessage(alex.age);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  expect(await once(worker, "message")).toEqual([84]);
});

test("shared memory that is received twice is two objects and one memory", () => {
  const { port1, port2 } = new MessageChannel();
  const memory = new SharedArrayBuffer(4);
  port1.postMessage(memory);
  port1.postMessage(memory);
  const [first, second] = [receiveMessageOnPort(port2), receiveMessageOnPort(port2)].map(
    (received) => (received as { message: SharedArrayBuffer }).message,
  ) as [SharedArrayBuffer, SharedArrayBuffer];
  port1.close();
  expect(first).not.toBe(second);
  new Int32Array(first)[0] = 84;
  expect(new Int32Array(second)[0]).toBe(84);
});

test("Atomics.wait does not sleep on a value that the cell no longer holds", () => {
  const state = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(state, 0, 2);
  expect(Atomics.wait(state, 0, 1)).toBe("not-equal");
});

test("reactions run in the order in which they were registered", async () => {
  const seen: string[] = [];
  const run = Promise.reject(new Error("refused"));
  const first = run.catch(() => seen.push("first"));
  const caller = (async () => {
    try {
      await run;
    } catch {
      seen.push("caller");
    }
  })();
  await Promise.all([first, caller]);
  expect(seen).toEqual(["first", "caller"]);
});

test("finally returns a promise of its own, which rejects as well", async () => {
  const run = Promise.reject(new Error("refused"));
  const derived = run.finally(() => undefined);
  expect(derived).not.toBe(run);
  await expect(run).rejects.toThrow("refused");
  await expect(derived).rejects.toThrow("refused");
});
