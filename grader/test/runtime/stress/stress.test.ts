import { describe, expect, test, vi } from "vitest";
import { bundleSubmission } from "../../../src/runtime/bundle.ts";
import { bundleHost } from "../../../src/runtime/host-files.ts";
import { type StressEvidence, runStress } from "../../../src/runtime/stress/run.ts";
import type { StressScenario } from "../../../src/scenario/index.ts";
import { hostsOf, isLinux } from "../host/_processes.ts";
import { imports, withFiles } from "../threads/_grade-text.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Parts of a submission; the rest is in order. */
interface Parts {
  readonly top?: string;
  readonly setup?: string;
  readonly body?: string;
  readonly final?: string;
}

/** Two workers, three runs; each worker adds 1,000 to one cell. */
async function stress(
  parts: Parts,
  options: {
    readonly signal?: AbortSignal;
    readonly cpuSeconds?: number;
    readonly main?: boolean;
  } = {},
): Promise<StressEvidence> {
  const {
    top = "",
    setup = "return new SharedArrayBuffer(8);",
    body = "for (let i = 0; i < 1000; i++) Atomics.add(x, 0, 1);",
    final = "return x[0];",
  } = parts;
  const code = `
    import { threadId, isMainThread } from "node:worker_threads";
    import { Mutex } from "@concurrency-katas/grader/kit";
    ${top}
    export const setup = (): any => { ${setup} };
    export const body = (handle: any): any => { const x = new Int32Array(handle); ${body} };
    export const final = (handle: any): any => { const x = new Int32Array(handle); ${final} };`;
  const scenarios = `
    export default [{
      engine: "stress", id: "S", title: "", group: "S", contract: "", expected: "",
      workers: 2, runs: 3,
      setup: (kata) => kata.setup(),
      body: (kata, handle, { index }) => [index, kata.body(handle)],
      finally: (kata, handle) => kata.final(handle),
      check: () => true,
    }];`;
  return withFiles({ "scenarios.js": scenarios }, async (files) => {
    const [own, bundle] = [
      await bundleHost(files),
      await bundleSubmission(new Map([["src/index.ts", code]]), { entry: "src/index.ts", imports }),
    ];
    if (!("code" in bundle)) throw new Error(bundle.message);
    const { main = false } = options;
    const scenario = { id: "S", workers: 2, main, runs: 3 } as StressScenario<unknown>;
    const limits = { asleepSeconds: 1, cpuSeconds: 1 };
    return runStress({ scenario, own, code: bundle.code, ...limits, ...options });
  });
}

test("each run has new shared memory, the workers' results in their order, and what is left", async () => {
  expect(await stress({})).toEqual({
    end: "done",
    runs: [1, 2, 3].map((run) => ({
      run,
      results: [
        [0, null],
        [1, null],
      ],
      final: 2_000,
    })),
  });
});

