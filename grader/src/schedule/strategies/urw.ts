import { lowest } from "../masks.ts";
import { actionOf } from "./_choices.ts";
import { drawBelow, sow } from "../draws.ts";
import type { SamplingStrategy } from "./strategy.ts";

/** First word of the steps that each thread is expected to take still. */
const REMAINING = 1;

/**
 * Uniform random walk (URW in Zhao, Wolff, Mathur and Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS
 * 2025): a thread is chosen in proportion to the steps that it has still to take. Where those are known and nobody
 * blocks, every interleaving is equally likely; a plain random walk prefers those in which the threads take turns.
 *
 * They are estimated by the average of earlier executions, and a thread that has outlived its estimate counts one step
 * more; so does a timeout. The paper's selective variant, SURW, which is uniform over chosen accesses only, is not here.
 */
export function urw(): SamplingStrategy {
  const weight = (state: Int32Array, choice: number): number =>
    choice < 8 ? Math.max(1, state[REMAINING + choice] as number) : 1;

  return {
    prepare(state, { seed, threads, events }) {
      sow(state, 0, seed);
      for (let thread = 0; thread < threads; thread++)
        state[REMAINING + thread] = Math.round(events[thread] ?? 1);
    },
    choose(state, { open }) {
      let total = 0;
      for (let rest = open; rest !== 0; rest &= rest - 1) total += weight(state, lowest(rest));
      let rest = open;
      let left = drawBelow(state, 0, total) - weight(state, lowest(rest));
      while (left >= 0) {
        rest &= rest - 1;
        left -= weight(state, lowest(rest));
      }
      const choice = lowest(rest);
      const counter = REMAINING + (choice & 7);
      state[counter] = (state[counter] as number) - 1;
      return actionOf(choice);
    },
  };
}
