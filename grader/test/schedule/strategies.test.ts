import { describe, expect, test } from "vitest";
import { type SamplerName, createSampler, strategies } from "../../src/schedule/index.ts";
import { campaign, countOf, isClimbed, ladder } from "./_samples.ts";
import { type Thread, add, notify, read, steps, timedWait, write } from "./_simulator.ts";

const reads = (cell: number, count: number): Thread =>
  steps(...Array.from({ length: count }, () => read(cell)));
const threeAndThree = [reads(0, 3), reads(1, 3)];
const schedulesOf = (name: SamplerName, program: readonly Thread[], samples: number, seed = 1) =>
  campaign(name, program, { samples, seed }).map(({ schedule }) => schedule);

const names = ["random", "pct", "idpct", "pctx", "pos", "urw", "portfolio"] as const;

describe.each(names)("%s", (name) => {
  test("draws the same samples for the same seed, and others for another", () => {
    const drawn = schedulesOf(name, threeAndThree, 50);
    expect(schedulesOf(name, threeAndThree, 50)).toEqual(drawn);
    expect(schedulesOf(name, threeAndThree, 50, 1_000)).not.toEqual(drawn);
  });

  test("takes any integer for a seed", () => {
    for (const seed of [0, -1, 0x7fffffff, -0x80000000, 0x9e3779b9, 2 ** 32 - 1]) {
      expect(schedulesOf(name, threeAndThree, 1, seed)).toEqual([
        expect.stringMatching(/^[01]{6}$/),
      ]);
    }
  });

  test("chooses only what is open", () => {
    const sampler = createSampler({ name, seed: 3 });
    const state = new Int32Array(128);
    for (let execution = 0; execution < 50; execution++) {
      const { strategy: number, ...drawn } = sampler.next();
      const strategy = strategies[number];
      strategy?.prepare(state, { ...drawn, threads: 8, length: 20 });
      for (let step = 0; step < 20; step++) {
        const open = 1 + ((execution * 7_919 + step * 10_007) % 0xffff);
        const races = (thread: number): boolean => thread % 2 === 0;
        const action = strategy?.choose(state, { step, open, last: step % 8, races }) ?? -1;
        const choice = action >= 0x100 ? action - 0x100 + 8 : action;
        expect((open >> choice) & 1).toBe(1);
      }
    }
  });

  test("lets a timed sleep time out while others could go on, and lets it be woken", () => {
    const program = [steps(timedWait(0, 0), read(1)), steps(write(1, 1), notify(0), write(1, 2))];
    const drawn = schedulesOf(name, program, 200);
    expect(drawn.some((schedule) => /0!.*1/.test(schedule))).toBe(true);
    expect(drawn.some((schedule) => !schedule.includes("!"))).toBe(true);
  });
});

test("400 samples of random cover the twenty interleavings of three steps and three", () => {
  expect(new Set(schedulesOf("random", threeAndThree, 400)).size).toBe(20);
});

test("neighbouring seeds of random begin with either thread about as often", () => {
  const first = campaign("random", threeAndThree, { samples: 1_024 });
  expect(countOf(first, ({ schedule }) => schedule.startsWith("0"))).toBe(532);
});

test("without a change point, the thread of the highest priority runs to its end", () => {
  const first = schedulesOf("idpct", threeAndThree, 250).filter((_, i) => i % 5 === 0);
  expect(new Set(first)).toEqual(new Set(["000111", "111000"]));
});

test("every order of three threads' priorities comes up", () => {
  const program = [reads(0, 1), reads(1, 1), reads(2, 1)];
  expect(new Set(schedulesOf("pct", program, 100)).size).toBe(6);
});

describe("the calibration ladders, 4,096 samples of each", () => {
  const climbed = (name: SamplerName): readonly number[] =>
    [0, 1, 2, 3, 4].map((preemptions) =>
      countOf(campaign(name, ladder(preemptions), { samples: 4_096 }), isClimbed(preemptions)),
    );

  test("the portfolio climbs all of them", () => {
    expect(climbed("portfolio")).toEqual([2104, 1008, 388, 180, 90]);
  });

  test("pct of depth 3 climbs those that need fewer than 3 preemptions, and no others", () => {
    expect(climbed("pct").map((count) => count > 0)).toEqual([true, true, true, false, false]);
  });
});

test("the portfolio takes its members in turn, and PCT in a new depth each time", () => {
  const sampler = createSampler({ name: "portfolio", seed: 1 });
  const drawn = Array.from({ length: 25 }, () => sampler.next());
  expect(drawn.slice(0, 10).map(({ strategy }) => strategy)).toEqual([
    1, 2, 4, 5, 3, 1, 2, 4, 5, 3,
  ]);
  expect(drawn.filter(({ strategy }) => strategy === 2).map(({ depth }) => depth)).toEqual([
    1, 2, 3, 4, 5,
  ]);
});

test("what earlier executions took is known to later ones: the longest, and the average of each thread", () => {
  const sampler = createSampler({ name: "urw", seed: 1 });
  expect(sampler.next()).toMatchObject({ length: 1, events: [] });
  sampler.completed({ length: 3, actions: Int32Array.of(0, 1, 1) });
  sampler.completed({ length: 2, actions: Int32Array.of(1, 0x101) });
  expect(sampler.next()).toMatchObject({ length: 3, events: [0.5, 2] });
});

test("a thread that polls with a time limit does not starve the one that it waits for", () => {
  const poll: Thread = (seen) =>
    seen.length % 2 === 0 ? read(1) : seen.at(-1) === 0 ? timedWait(0, 0) : undefined;
  for (const name of names) {
    for (const { final, length } of campaign(name, [poll, steps(add(2, 1), write(1, 1))], {
      samples: 100,
    })) {
      expect(final.end).toBe("done");
      expect(length).toBeLessThan(200);
    }
  }
});
