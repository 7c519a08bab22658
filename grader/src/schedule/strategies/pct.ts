import { CHOICES, actionOf, highest } from "./_choices.ts";
import { draw, drawBelow, sow } from "../draws.ts";
import type { Preparation, SamplingStrategy } from "./strategy.ts";

/** Most change points of an execution. */
const POINTS = 8;

/** Words of state: generator, how many change points, the lowest priority so far, change points, priorities. */
const COUNT = 1;
const FLOOR = 2;
const CHANGE = 3;
const PRIORITY = CHANGE + POINTS;

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010): of what is open
 * the highest priority runs. `depth − 1` change points are drawn, each uniformly from all steps of the longest
 * execution so far; at the i-th of them, whoever is about to run falls to priority i, below all that have not fallen.
 * With n threads and k steps a bug of that depth is hit with a probability of at least 1 / (n · k^(depth − 1)).
 *
 * Points may fall on one step, and then several threads fall there: a program that is shorter than the depth would else
 * have one fixed set of points, and two threads could not be demoted at once. Every step counts, also where nobody else
 * could run: a thread may have to fall while the others are blocked.
 *
 * The timeout of a sleep has a priority of its own, and falls below everything once it has fired: else a loop around a
 * timed wait would never let go.
 */
export function pct(): SamplingStrategy {
  return withPoints((_, { depth }) => depth - 1);
}

/**
 * PCT with a number of change points that is uniform in 0…`depth − 1`, drawn anew for each execution: one strategy for
 * bugs of every depth up to that, each at a share of the guarantee.
 */
export function pctx(): SamplingStrategy {
  return withPoints((state, { depth }) => drawBelow(state, 0, depth));
}

function withPoints(
  countOf: (state: Int32Array, preparation: Preparation) => number,
): SamplingStrategy {
  return {
    prepare(state, preparation) {
      sow(state, 0, preparation.seed);
      const points = Math.min(POINTS, countOf(state, preparation));
      state[COUNT] = points;
      state[FLOOR] = 0;
      for (let i = 0; i < points; i++)
        state[CHANGE + i] = drawBelow(state, 0, Math.max(1, preparation.length));
      shuffle(state);
    },
    choose(state, { step, open }) {
      let best = highest(open, state, PRIORITY);
      for (let i = 0; i < (state[COUNT] as number); i++) {
        if (state[CHANGE + i] !== step) continue;
        state[PRIORITY + best] = i + 1;
        best = highest(open, state, PRIORITY);
      }
      if (best >= 8) {
        state[FLOOR] = (state[FLOOR] as number) - 1;
        state[PRIORITY + best] = state[FLOOR];
      }
      return actionOf(best);
    },
  };
}

/** Gives the choices distinct priorities above those of the change points, in a uniform order. */
function shuffle(state: Int32Array): void {
  for (let i = 0; i < CHOICES; i++) {
    const j = draw(state, 0) % (i + 1);
    state[PRIORITY + i] = state[PRIORITY + j] as number;
    state[PRIORITY + j] = POINTS + 1 + i;
  }
}
