import { describe, expect, test } from "vitest";
import { type SamplingStrategy, pct, random, strategies } from "../../src/schedule/index.ts";
import { type Execution, type Thread, cas, execute, read, steps } from "./_simulator.ts";

const WORDS = 128;

/** Runs a program as a strategy chooses. */
function sample(strategy: SamplingStrategy, program: readonly Thread[], seed: number): Execution {
  const state = new Int32Array(WORDS);
  strategy.prepare(state, { seed, threads: program.length, length: 8 });
  return execute(program, (word, last, step) => strategy.choose(state, step, word & 0xff, last));
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const reads = (cell: number, count: number): Thread =>
  steps(...Array.from({ length: count }, () => read(cell)));
const threeAndThree = [reads(0, 3), reads(1, 3)];

/** Two threads climb in turn: rung r is taken by thread r mod 2, which needs the rung before. */
function ladder(preemptions: number): readonly Thread[] {
  const rungs = Array.from({ length: preemptions + 2 }, (_, rung) => rung);
  return [0, 1].map((parity) =>
    steps(...rungs.filter((rung) => rung % 2 === parity).map((rung) => cas(0, rung, rung + 1))),
  );
}

const climbs = (strategy: SamplingStrategy, preemptions: number): boolean =>
  seeds(2_000).some(
    (seed) => sample(strategy, ladder(preemptions), seed).final.memory[0] === preemptions + 2,
  );

describe.each([random(), pct(1), pct(2), pct(3)])("$name", (strategy) => {
  test("the same seed always chooses the same schedule", () => {
    for (const seed of seeds(50)) {
      const again = sample(strategy, threeAndThree, seed).schedule;
      expect(sample(strategy, threeAndThree, seed).schedule).toBe(again);
    }
  });

  test("any integer is a seed", () => {
    for (const seed of [0, -1, 0x7fffffff, -0x80000000, 0x9e3779b9, 2 ** 32 - 1]) {
      expect(sample(strategy, threeAndThree, seed).schedule).toHaveLength(6);
    }
  });

  test("a thread that is not ready is never chosen", () => {
    const state = new Int32Array(WORDS);
    for (const seed of seeds(50)) {
      strategy.prepare(state, { seed, threads: 8, length: 20 });
      for (let step = 0; step < 20; step++) {
        const ready = 1 + ((seed * 37 + step * 101) % 255);
        const chosen = strategy.choose(state, step, ready, 0);
        expect((ready >> chosen) & 1).toBe(1);
      }
    }
  });
});

test("400 seeds of random cover the twenty interleavings of three steps and three", () => {
  const schedules = seeds(400).map((seed) => sample(random(), threeAndThree, seed).schedule);
  expect(new Set(schedules).size).toBe(20);
});

test("neighbouring seeds of random begin with either thread about as often", () => {
  const first = seeds(1_000).filter(
    (seed) => sample(random(), threeAndThree, seed).schedule[0] === "0",
  );
  expect(first.length).toBeGreaterThan(400);
  expect(first.length).toBeLessThan(600);
});

describe("pct of depth d climbs the ladders that need fewer than d preemptions, and no others", () => {
  test.each([1, 2, 3])("d = %i", (depth) => {
    const climbed = [0, 1, 2, 3].filter((preemptions) => climbs(pct(depth), preemptions));
    expect(climbed).toEqual([0, 1, 2, 3].filter((preemptions) => preemptions < depth));
  });
});

test("without a change point, pct lets the thread of the highest priority run to its end", () => {
  const schedules = seeds(50).map((seed) => sample(pct(1), threeAndThree, seed).schedule);
  expect(new Set(schedules)).toEqual(new Set(["000111", "111000"]));
});

test("every order of three threads' priorities comes up", () => {
  const program = [reads(0, 1), reads(1, 1), reads(2, 1)];
  const orders = seeds(200).map((seed) => sample(pct(1), program, seed).schedule);
  expect(new Set(orders).size).toBe(6);
});

test("strategy numbers name strategies: 0 keeps going, 1 is random, 2 is pct", () => {
  expect(strategies.map((strategy) => strategy?.name)).toEqual([undefined, "random", "pct"]);
});
