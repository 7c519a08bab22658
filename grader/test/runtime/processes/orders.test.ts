import { expect, test, vi } from "vitest";
import type { Order } from "../../../src/runtime/processes/protocol.ts";
import { resultOf, runText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Two children that each say two things and end; what the parent hears, in its order. */
const two = {
  run: `const heard: string[] = [];
    for (const name of ["1", "2"]) {
      const c = given();
      c.on("message", (what: string) => heard.push(name + what));
      c.on("exit", () => heard.push(name + "x"));
      c.on("disconnect", () => heard.push(name + "d"));
    }
    while (heard.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
    return heard.join(" ");`,
  given: "process.send!('a'); process.send!('b');",
} as const;

test.each([
  ["oldest-first", "1a 1b 1d 1x 2a 2b 2d 2x"],
  ["exits-first", "1x 2x 1a 1b 1d 2a 2b 2d"],
  ["newest-first", "2x 2a 2b 2d 1x 1a 1b 1d"],
] as const)("in the order %s real children are heard as it says", async (order, heard) => {
  expect(await resultOf({ ...two, orders: [order] })).toBe(heard);
});

test("the same orders inject the same script, again and again", async () => {
  const orders: readonly Order[] = ["seed-1", "seed-2", "seed-3"];
  const [first, second] = [await runText({ ...two, orders }), await runText({ ...two, orders })];
  const scripts = ({ runs }: typeof first): readonly unknown[] =>
    runs.map(({ order, rows, outcome }) => ({ order, rows, result: outcome.result }));
  expect(scripts(second)).toEqual(scripts(first));
  expect(new Set(first.runs.map(({ outcome }) => outcome.result)).size).toBeGreaterThan(1);
});

test("a message to a child is held back as well, and each child gets its own in order", async () => {
  const run = `const heard: string[] = [];
    const cs = ["1", "2"].map((name) => { const c = given(); c.on("message", (what: string) => heard.push(name + what)); return c; });
    for (const what of ["a", "b"]) for (const c of cs) c.send(what);
    while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const c of cs) c.disconnect();
    return heard.join(" ");`;
  const given = "process.on('message', (what) => process.send!(what));";
  const results = new Set<unknown>();
  for (const order of ["oldest-first", "seed-1", "seed-2", "seed-3"] as const) {
    const result = String(await resultOf({ run, given, orders: [order] }));
    for (const name of ["1", "2"])
      expect(result.split(" ").filter((each) => each.startsWith(name))).toEqual([
        `${name}a`,
        `${name}b`,
      ]);
    results.add(result);
  }
  expect(results.size).toBeGreaterThan(1);
});

test("time stands still as long as anything can happen, and an hour takes no time", async () => {
  const run = `const c = given(); const timer = new Promise((resolve) => setTimeout(() => resolve("time"), 1));
    const first = await Promise.race([timer, next(c, "message")]);
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    return [first, performance.now() >= 3_600_000];`;
  expect(await resultOf({ run, given: "process.send!('message');" })).toEqual([["message"], true]);
});

test("the clock overtakes only where the scenario allows it", async () => {
  const run = `const c = given(); const timer = new Promise((resolve) => setTimeout(() => resolve("time"), 1));
    const first = await Promise.race([timer, next(c, "exit")]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    return first;`;
  const clock = { run, orders: ["clock-first"] } as const;
  expect(await resultOf(clock)).toEqual([0, null]);
  expect(await resultOf({ ...clock, scenario: "explore: { overtakes: 1 }" })).toBe("time");
});

test("a fault comes when the child has sent so many messages", async () => {
  const run = `const c = given(); const heard: string[] = []; c.on("message", (what: string) => heard.push(what));
    const [code, signal] = await next(c, "exit"); return [...heard, code, signal];`;
  const given = `process.send!("a"); process.on("message", () => undefined);`;
  const killed = { run, given, scenario: 'faults: [{ child: 1, after: 1, by: "SIGKILL" }]' };
  expect(await resultOf(killed)).toEqual(["a", null, "SIGKILL"]);
  const ended = { run, given, scenario: "faults: [{ child: 1, after: 0, by: { exit: 5 } }]" };
  expect(await resultOf(ended)).toEqual(["a", 5, null]);
});

test("a gate holds jobs until so many have come, or until it is opened", async () => {
  const run = `const cs = [given(), given()]; await Promise.all(cs.map((c) => next(c, "exit"))); return 1;`;
  const given = "(async () => { await harness.gate('g'); harness.note('through'); })();";
  const { runs } = await runText({ run, given, scenario: "gates: { g: 2 }" });
  expect(runs[0]?.outcome.notes.map(({ child, text }) => `${child} ${text}`)).toEqual([
    "1 through",
    "2 through",
  ]);
  const body = `async (kata, p) => { const done = kata.run(); await p.arrived("g", 2); await p.rest(); const before = p.notes().length; p.open("g"); await done; return [before, p.notes().length]; }`;
  expect(await resultOf({ run, given, body })).toEqual([0, 2]);
});

test("rest() resolves when nothing more can happen without the clock", async () => {
  const run = `await next(given(), "exit"); return 1;`;
  const given = "setTimeout(() => undefined, 10); harness.note('up');";
  const body = `async (kata, p) => { const done = kata.run(); await p.rest(); const seen = [p.now(), p.notes().length, p.children()[0].isAlive]; await done; return [...seen, p.now()]; }`;
  expect(await resultOf({ run, given, body })).toEqual([0, 1, true, 10]);
});

test("operations are recorded in children and in the parent, with what came of each", async () => {
  const run = `const c = given(); const [answer] = await next(c, "message"); await next(c, "exit"); return answer;`;
  const given = `harness.operation("ask", [1], () => 2); harness.operation("wait", [], () => new Promise(() => undefined));
    try { harness.operation("fail", [], () => { throw new RangeError("no"); }); } catch { process.send!("done"); }`;
  const body = `(kata, p) => p.operation("run", [], () => kata.run())`;
  const { runs } = await runText({ run, given, body });
  expect(
    runs[0]?.outcome.operations.map(({ thread, name, outcome }) => [thread, name, outcome]),
  ).toEqual([
    [0, "run", { kind: "returned", value: "done" }],
    [1, "ask", { kind: "returned", value: 2 }],
    [1, "wait", { kind: "pending" }],
    [1, "fail", { kind: "threw", code: "RangeError" }],
  ]);
});

test("a scenario starts children of its own, which are ports for the submission", async () => {
  const top = `export const serve = (port: any): Promise<unknown> => new Promise((resolve) => port.on("message", resolve));`;
  const body = `async (kata, p) => { const c = p.start("given/child.ts", { serialization: "advanced" }); const end = new Promise((resolve) => c.once("exit", resolve)); const m = await kata.serve(c); await end; return [m instanceof Map, p.children().length]; }`;
  expect(await resultOf({ run: "", top, body, given: "process.send!(new Map());" })).toEqual([
    true,
    1,
  ]);
});

test("at native speed everything comes, and each channel keeps its order", async () => {
  const result = String(await resultOf({ ...two, orders: ["native-1"] }));
  expect(result.split(" ").toSorted()).toEqual("1a 1b 1d 1x 2a 2b 2d 2x".split(" "));
  for (const name of ["1", "2"])
    expect(
      result.split(" ").filter((each) => each.startsWith(name) && !each.endsWith("x")),
    ).toEqual([`${name}a`, `${name}b`, `${name}d`]);
});
