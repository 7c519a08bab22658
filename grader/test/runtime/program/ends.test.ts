import { describe, expect, test, vi } from "vitest";
import { hostsOf, isLinux, until } from "../host/_processes.ts";
import { RUN_LINE, runText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

const forever = "await new Promise(() => undefined);";
const cell = "new Int32Array(new SharedArrayBuffer(8))";

describe("the process would end with the promise pending when", () => {
  test.each([
    ["nothing is left that could settle it", forever, ""],
    [
      "only Atomics.waitAsync waits, which keeps nothing alive",
      `await Atomics.waitAsync(${cell}, 0, 0).value;`,
      "",
    ],
    ["the workers that would settle it were unref'ed", `start().unref(); ${forever}`, "for (;;);"],
    [
      "an event is awaited that has happened",
      `const w = start(); await next(w, "exit"); await next(w, "exit");`,
      "",
    ],
  ])("%s", async (_what, run, worker) => {
    expect(await runText({ run, worker })).toMatchObject({ end: "early", results: [] });
  });
});

describe("something is left over:", () => {
  test.each([
    ["a worker that sleeps", `start(${cell});`, "Atomics.wait(workerData, 0, 0);"],
    ["a worker that listens", `start();`, `parentPort!.on("message", () => undefined);`],
    ["a worker that computes", `start();`, "for (;;);"],
    ["a worker that was unref'ed", `start(${cell}).unref();`, "Atomics.wait(workerData, 0, 0);"],
  ])("%s", async (_what, run, worker) => {
    expect(await runText({ run: `${run} return 1;`, worker })).toMatchObject({
      end: "leak",
      left: ["given/worker.ts"],
      results: [1],
    });
  });

  test("microtasks that go on and on", async () => {
    const run = "void (async () => { for (;;) await null; })(); return 1;";
    expect(await runText({ run })).toMatchObject({ end: "leak", left: [], results: [1] });
  });

  test("a timer that goes on and on", async () => {
    const run = "setInterval(() => undefined, 100); return 1;";
    expect(await runText({ run })).toMatchObject({ end: "leak", left: [], results: [1] });
  });
});

describe("nobody caught an error", () => {
  const inSubmission = (line: number) => ({ file: "src/index.ts", line: RUN_LINE + line });
  const inWorker = (line: number) => ({ file: "given/worker.ts", line });

  test.each([
    ["of the program itself", "\nthrow new RangeError('no');", "", inSubmission(1)],
    [
      "of a promise that it does not await",
      `\nvoid (async () => { throw new RangeError('no'); })();\n${forever}`,
      "",
      inSubmission(1),
    ],
    [
      "of a listener",
      `\nstart().on('message', () => { throw new RangeError('no'); });\n${forever}`,
      "parentPort!.postMessage(1);",
      inSubmission(1),
    ],
    [
      "of a timer",
      `\nsetTimeout(() => { throw new RangeError('no'); }, 1);\n${forever}`,
      "",
      inSubmission(1),
    ],
    [
      "of a microtask",
      `\nqueueMicrotask(() => { throw new RangeError('no'); });\n${forever}`,
      "",
      inSubmission(1),
    ],
    ["of a worker's module", `start(); ${forever}`, "\nthrow new RangeError('no');", inWorker(4)],
    [
      "of a worker's listener",
      `start().postMessage(1); ${forever}`,
      "parentPort!.on('message', () => {\nthrow new RangeError('no'); });",
      inWorker(4),
    ],
    [
      "of a worker's promise",
      `start(); ${forever}`,
      "\nvoid Promise.reject(new RangeError('no'));",
      inWorker(4),
    ],
    [
      "of a leftover",
      `start(1); return 1;`,
      "\nsetTimeout(() => { throw new RangeError('no'); }, 20);",
      inWorker(4),
    ],
  ])("%s, and its place is told", async (_what, run, worker, position) => {
    expect(await runText({ run, worker })).toMatchObject({
      end: "threw",
      error: { code: "RangeError", message: "no", position },
    });
  });

  test("of a worker, except its own listener", async () => {
    const program = {
      run: "const error = await next(start(), 'error'); return [error.name, error.code, error.message, error instanceof Error];",
      worker: "throw Object.assign(new TypeError('no'), { code: 'MINE' });",
    };
    expect(await runText(program)).toMatchObject({
      end: "done",
      results: [["TypeError", "MINE", "no", true]],
    });
  });

  test.each([
    [
      "a module that is no worker of the kata",
      `new Worker(new URL("./index.ts", import.meta.url));`,
      "src/index.ts cannot be started as a worker; this kata has given/worker.ts",
    ],
    [
      "a path",
      `new Worker("../given/worker.ts" as any);`,
      'new Worker() takes new URL("./a-module.ts", import.meta.url) here, and nothing else',
    ],
    [
      "a file of the machine",
      `new Worker(new URL("file:///etc/passwd"));`,
      "file:///etc/passwd cannot be started",
    ],
    [
      "code",
      `new Worker(new URL("data:text/javascript,1"));`,
      "data:text/javascript,1 cannot be started",
    ],
    [
      "what only looks like a URL",
      `new Worker({ href: new URL("../given/worker.ts", import.meta.url).href } as any);`,
      "and nothing else",
    ],
    [
      "an option that reaches too far",
      `start(1, { execArgv: [] });`,
      'the option "execArgv" of new Worker() cannot be used here',
    ],
    ["data that cannot be cloned", `start(() => 1);`, "could not be cloned"],
  ])("when a worker was to be %s", async (_what, run, message) => {
    const { end, error } = await runText({ run: `\n${run}` });
    expect(end).toBe("threw");
    expect(error?.message).toContain(message);
    expect(error?.position?.file).toBe("src/index.ts");
  });

  test("when a worker starts one", async () => {
    const { end, error } = await runText({
      run: `start(); ${forever}`,
      worker: `new Worker(new URL("./worker.ts", import.meta.url));`,
    });
    expect(end).toBe("threw");
    expect(error).toMatchObject({ code: "NO_WORKERS", position: { file: "given/worker.ts" } });
  });
});

describe("a program is stopped when", () => {
  test.each([
    [
      "all of its threads sleep",
      `start(${cell}); ${forever}`,
      "Atomics.wait(workerData, 0, 0);",
      "asleep",
    ],
    ["its main thread sleeps", `Atomics.wait(${cell}, 0, 0);`, "", "asleep"],
    ["its main thread never ends", "for (;;);", "", "no-progress"],
    ["its microtasks never end", "for (;;) await null;", "", "no-progress"],
    ["a worker never ends", `start(); ${forever}`, "for (;;);", "no-progress"],
    [
      "it has more than 64 workers",
      `for (let i = 0; i < 65; i++) start(${cell}); ${forever}`,
      "Atomics.wait(workerData, 0, 0);",
      "workers",
    ],
  ])("%s", async (_what, run, worker, end) => {
    const limits = { cpuSeconds: end === "workers" ? 60 : 2 };
    expect((await runText({ run, worker, limits })).end).toBe(end);
  });

  test.each([
    ["objects", "const all = []; for (;;) all.push(new Array(1_000).fill({}));", ""],
    [
      "shared memory",
      "const all = []; for (;;) all.push(new Uint8Array(new SharedArrayBuffer(1e7)).fill(1));",
      "",
    ],
    [
      "objects in a worker",
      `start(); ${forever}`,
      "const all = []; for (;;) all.push(new Array(1_000).fill({}));",
    ],
    [
      "messages that nobody reads",
      `start(); Atomics.wait(${cell}, 0, 0);`,
      "for (;;) parentPort!.postMessage(new Array(10_000).fill(1));",
    ],
  ])("it takes memory without end: %s", async (_what, run, worker) => {
    const shown = await runText({ run, worker, limits: { cpuSeconds: 60 } });
    expect(shown.end).toBe("memory");
  });

  test("its module never ends", async () => {
    expect((await runText({ run: "", top: "for (;;);" })).end).toBe("no-progress");
  });
});

describe("what a program resolves to must be plain data:", () => {
  test.each([
    ["a function", "return () => 1;"],
    ["an object with a function", "return { toJSON: () => 'forged' };"],
    ["a Proxy", "return new Proxy({}, {});"],
    ["a getter that throws", "return { get a() { throw new Error('mine'); } };"],
    ["too much of it", "return 'x'.repeat(1e7);"],
    ["an integer that JSON lacks", "return 1n;"],
  ])("%s is none", async (_what, run) => {
    const { end, error, results } = await runText({ run });
    expect({ end, results }).toEqual({ end: "threw", results: [] });
    expect(error?.message).toContain("no plain data");
  });

  test("numbers keep what JSON would lose", async () => {
    const { results } = await runText({ run: "return [NaN, -0, Infinity];" });
    expect(results).toEqual([[NaN, -0, Infinity]]);
  });
});

test("what is printed goes nowhere, however much it is", async () => {
  const print = "for (let i = 0; i < 10_000; i++) console.log('x'.repeat(10_000));";
  const program = { run: `${print} await next(start(), "exit"); return 1;`, worker: print };
  expect(await runText(program)).toMatchObject({ end: "done", results: [1] });
});

test.runIf(isLinux)("a process that dies of something else says nothing any more", async () => {
  const running = runText({ run: forever.replace("await", "setInterval(() => 1, 100); await") });
  const [host] = await until(() =>
    hostsOf(process.pid).length > 0 ? hostsOf(process.pid) : false,
  );
  process.kill(host as number, "SIGKILL");
  expect(await running).toMatchObject({ end: "host-died", results: [] });
});
