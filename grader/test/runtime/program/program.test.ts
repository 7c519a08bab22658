import { describe, expect, test, vi } from "vitest";
import { hostsOf, isLinux, until } from "../host/_processes.ts";
import { type ProgramText, runText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

/** What the one run of a program resolves to. */
async function resultOf(program: ProgramText): Promise<unknown> {
  const shown = await runText(program);
  expect(shown).toMatchObject({ end: "done", left: [] });
  return shown.results[0];
}

test("a program starts workers, and has them answer", async () => {
  const program = {
    run: `
      const workers = [1, 2, 3].map((n) => start({ n }));
      const ends = workers.map((worker) => next(worker, "exit"));
      const answers = await Promise.all(workers.map((worker) => next(worker, "message")));
      const codes = await Promise.all(ends);
      return { answers, codes, me: [threadId, isMainThread, parentPort, workerData] };`,
    worker: `parentPort!.postMessage([workerData.n, threadId, isMainThread, shared(), import.meta.url]);`,
  };
  const url = "file:///kata/given/worker.ts";
  expect(await resultOf(program)).toEqual({
    answers: [1, 2, 3].map((n) => [n, n, false, "shared", url]),
    codes: [0, 0, 0],
    me: [0, true, null, null],
  });
});

test("a worker's events come in Node's order, and its threadId ends with it", async () => {
  const program = {
    run: `
      const worker = start();
      const seen: unknown[] = [worker.threadId];
      for (const event of ["online", "message", "error"]) worker.on(event, (value: any) => seen.push([event, value?.message ?? value ?? ""]));
      const code = await next(worker, "exit");
      return [...seen, code, worker.threadId];`,
    worker: `parentPort!.postMessage("hello"); throw new RangeError("over");`,
  };
  expect(await resultOf(program)).toEqual([
    1,
    ["online", ""],
    ["message", "hello"],
    ["error", "over"],
    1,
    -1,
  ]);
});

test("messages go both ways, until nobody listens any more", async () => {
  const program = {
    run: `
      const worker = start();
      const seen: unknown[] = [];
      worker.on("message", (value: number) => { seen.push(value); if (value < 3) worker.postMessage(value + 1); });
      worker.postMessage(1);
      await next(worker, "exit");
      return seen;`,
    worker: `
      const answer = (value: number): void => { parentPort!.postMessage(value); if (value === 3) parentPort!.off("message", answer); };
      parentPort!.on("message", answer);`,
  };
  expect(await resultOf(program)).toEqual([1, 2, 3]);
});

test("a buffer can be handed over, in workerData and in a message", async () => {
  const program = {
    run: `
      const [a, b] = [new ArrayBuffer(8), new ArrayBuffer(16)];
      const worker = start(a, { transferList: [a] });
      worker.postMessage(b, [b]);
      return [a.byteLength, b.byteLength, await next(worker, "message")];`,
    worker: `parentPort!.once("message", (value) => parentPort!.postMessage([workerData.byteLength, value.byteLength]));`,
  };
  expect(await resultOf(program)).toEqual([0, 0, [8, 16]]);
});

test("the main thread may sleep until a worker wakes it", async () => {
  const program = {
    run: `
      const cells = new Int32Array(new SharedArrayBuffer(8));
      const worker = start(cells);
      const how = Atomics.wait(cells, 0, 0);
      return [how, await next(worker, "exit")];`,
    worker: `Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0);`,
  };
  expect(await resultOf(program)).toEqual(["ok", 0]);
});

test("a worker that sleeps can be ended, and nothing is left of it", async () => {
  const program = {
    run: `
      const worker = start(new Int32Array(new SharedArrayBuffer(8)));
      await next(worker, "message");
      return worker.terminate();`,
    worker: `parentPort!.postMessage("here"); Atomics.wait(workerData, 0, 0);`,
  };
  expect(await resultOf(program)).toBe(1);
});

test("each run has a new instance of the module, and thread ids go on", async () => {
  const shown = await runText({
    runs: 3,
    top: "let count = 0;",
    run: `const worker = start(); await next(worker, "exit"); return [++count, worker.constructor === Worker];`,
  });
  expect(shown).toMatchObject({ end: "done", results: [1, 2, 3].map(() => [1, true]) });
  const ids = await runText({
    runs: 2,
    run: `const worker = start(); return [worker.threadId, await next(worker, "message")];`,
    worker: "parentPort!.postMessage(threadId);",
  });
  expect(ids.results).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("timers are those of Node", async () => {
  const program = {
    run: `
      const seen: string[] = [];
      const never = setTimeout(() => seen.push("never"), 5);
      clearTimeout(never);
      const timer = setInterval(() => seen.push("tick"), 1);
      queueMicrotask(() => seen.push("microtask"));
      setImmediate(() => seen.push("immediate"));
      await new Promise<void>((resolve) => setTimeout((text: string) => { seen.push(text); resolve(); }, 20, "late"));
      clearInterval(timer);
      return [seen[0], seen.includes("immediate"), seen.includes("tick"), seen.includes("never"), seen.at(-1), timer.hasRef()];`,
  };
  expect(await resultOf(program)).toEqual(["microtask", true, true, false, "late", false]);
});

describe("nothing is left over when", () => {
  test.each([
    ["a worker is being ended and not waited for", `void start(1).terminate();`],
    ["a worker is on its way out", `await next(start(0), "online");`],
    ["a timer is going to fire soon", `setTimeout(() => undefined, 50);`],
    ["a timer keeps nobody alive", `setInterval(() => undefined, 50).unref();`],
  ])("%s", async (_what, run) => {
    const worker = `if (workerData === 1) setInterval(() => undefined, 1_000);`;
    expect(await runText({ run, worker })).toMatchObject({ end: "done", left: [] });
  });
});

test.runIf(isLinux)("a stopped grading ends it with all its workers", async () => {
  const abort = new AbortController();
  const running = runText({
    run: `start(); Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);`,
    worker: "for (;;);",
    signal: abort.signal,
  });
  await until(() => hostsOf(process.pid).length > 0);
  abort.abort();
  await expect(running).rejects.toMatchObject({ reason: "aborted" });
  expect(hostsOf(process.pid)).toEqual([]);
});
