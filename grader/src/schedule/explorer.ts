import { createStateTable } from "./_state-table.ts";
import type { Executed } from "./executed.ts";
import { ActionFlag, type Departure, cost, threadOf } from "./plan.ts";

/** How far to search. */
export interface ExplorerOptions {
  /** The largest number of preemptions to try; `Infinity` for a complete exploration. */
  readonly preemptions: number;
  /** Schedules still to be tried that may be remembered; 2,000,000 unless said otherwise. */
  readonly pending?: number;
  /** States that may be remembered, after which the search is given up; 4,000,000 unless said otherwise. */
  readonly states?: number;
  /** Whether to forget states, so that every schedule within the bound is run; for tests of the cache. */
  readonly cache?: boolean;
}

/** What has been explored so far. */
export interface Explored {
  readonly schedules: number;
  /** The largest number of preemptions of which every schedule was run or is equivalent to one; -1 = not even 0. */
  readonly bound: number;
  /** True when nothing was left out: every interleaving is covered, with any number of preemptions. */
  readonly complete: boolean;
  /** Different states seen. */
  readonly states: number;
}

/**
 * Iterative preemption bounding (Musuvathi and Qadeer, PLDI 2007) over one scenario: all schedules without a
 * preemption, then all with one, and so on, so the first failure has the fewest preemptions possible.
 *
 * A state is the shared memory, the queues of sleepers, what each thread has observed so far (of which its local
 * state is a function) and the thread that ran last. Reached again, with no fewer preemptions used, it is not
 * explored again: the same continuations are there. Unlike the paper, no schedule of a smaller bound is run twice;
 * alternatives that cost too much are kept for their bound.
 */
export interface Explorer {
  /** The next plan to execute, or undefined when the bound is exhausted. */
  next(): readonly Departure[] | undefined;
  /** Preemptions in the plan that {@link next} gave last. */
  readonly preemptions: () => number;
  /** Takes in the execution of that plan. */
  completed(executed: Executed): void;
  explored(): Explored;
}

/** A plan as a chain: what it adds to its parent's. */
interface Branch {
  readonly parent: Branch | undefined;
  readonly step: number;
  readonly action: number;
  readonly depth: number;
}

/** Starts a search. */
export function createExplorer(options: ExplorerOptions): Explorer {
  const { preemptions: limit, pending = 2_000_000, states = 4_000_000, cache = true } = options;
  const seen = createStateTable();
  /** Work by number of preemptions, first found, first run: so plans with fewer departures come first. */
  const waiting: (Branch | undefined)[][] = [[undefined]];
  let bound = 0;
  let current: (Branch | undefined)[] = waiting[0] as (Branch | undefined)[];
  let head = 0;
  let running: Branch | undefined;
  let schedules = 0;
  let held = 1;
  let cut = false;
  let overflow = false;
  /** The last plan was given out and its execution has not come in. */
  let isRunning = false;
  let exhausted = -1;

  function offer(step: number, action: number, preemptions: number): void {
    if (preemptions > limit) {
      cut = true;
      return;
    }
    if (held >= pending) {
      overflow = true;
      return;
    }
    const branch: Branch = { parent: running, step, action, depth: (running?.depth ?? 0) + 1 };
    held++;
    if (preemptions === bound) current.push(branch);
    else (waiting[preemptions] ??= []).push(branch);
  }

  function alternatives(word: number, last: number, step: number, taken: number): void {
    for (let thread = 0; thread < 8; thread++) {
      if (((word >> thread) & 1) === 1 && thread !== taken)
        offer(step, thread, bound + cost(word, last, thread));
      if (((word >> (8 + thread)) & 1) === 1)
        propose(word, last, step, thread | ActionFlag.timeout, taken);
      if (((word >> (16 + thread)) & 1) === 1)
        propose(word, last, step, thread | ActionFlag.unpark, taken);
    }
  }

  function propose(word: number, last: number, step: number, action: number, taken: number): void {
    if (action !== taken) offer(step, action, bound + cost(word, last, action));
  }

  return {
    next() {
      if (seen.size() >= states) {
        overflow = true;
        return undefined;
      }
      while (head === current.length) {
        if (overflow) return undefined;
        exhausted = bound;
        bound++;
        if (bound > limit || waiting.length <= bound) {
          bound--;
          return undefined;
        }
        current = waiting[bound] ?? [];
        head = 0;
      }
      running = current[head];
      current[head++] = undefined;
      held--;
      isRunning = true;
      schedules++;
      const plan: Departure[] = [];
      for (let branch = running; branch !== undefined; branch = branch.parent) {
        plan.push({ step: branch.step, action: branch.action });
      }
      return plan.reverse();
    },
    preemptions: () => bound,
    completed({ length, actions, choices, keys }) {
      isRunning = false;
      for (let step = running === undefined ? 0 : running.step + 1; step < length; step++) {
        if (cache && !seen.add(keys, step * 4)) return;
        const last = step === 0 ? -1 : threadOf(actions[step - 1] as number);
        alternatives(choices[step] as number, last, step, actions[step] as number);
      }
    },
    explored() {
      const complete = !cut && !overflow && !isRunning && held === 0;
      return { schedules, bound: complete ? bound : exhausted, complete, states: seen.size() };
    },
  };
}
