import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { findMarked } from "../../../src/runtime/processes/marked.ts";
import { PROCESS_LIMIT } from "../../../src/runtime/processes/protocol.ts";
import { resultOf, runText } from "./_run.ts";

vi.setConfig({ testTimeout: 180_000 });

const forever = "await new Promise(() => undefined);";

describe("is a verdict, and leaves nothing behind:", () => {
  test(`more than ${PROCESS_LIMIT} processes`, async () => {
    const run = `for (;;) child();`;
    const { stop } = await runText({ run, child: "process.on('message', () => undefined);" });
    expect(stop).toMatchObject({ end: "processes", actor: 0 });
  });

  test("too many processes one after the other", async () => {
    const run = `const again = (): void => { given().on("exit", again); }; again(); ${forever}`;
    expect((await runText({ run, limits: { processes: 12 } })).stop.end).toBe("processes");
  });

  test("a child that forks", async () => {
    const source = `fork(new URL("./child.ts", import.meta.url));`;
    const { stop } = await runText({ run: `child(); ${forever}`, child: source });
    expect(stop).toMatchObject({ end: "nested", actor: 1, site: { entry: "src/child.ts" } });
  });

  test("a child that computes for ever", async () => {
    const { stop } = await runText({ run: `child(); child(); ${forever}`, child: "for (;;);" });
    expect(stop).toMatchObject({ end: "no-progress", actor: 1 });
  });

  test("a parent that computes for ever, with a child", async () => {
    const run = "const c = child(); while (c.exitCode === null);";
    expect((await runText({ run })).stop).toMatchObject({ end: "no-progress", actor: 0 });
  });

  test("a child that sleeps and does not come back", async () => {
    const source = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
    const { stop } = await runText({ run: `child(); ${forever}`, child: source });
    expect(stop).toMatchObject({ end: "asleep", actor: 1 });
  });

  test("microtasks of a child that never end", async () => {
    const source = "void (async () => { for (;;) await null; })();";
    const { stop } = await runText({ run: `child(); ${forever}`, child: source });
    expect(stop).toMatchObject({ end: "no-progress", actor: 1 });
  });

  test("timers that never end", async () => {
    const { stop } = await runText({
      run: `setInterval(() => undefined, 1); ${forever}`,
      limits: { events: 500 },
    });
    expect(stop.end).toBe("events");
  });

  test("a flood of messages from a child", async () => {
    const source = "for (;;) process.send!('x');";
    const { stop } = await runText({
      run: `child(); ${forever}`,
      child: source,
      limits: { messages: 1_000, cpuSeconds: 20 },
    });
    expect(["messages", "memory"]).toContain(stop.end);
  });

  test("a flood of messages to a child", async () => {
    const run = `const c = child(); for (;;) c.send("x");`;
    const { stop } = await runText({ run, limits: { messages: 1_000 } });
    expect(stop.end).toBe("messages");
  });

  test("a child that takes more and more memory", async () => {
    const source = `const all: unknown[] = []; for (;;) all.push(new Uint8Array(2 ** 20).fill(1));`;
    const { stop } = await runText({
      run: `child(); ${forever}`,
      child: source,
      limits: { memoryMiB: 64, cpuSeconds: 20 },
    });
    expect(stop.end).toBe("memory");
  });

  test("a daemon that nobody waits for", async () => {
    const run =
      "child({ detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }).unref(); return 1;";
    const { stop } = await runText({
      run,
      child: "process.on('SIGTERM', () => undefined); for (;;);",
    });
    expect(["leak", "no-progress"]).toContain(stop.end);
  });
});

