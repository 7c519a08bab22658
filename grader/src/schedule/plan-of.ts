import type { Executed } from "./executed.ts";
import { ActionFlag, type Departure, choicesOf, cost, threadOf } from "./plan.ts";

/** What is read of an execution to write it down as a plan. */
export type Path = Pick<Executed, "length"> & {
  readonly actions: ArrayLike<number>;
  /** As packed as in {@link Executed}, but exactly as the engine had them. */
  readonly choices: ArrayLike<number>;
};

/** What the engine does where a plan is silent; -1 = nothing is left to do. */
export function keepGoing(word: number, last: number): number {
  const { ready, timed, parked } = choicesOf(word);
  if (ready !== 0) return last >= 0 && ((ready >> last) & 1) === 1 ? last : lowest(ready);
  if (timed !== 0) return lowest(timed) | ActionFlag.timeout;
  return parked === 0 ? -1 : lowest(parked) | ActionFlag.unpark;
}

/** An execution as the shortest plan that leads to it, whatever chose its steps. */
export function planOf(path: Path): readonly Departure[] {
  const plan: Departure[] = [];
  for (let step = 0; step < path.length; step++) {
    const action = path.actions[step] as number;
    if (action !== keepGoing(path.choices[step] as number, lastBefore(path, step)))
      plan.push({ step, action });
  }
  return plan;
}

/** How many preemptions an execution has. */
export function preemptionsOf(path: Path): number {
  let sum = 0;
  for (let step = 0; step < path.length; step++) sum += preemptsAt(path, step);
  return sum;
}

/** What the choice at a step cost. */
export function preemptsAt(path: Path, step: number): number {
  const { actions, choices } = path;
  return cost(choices[step] as number, lastBefore(path, step), actions[step] as number);
}

function lastBefore({ actions }: Path, step: number): number {
  return step === 0 ? -1 : threadOf(actions[step - 1] as number);
}

function lowest(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
