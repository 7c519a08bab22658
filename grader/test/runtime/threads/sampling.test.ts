import { describe, expect, test } from "vitest";
import { type Program, explorePrograms, replayProgram } from "./_programs.ts";

/** Two threads that lose an update with one preemption, and may pass each other asleep. */
const program: Program = {
  threads: [
    "Atomics.store(x, 0, Atomics.load(x, 0) + 1); Atomics.wait(x, 1, 0, 10);",
    "Atomics.store(x, 0, Atomics.load(x, 0) + 1); return Atomics.notify(x, 1);",
  ],
  final: "return Atomics.load(x, 0);",
};

const sampled = async (strategy: "random" | "pct", seed: number, schedules = 200) => {
  const sample = { strategy, seed, schedules };
  const found = await explorePrograms({ program }, { sample });
  return found.get("program");
};

describe.each(["random", "pct"] as const)("%s", (strategy) => {
  test("shows the outcomes that exploring shows, and claims to have exhausted nothing", async () => {
    const all = await explorePrograms({ program });
    const some = await sampled(strategy, 1);
    expect(some?.outcomes).toEqual(all.get("program")?.outcomes);
    expect(some?.explored).toMatchObject({ strategy, schedules: 200, bound: -1, complete: false });
  });

  test("shows the same for the same seed", async () => {
    expect(await sampled(strategy, 7, 20)).toEqual(await sampled(strategy, 7, 20));
  });

  test("gives each outcome with a plan that leads to it again", async () => {
    const { evidence = [] } = (await sampled(strategy, 3, 30)) ?? {};
    const last = evidence.at(-1);
    const trace = await replayProgram(program, last?.plan ?? []);
    expect(trace).toMatchObject({ diverged: -1, end: last?.end, operations: last?.operations });
  });
});
