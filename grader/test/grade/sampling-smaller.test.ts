/** What is done with a failing sample, without a host: traces come from simulated programs. */
import { describe, expect, test } from "vitest";
import { SAMPLES, samplesAfter, smallerFailure, withSamples } from "../../src/grade/sampling.ts";
import type { ExploredEvidence, TraceEvidence, TracedStep } from "../../src/runtime/evidence.ts";
import { ActionFlag, type Departure, planOf, threadOf } from "../../src/schedule/index.ts";
import { campaign } from "../schedule/_samples.ts";
import {
  type Execution,
  type Thread,
  add,
  execute,
  obey,
  read,
  steps,
  write,
} from "../schedule/_simulator.ts";

const adder =
  (own: number): Thread =>
  (seen) =>
    steps(read(0), add(own, 1), write(0, (seen[0] ?? 0) + 1), add(own, 1))(seen);
const program = [adder(1), adder(2), adder(3)];
const isLost = ({ final }: Pick<Execution, "final">): boolean => (final.memory[0] ?? 0) < 3;

/** A trace as far as a plan can be read from it; what came out stands in `printed`. */
function traceOf(execution: Execution): TraceEvidence {
  const readyAt = (step: number): number[] =>
    [0, 1, 2].filter((thread) => (((execution.choices[step] as number) >> thread) & 1) === 1);
  const traced = Array.from(
    execution.actions,
    (action, step) =>
      ({
        step,
        thread: threadOf(action),
        op: (action & ActionFlag.timeout) === 0 ? "read" : "timeout",
        ready: readyAt(step),
      }) as unknown as TracedStep,
  );
  const final = { thread: -1, op: "read", ready: [] } as unknown as TracedStep;
  const printed = [String(isLost(execution))];
  return { steps: [...traced, final], printed } as unknown as TraceEvidence;
}

const run = (plan: readonly Departure[]): TraceEvidence => {
  const silent = obey([]);
  const actions = new Map(plan.map(({ step, action }) => [step, action]));
  return traceOf(
    execute(program, (word, last, step, races) => {
      const action = actions.get(step);
      return action !== undefined && ((word >> action) & 1) === 1
        ? action
        : silent(word, last, step, races);
    }),
  );
};
const fails = ({ printed }: TraceEvidence): boolean => printed[0] === "true";
const isSame = (again: TraceEvidence | undefined, trace: TraceEvidence): boolean =>
  JSON.stringify(again) === JSON.stringify(trace);
const failing = planOf(
  campaign("random", program, { samples: 20 }).find(
    (sample) => isLost(sample) && sample.preemptions > 3,
  )!,
);

describe("a failing sample", () => {
  test("is made smaller as far as it goes", async () => {
    const found = await smallerFailure(failing, {
      run: (plan) => Promise.resolve(run(plan)),
      fails,
      isSame,
      bound: -1,
    });
    expect(found).toMatchObject({ preemptions: 1 });
    expect(fails(run(found?.plan ?? []))).toBe(true);
    expect(found?.trace).toEqual(run(found?.plan ?? []));
  });

  test("that does not fail again is left alone", async () => {
    const options = { run: () => Promise.resolve(run([])), fails, isSame, bound: -1 };
    expect(await smallerFailure(failing, options)).toBeUndefined();
  });

  test("keeps the smallest that was reached when the host is lost on the way, and asks it nothing more", async () => {
    let asked = 0;
    const found = await smallerFailure(failing, {
      run: (plan) => Promise.resolve(++asked > 3 ? undefined : run(plan)),
      fails,
      isSame,
      bound: -1,
    });
    expect(asked).toBe(4);
    expect(found).toBeDefined();
    expect(fails(found?.trace as TraceEvidence)).toBe(true);
  });

  test("is left alone when what was found does not come out the same", async () => {
    const options = {
      run: (plan: readonly Departure[]) => Promise.resolve(run(plan)),
      fails,
      bound: -1,
    };
    expect(await smallerFailure(failing, { ...options, isSame: () => false })).toBeUndefined();
  });
});

describe("samples follow a search", () => {
  const explored = { complete: false, bound: 1, cut: 0 };
  test.each([
    ["that gave up", explored, undefined, SAMPLES],
    ["that gave up, as many as the scenario says", explored, { samples: 500 }, 500],
    [
      "that exhausted its bound, where the scenario says so",
      { ...explored, bound: 2 },
      { samples: 500 },
      500,
    ],
    ["that exhausted its bound, not otherwise", { ...explored, bound: 2 }, undefined, 0],
    ["not one that is complete", { ...explored, complete: true }, { samples: 500 }, 0],
    [
      "not one whose schedules come out differently",
      { ...explored, nondeterministic: true },
      undefined,
      0,
    ],
    ["not one with executions that did not end", { ...explored, cut: 1 }, { samples: 500 }, 0],
  ])("%s", (_what, search, explore, samples) => {
    expect(samplesAfter(search, explore, 2)).toBe(samples);
  });

  test("and count only when they ran to an end", () => {
    const search = { schedules: 812, bound: 1, probes: 3, rescued: 1, steps: 10, cut: 0 };
    const sampled = { schedules: 500, bound: -1, probes: 101, rescued: 2, steps: 20, cut: 4 };
    expect(withSamples(search as ExploredEvidence, sampled as ExploredEvidence)).toMatchObject({
      schedules: 812,
      bound: 1,
      samples: 496,
      probes: 101,
      rescued: 3,
      cut: 0,
    });
  });
});
