import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { ScenarioResult } from "../../../src/grade/result.ts";
import { gradeText } from "../threads/_grade-text.ts";
import { hostsOf, isLinux, isRunning, until } from "./_processes.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Where a hostile text stands in its scenario. */
type Place = "setup" | "body" | "final";

/** Hostile code by name; each is tried as a scenario of its own, in one submission with all the others. */
const hostile: Record<string, readonly [Place, string]> = {
  "a loop in a body": ["body", "for (;;);"],
  "a loop in the set-up": ["setup", "for (;;);"],
  "a loop in the final phase": ["final", "for (;;);"],
  "a loop in an error's getter": [
    "body",
    "throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } });",
  ],
  "a loop of accesses in a body": ["body", "for (;;) Atomics.add(x, 0, 1);"],
  "a loop of accesses in the set-up": ["setup", "for (;;) Atomics.add(x, 0, 1);"],
  "a loop of accesses in the final phase": ["final", "for (;;) Atomics.add(x, 0, 1);"],
  "a loop that catches everything, asleep": [
    "body",
    "for (;;) try { Atomics.wait(x, 0, 0); } catch {}",
  ],
  "a loop that catches everything, in the set-up": [
    "setup",
    "for (;;) try { Atomics.add(x, 0, 1); } catch {}",
  ],
  "a wait in the set-up": ["setup", "Atomics.wait(x, 0, 0);"],
  "a promise that never ends": ["body", "Promise.resolve().then(() => { for (;;); });"],
  "a promise that is rejected": ["body", "Promise.reject(new Error('nobody looks'));"],
  "a promise that touches shared memory when all is over": [
    "body",
    "Promise.resolve().then(() => { Atomics.add(x, 0, 1); Atomics.wait(x, 0, 1); });",
  ],
  "a recursion without end": ["body", "const again = (): number => again() + 1; again();"],
  "a recursion of accesses": [
    "body",
    "const again = (): number => Atomics.add(x, 0, 1) + again(); again();",
  ],
  "objects without end": ["body", "const all = []; for (;;) all.push(new Array(1000).fill({}));"],
  "typed arrays without end": [
    "body",
    "const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1));",
  ],
  "a string without end": ["body", "let text = 'x'; for (;;) text += text;"],
  "output without end": ["body", "for (;;) console.log('x'.repeat(1000));"],
  "a lot of output": ["body", "for (let i = 0; i < 20_000; i++) console.log('x'.repeat(1000));"],
  "100 MB of shared memory": ["setup", "new SharedArrayBuffer(100 * 1024 * 1024);"],
  "shared memory without end": ["body", "for (;;) new SharedArrayBuffer(1 << 16);"],
  "a huge handle": ["setup", "return Array.from({ length: 300_000 }, (_, i) => ({ i }));"],
  "a deep handle": [
    "setup",
    "let deep: any = null; for (let i = 0; i < 200_000; i++) deep = { deep }; return deep;",
  ],
  "a handle that throws": ["setup", "return { get x() { throw new Error('no handle'); } };"],
  "process.exit": ["body", "(globalThis as any).process.exit(0);"],
  "a thrown Proxy": [
    "body",
    "const trap = () => { throw new Error('trapped'); }; throw new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap });",
  ],
  "a thrown error above a Proxy": [
    "body",
    "throw Object.setPrototypeOf(new Error('odd'), new Proxy({}, { getPrototypeOf() { throw 1; } }));",
  ],
  "thrown getters": [
    "body",
    "throw { get code() { throw 1; }, get name() { throw 2; }, get message() { throw 3; } };",
  ],
  "a thrown undefined": ["body", "throw undefined;"],
  "a thrown symbol": ["body", "throw Symbol('odd');"],
  "a constructor that throws": [
    "body",
    "class C { constructor() { throw new RangeError('no C'); } } new C();",
  ],
};

const names = Object.keys(hostile);
const submission = `
  export const create = () => new SharedArrayBuffer(8);
  export const fine = (handle: any) => Atomics.add(new Int32Array(handle), 0, 1);
  ${names
    .map((name, i) => {
      const [, text] = hostile[name] as readonly [Place, string];
      return `export function hostile${i}(handle: any): any { const x = new Int32Array(handle); ${text} }`;
    })
    .join("\n")}`;

/** Each hostile scenario, and a good one after it. */
const scenarios = `
  const list = ${JSON.stringify(names.map((name) => [name, hostile[name]?.[0]]))};
  export default list.flatMap(([title, place], i) => {
    const common = { engine: "threads", group: "S", contract: "", expected: "" };
    const hostile = (kata, handle) => kata["hostile" + i](handle);
    const fine = (kata, handle, thread) => { thread.operation("fine", [], () => kata.fine(handle)); };
    return [
      {
        ...common, id: "H" + i, title,
        setup: (kata) => {
          const handle = kata.create();
          return place === "setup" ? hostile(kata, handle) ?? handle : handle;
        },
        threads: place === "body" ? [hostile, () => {}] : [() => {}],
        ...(place === "final" ? { finally: hostile } : {}),
      },
      {
        ...common, id: "G" + i, title: "after " + title,
        setup: (kata) => kata.create(), threads: [fine, fine],
      },
    ];
  });`;

let graded: Promise<ReadonlyMap<string, ScenarioResult>> | undefined;

/** All of them, graded by one grader. */
async function resultOf(name: string): Promise<ScenarioResult> {
  graded ??= gradeText(submission, scenarios, { cpuSeconds: 0.5 }).then(
    (kata) => new Map(kata.scenarios.map((result) => [result.title, result])),
  );
  return (await graded).get(name) as ScenarioResult;
}

