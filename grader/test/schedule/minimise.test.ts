import { describe, expect, test } from "vitest";
import {
  type Departure,
  type Failing,
  type Path,
  minimise,
  planOf,
} from "../../src/schedule/index.ts";
import { fewestPreemptions } from "./_explore.ts";
import { campaign, isClimbed, ladder } from "./_samples.ts";
import {
  type Execution,
  type Final,
  type Thread,
  add,
  execute,
  lock,
  obey,
  read,
  steps,
  unlock,
  write,
} from "./_simulator.ts";

interface Shrunk extends Failing {
  readonly attempts: number;
}

/** Minimises a sample; the schedule that comes out is checked to fail. */
async function shrink(
  program: readonly Thread[],
  fails: (execution: Execution) => boolean,
  first: Execution,
  { attempts = 500, fewest = 0 } = {},
): Promise<Shrunk> {
  let made = 0;
  const attempt = (plan: readonly Departure[]): Promise<Path | undefined> => {
    made++;
    const tried = execute(program, follow(plan));
    return Promise.resolve(fails(tried) ? tried : undefined);
  };
  const found = await minimise(first, { attempt, attempts, fewest });
  const again = execute(program, obey(found.plan));
  expect(fails(again)).toBe(true);
  expect(again.preemptions).toBe(found.preemptions);
  return { ...found, attempts: made };
}

/** As the engine does: a departure that is not possible is passed over. */
function follow(plan: readonly Departure[]): ReturnType<typeof obey> {
  const actions = new Map(plan.map(({ step, action }) => [step, action]));
  const silent = obey([]);
  return (word, last, step, races) => {
    const action = actions.get(step);
    return action !== undefined && action < 8 && ((word >> action) & 1) === 1
      ? action
      : silent(word, last, step, races);
  };
}

/** Three threads that add to one cell in two steps; updates get lost. */
const adder =
  (cell: number): Thread =>
  (seen) =>
    seen.length === 0
      ? read(0)
      : steps(read(0), write(0, (seen[0] ?? 0) + 1), read(cell), read(cell), add(cell, 1))(seen);
const adders = [adder(1), adder(2), adder(3)];
const isLost = ({ final }: Execution): boolean => (final.memory[0] ?? 0) < 3;

/** Two transfers that take their locks in opposite orders, after some work of their own. */
const transfer = (own: number, first: number, second: number): Thread =>
  steps(read(own), read(own), lock(first), read(own), lock(second), unlock(second), unlock(first));
const transfers = [transfer(2, 0, 1), transfer(3, 1, 0)];
const isStuck = ({ final }: Execution): boolean => final.end === "stuck";

describe("a failing sample becomes minimal", () => {
  const fewestOf = (program: readonly Thread[], fails: (execution: Execution) => boolean): number =>
    Math.min(
      ...[...fewestPreemptions(program)]
        .filter(([outcome]) => fails({ final: JSON.parse(outcome) as Final } as Execution))
        .map(([, preemptions]) => preemptions),
    );

  test("three adders: 1 preemption loses an update, whatever was sampled", async () => {
    const failing = campaign("random", adders, { samples: 40 }).filter(isLost);
    expect(failing.length).toBeGreaterThan(20);
    for (const first of failing) {
      const found = await shrink(adders, isLost, first);
      expect(found.preemptions).toBe(1);
      expect(found.plan.length).toBeLessThanOrEqual(2);
    }
  });

  test("opposite locks: 1 preemption is enough for the deadlock", async () => {
    const failing = campaign("pos", transfers, { samples: 40 }).filter(isStuck);
    expect(failing.length).toBeGreaterThan(5);
    expect(fewestOf(transfers, isStuck)).toBe(1);
    for (const first of failing)
      expect((await shrink(transfers, isStuck, first)).preemptions).toBe(1);
  });

  test("what has only one way to fail stays as it is", async () => {
    const first = campaign("urw", ladder(3), { samples: 100 }).find(isClimbed(3));
    expect(await shrink(ladder(3), isClimbed(3), first!)).toMatchObject({
      preemptions: 3,
      plan: planOf(first!),
    });
  });
});

test("the attempts are never more than allowed, and what was reached is kept", async () => {
  const [first] = campaign("random", adders, { samples: 40 }).filter(isLost);
  const found = await shrink(adders, isLost, first!, { attempts: 3 });
  expect(found.attempts).toBe(3);
  expect(found.preemptions).toBeLessThanOrEqual(first!.preemptions);
});

test("no plan is tried twice", async () => {
  const tried: string[] = [];
  const [first] = campaign("random", adders, { samples: 40 }).filter(isLost);
  await minimise(first!, {
    attempts: 500,
    fewest: 0,
    attempt: (plan) => {
      tried.push(JSON.stringify(plan));
      const execution = execute(adders, follow(plan));
      return Promise.resolve(isLost(execution) ? execution : undefined);
    },
  });
  expect(new Set(tried).size).toBe(tried.length);
});
