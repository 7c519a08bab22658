import { describe, expect, test } from "vitest";
import { createRaceDetector } from "../../src/race/index.ts";
import {
  accesses,
  guarded,
  manyAccesses,
  publications,
  random,
  randomProgram,
  twoByTwo,
  waits,
} from "./_alphabets.ts";
import { expectAgreement } from "./_compare.ts";
import { eachExecution, type Program } from "./_program.ts";
import { randomTrace } from "./_traces.ts";

/*
 * The detector against the axioms of ECMA-262 (`_axioms.ts`): on every sequentially consistent
 * execution of all small programs and of sampled larger ones, and on long executions. Alphabets and
 * what they contain: `_alphabets.ts`. `SOAK=1` takes 50 times as many samples.
 */

const soak = process.env["SOAK"] === "1";
const patience = soak ? 3_600_000 : 120_000;

interface Count {
  programs: number;
  executions: number;
  races: number;
}

/** Compares detector and axioms on all executions of the programs. */
function compare(programs: Iterable<Program>): Count {
  const detector = createRaceDetector({ threads: 3, bytes: 24 });
  const count = { programs: 0, executions: 0, races: 0 };
  for (const program of programs) {
    count.programs += 1;
    count.executions += eachExecution(program, (execution) => {
      if (expectAgreement(detector, execution).length > 0) count.races += 1;
    });
  }
  return count;
}

function* samples(
  seed: number,
  count: number,
  shape: Parameters<typeof randomProgram>[1],
): Generator<Program> {
  const next = random(seed);
  for (let sample = 0; sample < (soak ? 50 * count : count); sample += 1) {
    yield randomProgram(next, shape);
  }
}

/** The counts of the samples that are always taken. */
function unlessSoaking(count: Count | number): unknown {
  return soak ? expect.anything() : count;
}

describe("the detector agrees with the axioms", { timeout: patience }, () => {
  test(`on all programs of 2 agents × 2 of ${accesses.length} accesses`, () => {
    expect(compare(twoByTwo(accesses))).toEqual({
      programs: 117_370,
      executions: 704_220,
      races: 573_749,
    });
  });

  test(`on all programs of 2 agents × 2 of ${waits.length} that wait and notify`, () => {
    expect(compare(twoByTwo(waits))).toEqual({
      programs: 7_381,
      executions: 49_360,
      races: 18_969,
    });
  });

  test(`on programs of 3 agents × 3 of ${manyAccesses.length} accesses`, () => {
    const programs = samples(1, 40, { alphabet: manyAccesses, agents: 3, ops: 3 });
    expect(compare(programs)).toEqual(
      unlessSoaking({ programs: 40, executions: 67_200, races: 66_988 }),
    );
  });

  test(`on programs of 3 agents × 3 of ${publications.length} accesses, most atomic`, () => {
    const programs = samples(2, 120, { alphabet: publications, agents: 3, ops: 3 });
    expect(compare(programs)).toEqual(
      unlessSoaking({ programs: 120, executions: 201_600, races: 150_155 }),
    );
  });

  test(`on programs of 3 agents × 2 of ${guarded.length} accesses, most under a mutex`, () => {
    const programs = samples(3, 120, { alphabet: guarded, agents: 3, ops: 2, locked: true });
    expect(compare(programs)).toEqual(
      unlessSoaking({ programs: 120, executions: 66_902, races: 55_418 }),
    );
  });

  test(`on programs of 3 agents × 3 of ${waits.length} that wait and notify`, () => {
    const programs = samples(4, 30, { alphabet: waits, agents: 3, ops: 3 });
    expect(compare(programs)).toEqual(
      unlessSoaking({ programs: 30, executions: 103_641, races: 84_962 }),
    );
  });

  test.each([
    { agents: 2, carelessness: 0, races: 0 },
    { agents: 4, carelessness: 0, races: 0 },
    { agents: 16, carelessness: 0, races: 0 },
    { agents: 2, carelessness: 0.05, races: 10 },
    { agents: 4, carelessness: 0.05, races: 12 },
    { agents: 16, carelessness: 0.05, races: 14 },
  ])("on long executions of $agents agents, carelessness $carelessness", (shape) => {
    const next = random(5);
    const detector = createRaceDetector({ threads: shape.agents, bytes: 1024 });
    let races = 0;
    for (let trace = 0; trace < (soak ? 2000 : 20); trace += 1) {
      const execution = randomTrace(next, { ...shape, length: 60 + next(140) });
      if (expectAgreement(detector, execution).length > 0) races += 1;
    }
    expect(races).toEqual(unlessSoaking(shape.races));
  });
});
