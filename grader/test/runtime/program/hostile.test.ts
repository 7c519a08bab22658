import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { runText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

const reach = JSON.stringify(fileURLToPath(new URL("../sealed/_reach.ts", import.meta.url)));

/** A scenario that walks what the program hands out, outside of the compartment but in the same realm. */
const walk = {
  scenarioTop: `
    import { EventEmitter } from "node:events";
    import * as threads from "node:worker_threads";
    import { findForbidden } from ${reach};
    const timer = setTimeout(() => undefined, 0);
    const forbidden = new Map();
    const forbid = (value, name) => { forbidden.set(value, name); if (typeof value === "function") forbidden.set(value.prototype, name + ".prototype"); };
    for (const name of ["process", "globalThis", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "URL", "DOMException", "MessagePort", "MessageChannel", "structuredClone", "Error", "Function", "eval", "Compartment", "Buffer", "fetch", "EventTarget", "Event"]) forbid(globalThis[name], name);
    for (const [name, value] of Object.entries(threads)) if (typeof value === "object" || typeof value === "function") forbid(value, "node's " + name);
    forbid(EventEmitter, "EventEmitter");
    forbid(timer.constructor, "Timeout");
    // Lockdown has frozen these two, and given them constructors that can do nothing.
    for (const shared of [null, undefined, Function.prototype, Error.prototype]) forbidden.delete(shared);`,
  body: `async (kata) => findForbidden(await kata.run(), forbidden)`,
};

/** Gives what a call throws, or what it gives. */
const ATTEMPT =
  "const attempt = (call: () => any): any => { try { return call(); } catch (error) { return error; } };";

test("nothing of Node can be reached from a worker, a timer, a URL, a promise, or an error of these", async () => {
  const shown = await runText({
    ...walk,
    top: ATTEMPT,
    run: `
      const things: unknown[] = [Worker, URL, setTimeout, setInterval, setImmediate, clearTimeout, queueMicrotask];
      const worker = start(1);
      things.push(worker, worker.on("online", function (this: unknown, ...values: unknown[]) { things.push(this, ...values); }));
      things.push(setTimeout(() => undefined, 0), setImmediate(() => undefined), new URL("a:b"));
      worker.on("error", function (this: unknown, ...values: unknown[]) { things.push(this, ...values); });
      worker.on("message", function (this: unknown, ...values: unknown[]) { things.push(this, ...values); });
      const terminated = next(worker, "exit").then(() => worker.terminate());
      for (const call of [
        () => start(() => 1), () => start(1, { transferList: [1] }), () => start(1, { transferList: 1 }), () => start(1, { env: {} }), () => start(1, 5 as any),
        () => start(Symbol("s")), () => start(new Proxy({}, {})), () => worker.postMessage(() => 1), () => worker.postMessage(1, [1]), () => worker.postMessage(1, 7), () => worker.postMessage(worker.on),
        () => new URL("nonsense"), () => new URL(Symbol() as any), () => (Worker as any)(), () => worker.on("x", 1), () => setTimeout(1 as any),
        () => Worker.prototype.postMessage.call({} as any, 1), () => Reflect.get(Worker.prototype, "threadId", {}), () => Reflect.construct(Worker, [1], Object),
        () => Reflect.get(URL.prototype, "href", {}), () => structuredClone(1),
      ]) { const made = attempt(call); things.push(made); if (made instanceof Worker) made.on("error", (error) => things.push(error)); }
      things.push(terminated, await terminated);
      return things;`,
    worker: `
      parentPort!.postMessage({ map: new Map([[1, new Set([2])]]), date: new Date(0), error: new RangeError("sent"), view: new Uint8Array(2), big: 1n, pattern: /x/ });
      throw Object.defineProperties(new RangeError("thrown"), { constructor: { value: 1 }, toString: { value: null } });`,
  });
  expect(shown).toMatchObject({ end: "done", left: [] });
  const [walked] = shown.results as readonly [
    {
      readonly visited: number;
      readonly forbidden: readonly string[];
      readonly open: readonly string[];
    },
  ];
  expect(walked.forbidden).toEqual([]);
  expect(walked.open).toEqual([]);
  expect(walked.visited).toBeGreaterThan(500);
});

/** Ways to code, or to a power, from a value called `thing`. */
const escapes = [
  `thing.constructor.constructor("return process")()`,
  `thing.constructor("return process")()`,
  `new thing.constructor("process.exit(0)", { eval: true }).x.y`,
  `Object.getPrototypeOf(thing).constructor.constructor("return globalThis.process")()`,
  `Object.getPrototypeOf(Object.getPrototypeOf(thing)).constructor.constructor("return process")()`,
  `thing.on.constructor("return process")()`,
  `thing.postMessage.constructor("return process")()`,
  `Object.assign(Object.getPrototypeOf(thing), { postMessage: () => "forged" })`,
  `Object.defineProperty(thing.constructor, "prototype", { value: {} })`,
  `Reflect.setPrototypeOf(thing.constructor, null) || [].x.y`,
  `thing.constructor.prototype.on = () => "forged"`,
  `Object.getOwnPropertySymbols(Object.getPrototypeOf(thing)).filter((key) => key !== Symbol.toStringTag)[0].description`,
  `thing._events.message.name`,
  `thing.stdout.write("x")`,
  `thing.resourceLimits.x`,
  `thing.getHeapSnapshot()`,
  `thing.start()`,
  `thing.emit("exit", 0)`,
  `process.exit(0)`,
  `(0, require)("node:fs")`,
  `globalThis.process.exit(0)`,
  `new MessageChannel()`,
  `new BroadcastChannel("x")`,
  `thing.on.caller.name`,
  `thing.on.arguments.length`,
];
const attempts = `[${escapes.map((text) => `() => (${text})`).join(",\n")}].map((call) => { try { return [typeof call()]; } catch (error) { return error instanceof Error ? "threw" : "a strange error"; } })`;
const allThrew = escapes.map(() => "threw");

describe("no way out leads from", () => {
  test("a worker in the hands of the main thread", async () => {
    const { results } = await runText({
      run: `const thing: any = start(); const seen = ${attempts}; await next(thing, "exit"); return seen;`,
    });
    expect(results).toEqual([allThrew]);
  });

  test("the parentPort in the hands of a worker", async () => {
    const { results } = await runText({
      run: `return next(start(), "message");`,
      worker: `const thing: any = parentPort; parentPort!.postMessage(${attempts});`,
    });
    expect(results).toEqual([allThrew]);
  });

  test("an error that a worker has died of", async () => {
    const { results } = await runText({
      run: `const thing: any = await next(start(), "error"); return ${attempts};`,
      worker: "throw new RangeError('no');",
    });
    expect(results).toEqual([allThrew]);
  });
});

test("a worker sees the globals of a compartment, and timers", async () => {
  const names =
    "process require Buffer fetch structuredClone MessageChannel Worker WebAssembly performance setTimeout URL";
  const { results } = await runText({
    run: `return [await next(start(), "message"), look()];`,
    top: `export const look = (): string[] => ${JSON.stringify(names.split(" "))}.filter((name) => (globalThis as any)[name] !== undefined);`,
    worker: `import { look } from "../src/index.ts"; parentPort!.postMessage(look());`,
  });
  const there = ["performance", "setTimeout", "URL"];
  expect(results).toEqual([[there, there]]);
});

describe("evidence cannot be forged by", () => {
  test("a worker that posts what our own worker posts", async () => {
    const program = {
      run: `const worker = start(); const seen: unknown[] = []; worker.on("message", (value: unknown) => seen.push(value)); await next(worker, "exit"); return seen;`,
      worker: `
        parentPort!.postMessage({ kind: "failed", said: {}, name: "x", code: "", message: "" });
        parentPort!.postMessage({ kind: "program-end", end: "done", left: [], scenario: "S2" });`,
    };
    const { end, results } = await runText(program);
    expect(end).toBe("done");
    expect(results).toMatchObject([[{ kind: "failed" }, { kind: "program-end" }]]);
  });

  test("a thenable that settles twice, or calls back when it is looked at", async () => {
    const thenable = `return { then(resolve: any, reject: any) { resolve(1); resolve(2); reject(3); } } as any;`;
    expect(await runText({ run: thenable })).toMatchObject({ end: "done", results: [1] });
    const never = `return { get then() { return () => undefined; } } as any;`;
    expect(await runText({ run: never })).toMatchObject({ end: "early", results: [] });
  });

  test("what is thrown without being an error", async () => {
    for (const thrown of [
      "new Proxy(new Error('x'), { get() { throw 1; }, getPrototypeOf() { throw 2; } })",
      "{ get code() { throw 1; }, get name() { for (;;) throw 2; } }",
      "null",
      "Symbol('s')",
    ]) {
      const inMain = await runText({ run: `throw ${thrown};` });
      expect(inMain).toMatchObject({ end: "threw", results: [] });
      const inWorker = await runText({
        run: `start(); await new Promise(() => undefined);`,
        worker: `throw ${thrown};`,
      });
      expect(inWorker).toMatchObject({ end: "threw", results: [] });
    }
  });

  test("a worker class with more to it", async () => {
    const program = {
      top: `class Forged extends Worker { override get threadId() { return 7; } override terminate() { return Promise.resolve(0); } }`,
      run: `const worker = new Forged(new URL("../given/worker.ts", import.meta.url)); return [worker.threadId, await worker.terminate()];`,
      worker: `parentPort!.on("message", () => undefined);`,
    };
    expect(await runText(program)).toMatchObject({
      end: "leak",
      left: ["given/worker.ts"],
      results: [[7, 0]],
    });
  });
});