describe("is survived:", () => {
  test("a child that ignores SIGTERM, until SIGKILL comes", async () => {
    const source = `process.on("SIGTERM", () => undefined); process.on("message", () => undefined); process.send!("up");`;
    const run = `const c = child(); await next(c, "message"); c.kill("SIGTERM");
      const end = next(c, "exit");
      const first = await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 500, "alive"))]);
      c.kill("SIGKILL"); return [first, await end];`;
    expect(await resultOf({ run, child: source })).toEqual(["alive", [null, "SIGKILL"]]);
  });

  test("4 MB written just before process.exit(): they are lost, as in Node, and the end is seen", async () => {
    const source = `process.send!("x".repeat(4_000_000)); process.exit(6);`;
    const run = `const c = child(); let heard = 0; c.on("message", () => heard++); return [await next(c, "exit"), heard];`;
    expect(await resultOf({ run, child: source })).toEqual([[6, null], 0]);
  });

  test("4 MB written before a natural end: they arrive", async () => {
    const source = `process.send!("x".repeat(4_000_000));`;
    const run = `const c = child(); const [text] = await next(c, "message"); await next(c, "exit"); return text.length;`;
    expect(await resultOf({ run, child: source })).toBe(4_000_000);
  });

  test("a grader that stops in the middle", async () => {
    const stop = new AbortController();
    const run = `child(); ${forever}`;
    const body = "async (kata, p) => { const done = kata.run(); await p.rest(); return done; }";
    const running = runText({
      run,
      body,
      child: "process.on('message', () => undefined);",
      signal: stop.signal,
    });
    stop.abort();
    await expect(running).rejects.toThrow("grading was stopped");
  });
});

describe("is refused:", () => {
  test.each([
    ["another program", `spawn("/bin/sh", ["-c", "true"])`, "spawn() starts process.execPath"],
    ["a module that is not the kata's", `fork("/etc/passwd")`, "cannot be started as a process"],
    [
      "a module of the kata that is not named",
      `fork(new URL("./index.ts", import.meta.url))`,
      "cannot be started",
    ],
    ["flags for Node", `child({ execArgv: ["--inspect"] })`, '"execArgv" of fork()'],
    ["another folder", `child({ cwd: "/" })`, '"cwd" of fork()'],
    ["a shell", `spawn("node", [], { shell: true })`, ""],
    ["a signal to somebody else", `process.kill(process.ppid, "SIGKILL")`, "kill EPERM"],
    ["a signal to a whole group", `process.kill(0, "SIGKILL")`, "kill EPERM"],
    ["a signal that stops a process", `child().kill("SIGSTOP")`, "Unknown signal: SIGSTOP"],
    ["a function as a message", `child().send(() => 1)`, "must be one of type"],
    [
      "a function in a message",
      `child({ serialization: "advanced" }).send({ f: () => 1 })`,
      "could not be cloned",
    ],
  ])("%s", async (_what, call, message) => {
    const run = `try { ${call}; return "nothing"; } catch (error: any) { return error.message; }`;
    const body =
      "async (kata, p) => { const said = await kata.run(); for (const { number } of p.children()) p.kill(number, 'SIGKILL'); await p.rest(); return said; }";
    expect(String(await resultOf({ run, body }))).toContain(message === "" ? "cannot be" : message);
  });
});

test("values cross a channel as its serialization says", async () => {
  const source = "process.on('message', (m) => { process.send!(m); process.disconnect!(); });";
  const run = (
    serialization: string,
  ): string => `const c = child({ serialization: "${serialization}" });
    c.send({ map: new Map([[1, 2n]]), undef: undefined, date: new Date(0) });
    const [m] = await next(c, "message"); await next(c, "exit");
    return [m.map instanceof Map, "undef" in m, typeof m.date];`;
  expect(await resultOf({ run: run("advanced"), child: source })).toEqual([true, true, "object"]);
  const json = run("json").replace("[[1, 2n]]", "[[1, 2]]");
  expect(await resultOf({ run: json, child: source })).toEqual([false, false, "string"]);
});

const reach = JSON.stringify(fileURLToPath(new URL("../sealed/_reach.ts", import.meta.url)));

