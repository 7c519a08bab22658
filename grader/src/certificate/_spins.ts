/** Spins that went on: where looking around is left out, and which have no end. */
import type { LoggedStep } from "./log.ts";
import type { Visit } from "./_walk.ts";

/** Rounds at the end of a spin before which every choice counts. */
const LAST_ROUNDS = 2;
/** Equal rounds after which a spin is taken to have no end. */
const ENDLESS = 100;

/** What the spins of one execution excuse. */
export interface Spins {
  /** Steps at which the spin merely went on: no other choice counts there. */
  readonly inside: ReadonlySet<number>;
  /** Threads that, having observed this, went on and did not come to an end. */
  readonly endless: readonly (readonly [thread: number, observed: number])[];
}

/** Nothing is excused. */
export const noSpins: Spins = { inside: new Set(), endless: [] };

/** Finds the spins of an execution that threads were told to go on with, as far as their rounds are equal. */
export function spinsIn(visits: readonly Visit[]): Spins {
  const inside = new Set<number>();
  const endless: (readonly [number, number])[] = [];
  const open = new Map<number, number[]>();

  function close(thread: number, isEndless: boolean): void {
    const [first, ...rest] = open.get(thread) ?? [];
    open.delete(thread);
    if (first === undefined) return;
    const { own, step } = visits[first] as Visit;
    const equal = rest.filter((at) => repeats(at));
    if (isEndless && equal.length >= ENDLESS * step.round) endless.push([thread, own]);
    const kept = isEndless ? 0 : LAST_ROUNDS * step.round;
    for (const at of rest.slice(0, Math.max(0, rest.length - kept)))
      if (equal.includes(at)) inside.add(at);
  }

  /** Whether a thread does what it did a round before. */
  function repeats(at: number): boolean {
    const { step } = visits[at] as Visit;
    const own = visits.slice(0, at).filter((visit) => visit.step.thread === step.thread);
    const before = own.at(-step.round)?.step;
    return before !== undefined && accessOf(before) === accessOf(step);
  }

  for (const [at, { step }] of visits.entries()) {
    if (step.goesOn) open.set(step.thread, [...(open.get(step.thread) ?? []), at]);
    else close(step.thread, step.round > 0);
  }
  for (const thread of open.keys()) close(thread, false);
  return { inside, endless };
}

function accessOf({ op, type, address, before, after, extra }: LoggedStep): string {
  return [op, type, address, before, after, extra].join();
}
