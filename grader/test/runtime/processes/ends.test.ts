import { describe, expect, test, vi } from "vitest";
import { resultOf, runText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

const forever = "await new Promise(() => undefined);";

test("a child answers, disconnects and ends, and the parent hears of all three", async () => {
  const run = `const c = child(); const events: unknown[] = [];
    for (const name of ["message", "disconnect", "exit", "close"]) c.on(name, (...values: unknown[]) => events.push([name, ...values]));
    await next(c, "close"); return events;`;
  expect(await resultOf({ run, child: "process.send!({ hello: 1 });" })).toEqual([
    ["message", { hello: 1 }],
    ["disconnect"],
    ["exit", 0, null],
    ["close", 0, null],
  ]);
});

describe("how a child ends:", () => {
  test.each([
    ["with nothing left to do", "", [0, null]],
    ["with the status that it has set", "process.exitCode = 3;", [3, null]],
    ["as it asks to", "process.exit(7);", [7, null]],
    ["of an error that nobody catches", "throw new RangeError('no');", [1, null]],
    ["of a promise that nobody awaits", "void Promise.reject(new Error('no'));", [1, null]],
    ["by its own signal", "process.kill(process.pid, 'SIGTERM');", [null, "SIGTERM"]],
    ["when its timer has fired", "setTimeout(() => process.exit(4), 1e6);", [4, null]],
    [
      "although an unref'ed timer is left",
      "setTimeout(() => process.exit(4), 1e6).unref();",
      [0, null],
    ],
  ])("%s", async (_how, source, end) => {
    const run = 'return next(child(), "exit");';
    expect(await resultOf({ run, child: source })).toEqual(end);
    expect(await resultOf({ run: run.replace("child()", "given()"), given: source })).toEqual(end);
  });

  test("not as long as it listens for messages", async () => {
    const run = `const c = child(); c.send("stop"); return next(c, "exit");`;
    const listens = "process.on('message', () => process.disconnect!());";
    expect(await resultOf({ run, child: listens })).toEqual([0, null]);
    const deaf = `${listens} process.channel!.unref();`;
    expect(await resultOf({ run, child: deaf })).toEqual([0, null]);
  });

  test("it hears of a signal that it listens to, and lives", async () => {
    const source = `process.on("SIGTERM", () => process.send!("heard")); process.on("message", () => process.exit(2));`;
    const run = `const c = child(); c.send; await new Promise((resolve) => setTimeout(resolve, 10)); c.kill("SIGTERM");
      const heard = await next(c, "message"); c.send("end"); return [heard, await next(c, "exit"), c.killed];`;
    expect(await resultOf({ run, child: source })).toEqual([["heard"], [2, null], true]);
  });
});

describe("a parent ends early when", () => {
  test.each([
    ["nothing is left that could settle its promise", forever],
    [
      "the end of a child is awaited that it has heard of",
      `const c = child(); await next(c, "exit"); await next(c, "exit");`,
    ],
    [
      "nothing holds it, although a child is on its way",
      `const c = child(); c.unref(); c.channel.unref(); await next(c, "exit");`,
    ],
    [
      "only an unref'ed timer is left",
      `await new Promise((resolve) => setTimeout(resolve, 5).unref());`,
    ],
  ])("%s", async (_when, run) => {
    const { runs, stop } = await runText({ run });
    expect([runs.length, stop.end]).toEqual([0, "early"]);
  });
});

describe("nothing more can come, and it is said who waits:", () => {
  test("a child for a message, the parent for the child", async () => {
    const { stop } = await runText({
      run: `await next(child(), "exit");`,
      child: "process.on('message', () => undefined);",
    });
    expect(stop).toMatchObject({
      end: "deadlock",
      detail: "nothing more can come: child 1 waits for a message",
    });
  });

  test("jobs at a gate, and the scenario for more of them", async () => {
    const { stop } = await runText({
      run: `given(); await next(given(), "exit");`,
      given: "\nvoid harness.gate('here');",
      body: "async (kata, p) => { await Promise.all([kata.run(), p.arrived('here', 3)]); }",
    });
    expect(stop.detail).toBe(
      'nothing more can come: the parent waits for 3 jobs at the gate "here"; ' +
        'child 1 waits at the gate "here"; child 2 waits at the gate "here"',
    );
    expect(stop.waiters.map(({ actor, site }) => [actor, site?.entry])).toEqual([
      [0, undefined],
      [1, "given/child.ts"],
      [2, "given/child.ts"],
    ]);
  });
});

describe("the promise has settled, and something is left:", () => {
  test.each([
    [
      "a child that listens",
      "child();",
      "process.on('message', () => undefined);",
      "child 1 (src/child.ts) is alive",
    ],
    [
      "a child with a timer",
      "child().unref();",
      "setTimeout(() => undefined, 50);",
      "child 1 (src/child.ts) is alive",
    ],
    [
      "a daemon that has left the group",
      "child({ detached: true });",
      "setInterval(() => undefined, 50);",
      "child 1 (src/child.ts) is alive",
    ],
    ["a timer", "setTimeout(() => undefined, 5_000);", "", "a timer is left (setTimeout 5000 ms)"],
  ])("%s", async (_what, run, source, what) => {
    const { runs, stop } = await runText({ run: `${run} return 1;`, child: source });
    expect([runs.length, stop.end, stop.detail]).toEqual([
      0,
      what.startsWith("a timer") ? "timer-left" : "leak",
      `the promise has settled, but ${what}`,
    ]);
  });

  test("nothing of what is on its way", async () => {
    const run = `child(); child(); return 1;`;
    expect(await resultOf({ run, child: "process.send!(1);" })).toBe(1);
  });
});

describe("nobody catches an error of the parent", () => {
  test.each([
    ["in its program", "\nthrow new RangeError('no');"],
    ["in a promise", `\nvoid (async () => { throw new RangeError('no'); })(); ${forever}`],
    ["in a listener", `\nchild().on("exit", () => { throw new RangeError('no'); }); ${forever}`],
    ["in a timer", `\nsetTimeout(() => { throw new RangeError('no'); }, 1); ${forever}`],
    ["in a microtask", `\nqueueMicrotask(() => { throw new RangeError('no'); }); ${forever}`],
    ["in the next tick", `\nprocess.nextTick(() => { throw new RangeError('no'); }); ${forever}`],
  ])("%s", async (_where, run) => {
    const { stop } = await runText({ run });
    expect(stop).toMatchObject({ end: "threw", error: { code: "RangeError", message: "no" } });
    expect(stop.error?.site).toBeDefined();
  });

  test("an 'error' event that nobody listens to is one", async () => {
    const run = `child().on("disconnect", function (this: any) { this.send(1); }); ${forever}`;
    expect((await runText({ run })).stop).toMatchObject({
      end: "threw",
      error: { code: "ERR_IPC_CHANNEL_CLOSED" },
    });
  });
});

test("process.exit() of the parent is no end of its own", async () => {
  expect((await runText({ run: "process.exit(0);" })).stop.end).toBe("exited");
});

test("an assertion of the scenario that does not hold is told in its words", async () => {
  const body = "(kata, p) => p.assert(false, 'the sky is blue')";
  expect((await runText({ run: "", body })).stop).toMatchObject({
    end: "violated",
    detail: "the sky is blue",
  });
});