test("nothing of Node can be reached from processes, channels, events, or an error of these", async () => {
  const { runs, stop } = await runText({
    scenarioTop: `
      import * as childProcess from "node:child_process";
      import { EventEmitter } from "node:events";
      import { findForbidden } from ${reach};
      const forbidden = new Map();
      const forbid = (value, name) => { forbidden.set(value, name); if (typeof value === "function") forbidden.set(value.prototype, name + ".prototype"); };
      for (const name of ["process", "globalThis", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "URL", "DOMException", "structuredClone", "Error", "Function", "eval", "Compartment", "Buffer", "fetch"]) forbid(globalThis[name], name);
      for (const [name, value] of Object.entries(childProcess)) if (typeof value === "object" || typeof value === "function") forbid(value, "node's " + name);
      forbid(EventEmitter, "EventEmitter");
      for (const shared of [null, undefined, Function.prototype, Error.prototype]) forbidden.delete(shared);`,
    body: "async (kata) => findForbidden(await kata.run(), forbidden)",
    top: "const attempt = (call: () => any): any => { try { return call(); } catch (error) { return error; } };",
    run: `
      const things: unknown[] = [fork, spawn, EventEmitter, once, constants, process, process.env, process.argv, URL, setTimeout, queueMicrotask];
      const c = child({ serialization: "advanced" });
      things.push(c, c.channel, c.spawnargs);
      for (const name of ["spawn", "message", "disconnect", "exit", "close", "error"]) c.on(name, function (this: unknown, ...values: unknown[]) { things.push(this, ...values); });
      for (const call of [
        () => fork("nowhere"), () => fork(Symbol() as any), () => spawn("sh"), () => child({ env: 1 }), () => child({ env: { a: Symbol() } }),
        () => c.send(undefined), () => c.send(() => 1), () => c.send({ f: () => 1 }), () => c.send(new Proxy({}, { ownKeys() { throw 1; } })), () => c.kill("nonsense"),
        () => new (c.constructor as any)(), () => c.on("x", 1), () => process.kill(1, "SIGTERM"), () => { process.exitCode = "x" as any; }, () => process.nextTick(1 as any),
        () => Reflect.get(Object.getPrototypeOf(c), "pid", {}), () => (process.env as any)[Symbol()] = 1, () => Reflect.construct(EventEmitter, [], Object),
      ]) things.push(attempt(call));
      c.send("go");
      things.push(await next(c, "close"), attempt(() => c.send(1, (error: unknown) => things.push(error))));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return things;`,
    child: `process.once("message", () => { process.send!({ map: new Map([[1, new Set([2])]]), date: new Date(0), error: new RangeError("sent"), view: new Uint8Array(2), pattern: /x/ }); process.disconnect!(); });`,
  });
  expect(stop).toMatchObject({ end: "done" });
  const walked = runs[0]?.outcome.result as {
    readonly visited: number;
    readonly forbidden: readonly string[];
    readonly open: readonly string[];
  };
  expect(walked.forbidden).toEqual([]);
  expect(walked.open).toEqual([]);
  expect(walked.visited).toBeGreaterThan(200);
});

describe("a submission that a given module imports", () => {
  const given = (said: string): string =>
    `import { look } from "../src/index.ts"; const own = typeof harness; process.send!(${said});`;
  const run = 'return (await next(given(), "message"))[0];';

  test("is sealed, and does not see what the given module has", async () => {
    const top = `declare const harness: unknown, require: (name: string) => object, imports: object;
      export const look = (): unknown[] => [typeof harness, "harness" in globalThis, typeof own, Object.keys(imports), "Buffer" in globalThis];
      declare const own: unknown;`;
    expect(await resultOf({ run, top, given: given("[own, ...look()]") })).toEqual([
      "object",
      "undefined",
      false,
      "undefined",
      expect.not.arrayContaining(["src/index.ts"]),
      false,
    ]);
  });

  test("is found by line where it throws", async () => {
    const top = `export function look(): never {\n  throw new RangeError("here");\n}`;
    const { stop } = await runText({ run, top, given: given("look()") });
    const thrown = stop.rows.find(({ text }) => text.startsWith("throws RangeError"));
    expect(thrown?.site).toMatchObject({ entry: "src/index.ts" });
  });
});

test("a process that nobody has marked is not found", () => {
  expect(findMarked("a run that never was")).toEqual([]);
});
