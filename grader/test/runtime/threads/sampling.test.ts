import { describe, expect, test } from "vitest";
import type { SamplerName } from "../../../src/schedule/index.ts";
import { type Program, explorePrograms, replayProgram } from "./_programs.ts";

/** Two threads that lose an update with one preemption, and may pass each other asleep. */
const program: Program = {
  threads: [
    "Atomics.store(x, 0, Atomics.load(x, 0) + 1); Atomics.wait(x, 1, 0, 10);",
    "Atomics.store(x, 0, Atomics.load(x, 0) + 1); return Atomics.notify(x, 1);",
  ],
  final: "return Atomics.load(x, 0);",
};

const sampled = async (
  strategy: SamplerName,
  {
    seed = 1,
    schedules = 200,
    of = program,
  }: { seed?: number; schedules?: number; of?: Program } = {},
) => (await explorePrograms({ of }, { sample: { strategy, seed, schedules } })).get("of");

describe.each(["random", "pct", "pos", "urw", "portfolio"] as const)("%s", (strategy) => {
  test("shows the outcomes that exploring shows, and claims to have exhausted nothing", async () => {
    const all = await explorePrograms({ program });
    const some = await sampled(strategy);
    expect(some?.outcomes).toEqual(all.get("program")?.outcomes);
    expect(some?.explored).toMatchObject({ strategy, schedules: 200, bound: -1, complete: false });
  });

  test("shows the same for the same seed", async () => {
    const again = { seed: 7, schedules: 20 };
    expect(await sampled(strategy, again)).toEqual(await sampled(strategy, again));
  });

  test("gives each outcome with a plan that leads to it again, and says what it costs", async () => {
    const { evidence = [] } = (await sampled(strategy, { seed: 3, schedules: 30 })) ?? {};
    const last = evidence.at(-1);
    const trace = await replayProgram(program, last?.plan ?? []);
    expect(trace).toMatchObject({ diverged: -1, end: last?.end, operations: last?.operations });
    const timeouts = trace.steps.filter(({ op, ready }) => op === "timeout" && ready.length > 0);
    const preempted = trace.steps.filter(({ op, preempts }) => preempts && op !== "timeout");
    expect(preempted.length + timeouts.length).toBe(last?.preemptions);
  });
});

describe("POS knows what each thread will do next", () => {
  /** The schedule that first had a result. */
  const firstWith = async (result: string, of: Program): Promise<number | undefined> => {
    const found = await sampled("pos", { of, schedules: 400 });
    return found?.evidence.find(({ operations }) => JSON.stringify(operations).includes(result))
      ?.schedule;
  };

  test("and decides each race anew: L5 has 1/64, where fixed priorities would give it 1/5,040", async () => {
    const climb = (parity: number): string =>
      [0, 1, 2, 3, 4, 5, 6]
        .filter((rung) => rung % 2 === parity)
        .map((rung) => `Atomics.compareExchange(x, 0, ${rung}, ${rung + 1});`)
        .join("\n");
    const ladder = {
      threads: [climb(0), climb(1)],
      final: "return Atomics.load(x, 0);",
    };
    expect(await firstWith('"value":7', ladder)).toBe(75);
  });

  test("and which bytes it will touch: a step beside 20 others comes last with 1/21, not with 1/2²⁰", async () => {
    const beside = {
      threads: [
        "Atomics.add(x, 0, 1);\n".repeat(20),
        "Atomics.store(x, 1, 5); return Atomics.load(x, 0) + 100;",
      ],
    };
    expect(await firstWith('"value":120', beside)).toBe(22);
  });
});

describe("the plan of a sample leads to it again when", () => {
  const spins: Program = {
    threads: [
      "while (Atomics.compareExchange(x, 0, 0, 1) !== 0); Atomics.add(x, 1, 1); Atomics.store(x, 0, 0);",
      "while (Atomics.exchange(x, 0, 1) !== 0); Atomics.add(x, 1, 1); Atomics.store(x, 0, 0); return Atomics.load(x, 1);",
    ],
  };
  const backsOff = (mine: number, other: number): string =>
    `for (;;) {
       Atomics.store(x, ${mine}, 1);
       if (Atomics.load(x, ${other}) === 0) break;
       Atomics.store(x, ${mine}, 0);
     }
     const order = Atomics.add(x, 2, 1);
     Atomics.store(x, ${mine}, 0);
     return order;`;
  const backOffs: Program = { threads: [backsOff(0, 1), backsOff(1, 0)] };

  test.each([
    ["threads spin", spins, ["[null,1,null]", "[null,2,null]"]],
    ["threads spin and change memory meanwhile", backOffs, ["[0,1,null]", "[1,0,null]"]],
  ])("%s", async (_what, of, outcomes) => {
    const found = await sampled("portfolio", { of, schedules: 100 });
    expect(found?.outcomes).toEqual(outcomes);
    for (const { plan, end, operations } of found?.evidence ?? []) {
      expect(await replayProgram(of, plan)).toMatchObject({ diverged: -1, end, operations });
    }
  });
});
