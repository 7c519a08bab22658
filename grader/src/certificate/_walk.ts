/** Goes through the log of one execution and says which state each step begins in. */
import type { Claim, Reduction } from "./certificate.ts";
import { GOES_ON, type LoggedExecution, type LoggedStep, TIMES_OUT } from "./log.ts";
import { createMemory } from "./_memory.ts";
import { createNames } from "./_names.ts";
import { createObservations } from "./_observations.ts";

/** A step with the state before it. */
export interface Visit {
  readonly state: number;
  readonly step: LoggedStep;
  /** What was done, as a plan says it. */
  readonly action: number;
  /** The thread that took the step before; -1 = none. */
  readonly last: number;
  /** Preemptions before the step. */
  readonly preemptions: number;
  /** What the thread of the step, and each thread that waits by spinning, had observed. */
  readonly own: number;
  readonly spinning: readonly (readonly [thread: number, observed: number])[];
}

/** An execution as states and steps. */
export interface Walk {
  readonly visits: readonly Visit[];
  /** The state at the end. */
  readonly final: number;
}

/** Walks through executions of one scenario; a text says why a log cannot be right. */
export type Walker = (execution: LoggedExecution) => Walk | string;

/**
 * Makes the walker. A state is the memory byte for byte, the queue of sleepers in order, everything that each thread
 * has observed in order, and the thread that ran last. Equal states have equal numbers, exactly.
 */
export function createWalker(reductions: readonly Reduction[]): Walker {
  const names = createNames();
  const memory = createMemory();
  const observations = createObservations(names, !reductions.includes("unordered-calls"));

  return ({ steps, operations }) => {
    memory.begin();
    observations.begin(operations);
    const visits: Visit[] = [];
    let asleep: number[] = [];
    let last = -1;
    let preemptions = 0;

    const state = (): number => {
      const seen = threadsOf(0xff).map((thread) => observations.of(thread));
      return names.of(`state ${memory.text()} | ${asleep.join()} | ${last} | ${seen.join()}`);
    };

    for (const [at, step] of steps.entries()) {
      const { thread, op, after, extra, parked } = step;
      const action = actionOf(step);
      if (action === undefined) return `step ${at} was not among the choices`;
      const spinning = threadsOf(parked).map((other) => [other, observations.of(other)] as const);
      const own = observations.of(thread);
      visits.push({ state: state(), step, action, last, preemptions, own, spinning });
      if (!memory.take(step)) return `step ${at} did not see what was written before it`;
      observations.take(step, at);
      if (op === "wait" && extra === 1) asleep.push(thread);
      if (op === "timeout") asleep = asleep.filter((sleeper) => sleeper !== thread);
      if (op === "notify")
        asleep = asleep.filter((sleeper) => ((Number(after) >> sleeper) & 1) === 0);
      preemptions += cost(step, last, action);
      last = thread;
    }
    return { visits, final: state() };
  };
}

/** The threads of a bit mask. */
function threadsOf(mask: number): number[] {
  return Array.from({ length: 8 }, (_, thread) => thread).filter((t) => ((mask >> t) & 1) === 1);
}

/** What was done at a step; undefined = that was not possible. */
function actionOf(step: LoggedStep): number | undefined {
  const actions = choicesAt(step).filter((action) => (action & 0xff) === step.thread);
  return actions.find((action) => ((action & TIMES_OUT) !== 0) === (step.op === "timeout"));
}

/** Everything that could have been done instead of a step, and what was done. */
export function choicesAt({ ready, timed, parked }: LoggedStep): readonly number[] {
  return [
    ...threadsOf(ready),
    ...threadsOf(timed).map((thread) => thread | TIMES_OUT),
    ...threadsOf(parked).map((thread) => thread | GOES_ON),
  ];
}

/**
 * Preemptions that a choice costs: one for a switch away from a thread that could have gone on, and for a timeout or
 * a spin that goes on while a thread could have taken a step.
 */
export function cost({ ready }: LoggedStep, last: number, action: number): number {
  if (action > 0xff) return ready === 0 ? 0 : 1;
  return last !== -1 && action !== last && ((ready >> last) & 1) === 1 ? 1 : 0;
}

/** The largest number of preemptions that a claim is about. */
export function boundOf(claim: Claim): number {
  return claim.kind === "complete" ? Infinity : claim.preemptions;
}
