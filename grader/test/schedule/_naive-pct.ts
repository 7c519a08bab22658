/** PCT as it is often written: each differs from ours in what its name says, and misses bugs by it. */
import type { SamplingStrategy } from "../../src/schedule/index.ts";
import { type Execution, type Thread, execute } from "./_simulator.ts";

/** What is done the naive way; nothing = PCT as in the paper. */
export interface Naive {
  /** Exactly min(d − 1, k − 1) different change points. */
  readonly distinct?: true;
  /** Only steps at which more than one thread could go are counted. */
  readonly contended?: true;
  /** At most one thread falls at a step. */
  readonly once?: true;
  /** Who has been chosen falls, but takes its step all the same. */
  readonly late?: true;
}

/** What an execution of PCT draws. Before the first step there is nothing to change. */
interface Draw {
  readonly priorities: readonly number[];
  readonly points: readonly number[];
}

/** The executions of a program under everything that a PCT of this depth could draw, k being `length`. */
export function everyDraw(
  naive: Naive,
  program: readonly Thread[],
  { length, depth }: { readonly length: number; readonly depth: number },
): readonly Execution[] {
  const steps = Array.from({ length: length - 1 }, (_, i) => i + 1);
  const count = naive.distinct === true ? Math.min(depth - 1, steps.length) : depth - 1;
  let points: readonly (readonly number[])[] = [[]];
  for (let i = 0; i < count; i++)
    points = points.flatMap((list) => steps.map((at) => [...list, at]));
  if (naive.distinct === true) points = points.filter((list) => new Set(list).size === count);
  const priorities = permutations(program.map((_, thread) => depth + thread));
  return priorities.flatMap((order) =>
    points.map((list) => run(naive, program, { priorities: order, points: list })),
  );
}

function run(naive: Naive, program: readonly Thread[], draw: Draw): Execution {
  const choose = chooser(naive, draw);
  return execute(program, (word) => ((word & 0xff) === 0 ? undefined : choose(word & 0xff)));
}

function chooser(naive: Naive, { priorities: drawn, points }: Draw): (ready: number) => number {
  const priorities = [...drawn];
  let counted = 0;
  return (ready) => {
    const threads = priorities.map((_, thread) => thread).filter((i) => (ready >> i) & 1);
    const priorityOf = (thread: number): number => priorities[thread] as number;
    const highest = (): number => threads.reduce((a, b) => (priorityOf(b) > priorityOf(a) ? b : a));
    if (naive.contended === true && threads.length === 1) return highest();
    const step = counted++;
    let chosen = highest();
    for (const [i, point] of points.entries()) {
      if (point !== step) continue;
      priorities[chosen] = i;
      if (naive.late !== true) chosen = highest();
      if (naive.once === true) break;
    }
    return chosen;
  };
}

function permutations<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length < 2) return [list];
  return list.flatMap((first, i) =>
    permutations(list.filter((_, at) => at !== i)).map((rest) => [first, ...rest]),
  );
}

/** A strategy that has not seen any longer execution than its first. */
export function withLength(strategy: SamplingStrategy, length: number): SamplingStrategy {
  return {
    prepare: (state, preparation) => {
      strategy.prepare(state, { ...preparation, length });
    },
    choose: strategy.choose,
  };
}
