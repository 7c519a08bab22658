import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordedOperation } from "../../../src/runtime/evidence.ts";
import { type Exploration, exploreText } from "./_programs.ts";

const PROGRAMS = Number(process.env["SYMMETRY_PROGRAMS"] ?? 12);

/** Code for one step, as text; what it yields is seen. */
const step = fc.oneof(
  fc.nat(1).map((cell) => `Atomics.load(x, ${cell})`),
  fc.tuple(fc.nat(1), fc.nat(2)).map(([cell, value]) => `Atomics.store(x, ${cell}, ${value})`),
  fc.nat(1).map((cell) => `Atomics.add(x, ${cell}, 1)`),
  fc
    .tuple(fc.nat(1), fc.nat(2), fc.nat(2))
    .map(([cell, from, to]) => `Atomics.compareExchange(x, ${cell}, ${from}, ${to})`),
  fc.nat(1).map((cell) => `m.withLock(() => x[${cell + 2}]++)`),
  fc.tuple(fc.nat(1), fc.nat(1)).map(([cell, value]) => `Atomics.wait(x, ${cell}, ${value}, 5)`),
  fc.nat(1).map((cell) => `Atomics.notify(x, ${cell}, 1)`),
);
/** Operations, each a list of steps. */
const body = fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 2,
});
type Body = readonly (readonly string[])[];

/** Two bodies, the first run by two threads. */
const pairs: readonly (readonly [Body, Body])[] = fc.sample(fc.tuple(body, body), {
  numRuns: PROGRAMS,
  seed: 11,
});

const submission = `
  import { Mutex } from "@concurrency-katas/grader/kit";
  export const create = () => ({ memory: new SharedArrayBuffer(16), mutex: Mutex.create().handle });
  ${pairs
    .flatMap((bodies, p) =>
      bodies.flatMap((operations, b) =>
        operations.map(
          (steps, i) => `export const run${p}b${b}n${i} = (h: any) => {
            const x = new Int32Array(h.memory); const m = Mutex.attach(h.mutex);
            return [${steps.join()}];
          };`,
        ),
      ),
    )
    .join("\n")}`;
const scenarios = `
  const sizes = ${JSON.stringify(pairs.map((bodies) => bodies.map(({ length }) => length)))};
  export default sizes.map((counts, p) => {
    const bodies = counts.map((count, b) => (kata, handle, thread) => {
      for (let i = 0; i < count; i++) thread.operation("run", [b, i], () => kata["run" + p + "b" + b + "n" + i](handle));
    });
    return {
      engine: "threads", id: "P" + p, title: "P" + p, group: "S", contract: "", expected: "",
      setup: (kata) => kata.create(), threads: [bodies[0], bodies[0], bodies[1]],
    };
  });`;

/** What a history says when threads 0 and 1 are as they are, and when they have changed places. */
function meaningOf(operations: readonly RecordedOperation[], isSwapped: boolean): string {
  const placeOf = (thread: number): number => (isSwapped && thread < 2 ? 1 - thread : thread);
  const sorted = operations.toSorted(
    (a, b) => placeOf(a.thread) - placeOf(b.thread) || a.call - b.call || a.id - b.id,
  );
  const results = sorted.map(({ thread, outcome }) => [placeOf(thread), outcome]);
  const precedes = sorted.map((a) => sorted.map((b) => Number((a.return ?? Infinity) < b.call)));
  return JSON.stringify([results, precedes]);
}

/** The histories, those that differ only in who was 0 and who was 1 taken for one. */
function meaningsOf({ evidence }: Exploration): ReadonlySet<string> {
  return new Set(
    evidence.map(({ end, operations }) => {
      const both = [false, true].map((isSwapped) => meaningOf(operations, isSwapped)).toSorted();
      return `${end} ${both[0]}`;
    }),
  );
}

const named = pairs.map((_, p) => ({ id: `P${p}`, title: `P${p}`, threads: 3 }));

test("threads that run the same code may change places: no history is lost, and schedules are saved", async () => {
  const run = (symmetry: boolean) =>
    exploreText(submission, scenarios, { scenarios: named, symmetry });
  const [folded, whole] = [await run(true), await run(false)];
  const schedules = [0, 0];
  for (const [p, bodies] of pairs.entries()) {
    const [a, b] = [folded, whole].map((found) => found.get(`P${p}`) as Exploration);
    expect(meaningsOf(a as Exploration), JSON.stringify(bodies)).toEqual(
      meaningsOf(b as Exploration),
    );
    expect(a?.explored).toMatchObject({ complete: true, classes: [0, 0, 2] });
    expect(b?.explored.classes).toBeUndefined();
    schedules[0] = (schedules[0] as number) + (a?.explored.schedules ?? 0);
    schedules[1] = (schedules[1] as number) + (b?.explored.schedules ?? 0);
  }
  expect(schedules[0]).toBeLessThan(0.7 * (schedules[1] as number));
});

describe("threads are told apart", () => {
  /** What is explored of three threads that run `code`, with `top` before it, from a body that does `more`. */
  async function classesOf(code: string, { top = "", more = "" } = {}): Promise<unknown> {
    const found = await exploreText(
      `${top}
       export const create = () => new SharedArrayBuffer(4);
       export const run = (h: any) => { const x = new Int32Array(h); ${code} };`,
      `const body = (kata, handle, thread) => { ${more}; thread.operation("run", [], () => kata.run(handle)); };
       export default [{ engine: "threads", id: "P0", title: "P0", group: "S", contract: "", expected: "",
         setup: (kata) => kata.create(), threads: [body, body, body] }];`,
      { scenarios: [{ id: "P0", title: "P0", threads: 3 }] },
    );
    return found.get("P0")?.explored.classes;
  }
  const add = "return Atomics.add(x, 0, 1);";

  test("not where nothing tells them their number", async () => {
    expect(await classesOf(add)).toEqual([0, 0, 0]);
  });

  test("where the submission imports threadId", async () => {
    const top = `import { threadId } from "node:worker_threads";`;
    expect(await classesOf("return Atomics.add(x, 0, threadId);", { top })).toBeUndefined();
  });

  test("where chance decides, which is another for each thread", async () => {
    expect(await classesOf("return Atomics.add(x, 0, Math.random() < 0.5 ? 1 : 2);")).toBe(
      undefined,
    );
  });

  test("where the scenario asks for the number, in the first execution or in a later one", async () => {
    expect(await classesOf(add, { more: "thread.index" })).toBeUndefined();
    const late = "if (kata.run(handle) === 2) void thread.threadId";
    expect(await classesOf(add, { more: late })).toBeUndefined();
  });
});