describe("hostile code gets a verdict", () => {
  test.each([
    ["a loop in a body", "livelock", "does not end"],
    ["a loop in the set-up", "livelock", "does not end"],
    ["a loop in the final phase", "livelock", "does not end"],
    ["a loop in an error's getter", "crash", "Error"],
    ["a loop of accesses in a body", "inconclusive", "did not end within the step limit"],
    ["a loop of accesses in the set-up", "livelock", "touched shared memory 100,000 times"],
    ["a loop of accesses in the final phase", "inconclusive", "did not end within the step limit"],
    ["a loop that catches everything, asleep", "deadlock", "catches whatever is thrown"],
    ["a loop that catches everything, in the set-up", "livelock", "does not end"],
    ["a wait in the set-up", "deadlock", "waits for what no other thread can do yet"],
    ["a promise that never ends", "livelock", "does not end"],
    ["a promise that is rejected", "pass", ""],
    ["a promise that touches shared memory when all is over", "pass", ""],
    ["a recursion without end", "crash", "RangeError: Maximum call stack size exceeded"],
    ["a recursion of accesses", "inconclusive", "did not end within the step limit"],
    ["objects without end", "crash", "more memory than a worker may have"],
    ["typed arrays without end", "crash", "more memory than a worker may have"],
    ["a string without end", "crash", "RangeError: Invalid string length"],
    ["output without end", "livelock", "does not end"],
    ["a lot of output", "pass", ""],
    ["100 MB of shared memory", "crash", "RangeError: Array buffer allocation failed"],
    ["shared memory without end", "crash", "RangeError: Array buffer allocation failed"],
    ["a huge handle", "crash", "DataCloneError: "],
    ["a deep handle", "crash", "is nested more than 32 levels deep"],
    ["a handle that throws", "crash", "Error: no handle"],
    ["process.exit", "crash", "TypeError: Cannot read properties of undefined (reading 'exit')"],
    ["a thrown Proxy", "crash", "an object: "],
    ["a thrown error above a Proxy", "crash", "odd"],
    ["thrown getters", "crash", "an object: "],
    ["a thrown undefined", "crash", "a thrown undefined"],
    ["a thrown symbol", "crash", "a thrown symbol"],
    ["a constructor that throws", "crash", "RangeError: no C"],
  ])("%s: %s", async (name, verdict, words) => {
    const result = await resultOf(name);
    expect(result).toMatchObject({ verdict });
    expect(result.message ?? "").toContain(words);
  });

  test("and every scenario after it is graded as if nothing had been", async () => {
    const after = await Promise.all(names.map((name) => resultOf(`after ${name}`)));
    expect(after.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
  });

  test("and no host is left", async () => {
    await resultOf("a loop in a body");
    if (isLinux) expect(hostsOf(process.pid)).toEqual([]);
  });
});

const one = (code: string) => ({
  code,
  scenarios: `
    export default ["T1", "T2"].map((id) => ({
      engine: "threads", id, title: id, group: "S", contract: "", expected: "",
      setup: (kata) => kata.create(), threads: [(kata, handle) => kata.run(handle)],
    }));`,
});

test.each([
  ["a loop", "for (;;);", "livelock"],
  ["an error", "throw new Error('not today');", "crash"],
  ["memory without end", "const all = []; for (;;) all.push(new Array(1000).fill({}));", "crash"],
])("%s in a module's top level is the verdict of every scenario", async (_what, text, verdict) => {
  const { code, scenarios: list } = one(`
    export const create = () => null;
    export const run = () => null;
    ${text}`);
  const { scenarios: results } = await gradeText(code, list, { cpuSeconds: 0.5 });
  expect(results.map((result) => result.verdict)).toEqual([verdict, verdict]);
});

/** A submission whose first scenario never ends by itself within any patience. */
const endless = one(`
  export const create = () => null;
  export const run = () => { for (;;); };`);

describe.runIf(isLinux)("the end of", () => {
  test("a host in the middle of a scenario is a crash of that scenario, and the next gets another host", async () => {
    const grading = gradeText(endless.code, endless.scenarios, { cpuSeconds: 0.5, hosts: 1 });
    const host = await until(() => hostsOf(process.pid)[0]);
    process.kill(host, "SIGKILL");
    const { scenarios: results } = await grading;
    expect(results).toMatchObject([
      { verdict: "crash", message: "the host was ended by SIGKILL" },
      { verdict: "livelock" },
    ]);
    expect(hostsOf(process.pid)).toEqual([]);
  });

  test("a grading, by its signal, is the end of its hosts", async () => {
    const abort = new AbortController();
    const grading = gradeText(endless.code, endless.scenarios, {
      cpuSeconds: Infinity,
      signal: abort.signal,
    });
    await until(() => hostsOf(process.pid).length === 2);
    abort.abort();
    await expect(grading).rejects.toMatchObject({ name: "HostEnded", reason: "aborted" });
    expect(hostsOf(process.pid)).toEqual([]);
  });

  test("the grader, by SIGKILL, is the end of its hosts", async () => {
    const script = fileURLToPath(new URL("_grade-for-ever.ts", import.meta.url));
    const grader = spawn(process.execPath, [...process.execArgv, script], { stdio: "ignore" });
    const hosts = await until(() => {
      const found = hostsOf(grader.pid as number);
      return found.length === 2 && found;
    });
    // In its endless loop by now or not: either way it has to go.
    grader.kill("SIGKILL");
    await until(() => !hosts.some(isRunning));
    expect(hosts.filter(isRunning)).toEqual([]);
  });
});