test("the workers run at once: each sees what the other does", async () => {
  const { end, runs } = await stress({
    body: "Atomics.add(x, 0, 1); while (Atomics.load(x, 0) < 2); return threadId;",
  });
  expect(end).toBe("done");
  expect(runs[0]?.results).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("the kit's Mutex excludes them", async () => {
  const { runs } = await stress({
    setup: "return { cells: new SharedArrayBuffer(4), lock: Mutex.create().handle };",
    body: `
      const cells = new Int32Array(handle.cells);
      const mutex = Mutex.attach(handle.lock);
      for (let i = 0; i < 1000; i++) mutex.withLock(() => cells[0]++);`,
    final: "return new Int32Array(handle.cells)[0];",
  });
  expect(runs.map(({ final }) => final)).toEqual([2_000, 2_000, 2_000]);
});

test("every run has a new instance of the module, and so has the main thread", async () => {
  const { runs } = await stress({
    top: "let calls = 0;",
    body: "return [++calls, isMainThread];",
    final: "return [++calls, isMainThread, threadId];",
  });
  expect(runs.map(({ results, final }) => [results, final])).toEqual(
    [1, 2, 3].map(() => [
      [
        [0, [1, false]],
        [1, [1, false]],
      ],
      [1, true, 0],
    ]),
  );
});

describe("runs stop", () => {
  test.each([
    ["a worker that throws", { body: "throw new RangeError('no');" }, "threw", "RangeError: no"],
    ["a set-up that throws", { setup: "throw new RangeError('no');" }, "threw", "RangeError: no"],
    ["an end that throws", { final: "throw new RangeError('no');" }, "threw", "RangeError: no"],
    [
      "a module that throws in a worker only",
      { top: "if (!isMainThread) throw new RangeError('no');" },
      "threw",
      "RangeError: no",
    ],
    [
      "a handle that cannot be cloned",
      { setup: "return { f: () => 1 };" },
      "threw",
      "DataCloneError: ",
    ],
    ["workers that sleep for ever", { body: "Atomics.wait(x, 1, 0);" }, "asleep", ""],
    ["workers that never end", { body: "for (;;);" }, "no-progress", ""],
    [
      "a module that never ends in a worker",
      { top: "if (!isMainThread) for (;;);" },
      "no-progress",
      "",
    ],
  ] as const)("for %s", async (_what, parts, end, words) => {
    const shown = await stress(parts);
    expect(shown).toMatchObject({ end, runs: [] });
    const { code = "", message = "" } = shown.error ?? {};
    expect(`${code}: ${message}`).toContain(words);
  });
});

test("a worker that takes memory without end dies of it", async () => {
  const body = "const all = []; for (;;) all.push(new Array(1000).fill({}));";
  expect(await stress({ body }, { cpuSeconds: 60 })).toMatchObject({
    end: "worker-died",
    detail: "ERR_WORKER_OUT_OF_MEMORY",
  });
});

test("nothing of Node is to be had", async () => {
  const { runs } = await stress({
    body: "return ['process', 'require', 'Buffer', 'fetch', 'setTimeout', 'Worker'].filter((name) => (globalThis as any)[name] !== undefined);",
  });
  expect(runs[0]?.results).toEqual([
    [0, []],
    [1, []],
  ]);
});

describe("the main thread takes part", () => {
  const main = true;

  test("as thread 0, which may sleep until another wakes it", async () => {
    const body = `
      if (isMainThread) { Atomics.wait(x, 0, 0); return ["main", threadId, x[0]]; }
      Atomics.store(x, 0, 7); Atomics.notify(x, 0); return ["worker", threadId];`;
    const { end, runs } = await stress({ body }, { main });
    expect(end).toBe("done");
    expect(runs.map(({ results }) => results)).toEqual(
      [1, 2, 3].map(() => [
        [0, ["main", 0, 7]],
        [1, ["worker", 1]],
      ]),
    );
  });

  test("with one instance of the module from the set-up on", async () => {
    const { runs } = await stress(
      {
        top: "let calls = 0;",
        setup: "calls++; return new SharedArrayBuffer(8);",
        body: "return ++calls;",
      },
      { main },
    );
    expect(runs.map(({ results }) => results)).toEqual(
      [1, 2, 3].map(() => [
        [0, 2],
        [1, 1],
      ]),
    );
  });

  /**
   * Main holds the lock until the worker is inside, too, or sleeps at the lock, which `notify` tells; it returns
   * whether the worker was inside.
   */
  const twoInside = (owner: string) => ({
    top: `
      const take = (x: any, me = ${owner}): void => {
        for (let by; (by = Atomics.compareExchange(x, 0, 0, me)) !== 0; ) Atomics.wait(x, 0, by);
      };
      const give = (x: any): void => { Atomics.store(x, 0, 0); Atomics.notify(x, 0); };`,
    setup: "return new SharedArrayBuffer(12);",
    body: `
      if (!isMainThread) {
        Atomics.wait(x, 1, 0);
        take(x); Atomics.store(x, 2, 1); give(x);
        return null;
      }
      take(x);
      Atomics.store(x, 1, 1);
      Atomics.notify(x, 1);
      while (Atomics.load(x, 2) === 0 && Atomics.notify(x, 0) === 0);
      const both = Atomics.load(x, 2) === 1;
      give(x);
      return both;`,
  });

  test("and a lock in which 0 is nobody's threadId does not exclude it", async () => {
    const { end, runs } = await stress(twoInside("threadId"), { main });
    expect(end).toBe("done");
    expect(runs.map(({ results }) => results[0])).toEqual([1, 2, 3].map(() => [0, true]));
  });

  test("and a lock that reckons with thread 0 excludes it", async () => {
    const { end, runs } = await stress(twoInside("threadId + 1"), { main });
    expect(end).toBe("done");
    expect(runs.map(({ results }) => results[0])).toEqual([1, 2, 3].map(() => [0, false]));
  });

  test.each([
    ["sleeps for ever", "if (isMainThread) Atomics.wait(x, 1, 0);", "asleep"],
    ["never ends", "if (isMainThread) for (;;);", "no-progress"],
    ["throws", "if (isMainThread) throw new RangeError('no');", "threw"],
  ])("and is stopped when it %s", async (_what, body, end) => {
    expect(await stress({ body }, { main })).toMatchObject({ end, runs: [] });
  });

  test("and dies when it takes memory without end", async () => {
    const body =
      "if (isMainThread) { const all = []; for (;;) all.push(new Array(1000).fill({})); }";
    expect(await stress({ body }, { main, cpuSeconds: 60 })).toMatchObject({
      end: "worker-died",
      detail: "ERR_WORKER_OUT_OF_MEMORY",
    });
  });
});

test.each([
  ["sleeps for ever", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);", "asleep"],
  ["never ends", "for (;;);", "no-progress"],
])("a set-up that %s is stopped", async (_what, setup, end) => {
  expect(await stress({ setup })).toMatchObject({ end, runs: [] });
});

test.runIf(isLinux)("a stopped grading ends them, and no process is left", async () => {
  const abort = new AbortController();
  const running = stress({ body: "for (;;);" }, { signal: abort.signal });
  abort.abort();
  await expect(running).rejects.toMatchObject({ reason: "aborted" });
  expect(hostsOf(process.pid)).toEqual([]);
});
