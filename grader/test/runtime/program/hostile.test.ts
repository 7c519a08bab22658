import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { runText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

const reach = JSON.stringify(fileURLToPath(new URL("../sealed/_reach.ts", import.meta.url)));

/** A scenario that walks what the program hands out, outside of the compartment but in the same realm. */
const walk = {
  scenarioTop: `
    import * as asyncHooks from "node:async_hooks";
    import { EventEmitter } from "node:events";
    import * as threads from "node:worker_threads";
    import { findForbidden } from ${reach};
    const timer = setTimeout(() => undefined, 0);
    const forbidden = new Map();
    const forbid = (value, name) => { forbidden.set(value, name); if (typeof value === "function") forbidden.set(value.prototype, name + ".prototype"); };
    for (const name of ["process", "globalThis", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "URL", "DOMException", "MessagePort", "MessageChannel", "structuredClone", "Error", "Function", "eval", "Compartment", "Buffer", "fetch", "EventTarget", "Event", "CustomEvent", "AbortController", "AbortSignal"]) forbid(globalThis[name], name);
    for (const [name, value] of Object.entries({ ...threads, ...asyncHooks })) if (typeof value === "object" || typeof value === "function") forbid(value, "node's " + name);
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

test("nothing of Node can be reached from events, signals, clones, async contexts, or an error of these", async () => {
  const shown = await runText({
    ...walk,
    top: ATTEMPT,
    run: `
      const things: unknown[] = [EventTarget, Event, CustomEvent, AbortController, AbortSignal, DOMException, structuredClone, queueMicrotask, AsyncLocalStorage, AsyncResource];
      const keep = Object.freeze({ keep(this: unknown, ...values: unknown[]): unknown { things.push(this, ...values); return values[0]; } }.keep);
      const [target, controller, storage, resource] = [new EventTarget(), new AbortController(), new AsyncLocalStorage(), new AsyncResource("mine")] as any[];
      const signals = [controller.signal, AbortSignal.abort(), AbortSignal.timeout(1), AbortSignal.any([controller.signal]), AbortSignal.any([AbortSignal.abort(1)])];
      for (const each of [target, ...signals]) { each.addEventListener("abort", keep, { signal: controller.signal }); each.addEventListener("abort", { handleEvent: keep }, true); each.onabort = keep; }
      const event = new CustomEvent("abort", { cancelable: true, detail: {} });
      target.dispatchEvent(event);
      controller.abort();
      things.push(target, controller, ...signals, event, event.composedPath(), ...signals.map(({ reason }) => reason), attempt(() => signals[1].throwIfAborted()));
      things.push(storage, storage.run({}, keep, 1), storage.exit(keep, 2), resource, resource.runInAsyncScope(keep, storage, 3), resource.emitDestroy(), storage.getStore());
      const promise = storage.run({}, async () => { await 1; keep.call(Promise.resolve()); });
      for (const bound of [resource.bind(keep), AsyncResource.bind(keep), AsyncLocalStorage.bind(keep), AsyncResource.bind(keep, "x", storage), AsyncLocalStorage.snapshot()]) things.push(attempt(() => bound.call(target, keep, 4)), Object.freeze(bound), Object.freeze(bound.prototype));
      things.push(promise, await promise, structuredClone({ map: new Map([[1, new Set([2])]]), date: new Date(0), error: new RangeError("x", { cause: new DOMException("y") }), big: 1n, pattern: /x/, view: new Uint8Array(2), shared: 1 }));
      queueMicrotask(keep as any);
      for (const call of [
        () => structuredClone(() => 1), () => structuredClone(Symbol("s")), () => structuredClone({ get x() { throw controller; } }), () => (structuredClone as any)(), () => structuredClone(1, 5 as any),
        () => structuredClone(1, { transfer: [1] as any }), () => structuredClone(1, { transfer: 1 as any }), () => { const buffer = new ArrayBuffer(1); structuredClone(buffer, { transfer: [buffer, buffer] }); },
        () => structuredClone(target), () => structuredClone(controller.signal), () => structuredClone(storage), () => structuredClone(resource), () => structuredClone(event), () => structuredClone(new Proxy({}, {})),
        () => structuredClone(new WeakMap()), () => structuredClone(new TextDecoder()), () => structuredClone(new URL("a:b")), () => structuredClone(setTimeout(() => undefined, 0)), () => structuredClone(Promise.resolve()),
        () => { let deep: unknown; for (let i = 0; i < 1e5; i++) deep = { deep }; return structuredClone(deep); }, () => structuredClone(new DOMException("z", "AbortError")),
        () => target.dispatchEvent({}), () => target.dispatchEvent(new Proxy(event, {})), () => target.addEventListener("x"), () => target.addEventListener("x", 1), () => target.addEventListener(Symbol(), keep), () => target.addEventListener("x", keep, 1), () => target.addEventListener("x", keep, { signal: {} }),
        () => { target.addEventListener("y", (e: any) => target.dispatchEvent(e)); target.addEventListener("z", (e: any) => things.push(attempt(() => target.dispatchEvent(e)))); target.dispatchEvent(new Event("z")); },
        () => (EventTarget as any)(), () => EventTarget.prototype.addEventListener.call({} as any, "x", keep as any), () => Reflect.construct(EventTarget, [], Object), () => Reflect.construct(DOMException, ["x"], Function), () => Reflect.construct(DOMException, [], (() => 1).bind(null)),
        () => new (Event as any)(), () => new Event(Symbol() as any), () => new Event("x", 1 as any), () => Reflect.construct(Event, ["x"], Map), () => Reflect.get(Event.prototype, "target", {}), () => Reflect.get(Event.prototype, "target"),
        () => new (AbortSignal as any)(), () => Reflect.construct(AbortSignal, [{}], Object), () => AbortSignal.any(1 as any), () => AbortSignal.any([target]), () => AbortSignal.timeout(-1), () => AbortSignal.timeout("1" as any), () => AbortController.prototype.abort.call(controller.signal),
        () => Reflect.get(AbortSignal.prototype, "aborted", target), () => Reflect.get(AbortController.prototype, "signal", {}), () => new (DOMException as any)(Symbol()), () => new DOMException("x", { name: "AbortError", cause: target } as any), () => (DOMException as any)("x"),
        () => queueMicrotask(1 as any), () => new AsyncLocalStorage(1 as any), () => storage.run(1), () => storage.run(1, 2), () => storage.exit(3), () => storage.getStore.call({}), () => (AsyncLocalStorage as any)(), () => AsyncLocalStorage.bind(1 as any), () => AsyncLocalStorage.snapshot()(1 as any),
        () => storage.enterWith({}), () => storage.getStore(), () => storage.disable(), () => new (AsyncResource as any)(), () => new AsyncResource("x", { triggerAsyncId: "y" } as any), () => new AsyncResource("x", -2), () => resource.runInAsyncScope(1), () => resource.bind(1), () => Reflect.construct(AsyncResource, ["x"], Map),
        () => storage.run(1, () => { throw new RangeError("own"); }), () => resource.asyncId.call(storage),
      ]) things.push(attempt(call));
      await new Promise<void>((resolve) => setTimeout(resolve, 5));
      return things;`,
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

test("a worker sees the globals of a compartment, timers, and what async work needs", async () => {
  const names =
    "process require Buffer fetch MessageChannel Worker WebAssembly performance setTimeout URL AbortSignal structuredClone";
  const { results } = await runText({
    run: `return [await next(start(), "message"), look()];`,
    top: `export const look = (): string[] => ${JSON.stringify(names.split(" "))}.filter((name) => (globalThis as any)[name] !== undefined);`,
    worker: `import { look } from "../src/index.ts"; parentPort!.postMessage(look());`,
  });
  const there = ["performance", "setTimeout", "URL", "AbortSignal", "structuredClone"];
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
