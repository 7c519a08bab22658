import { countOf, lowest } from "../masks.ts";
import { actionOf } from "./_choices.ts";
import { drawBelow, sow } from "../draws.ts";
import type { SamplingStrategy } from "./strategy.ts";

/** A random walk: at every step a uniform choice among all that is open. */
export function random(): SamplingStrategy {
  return {
    prepare(state, { seed }) {
      sow(state, 0, seed);
    },
    choose(state, { open }) {
      let rest = open;
      for (let i = drawBelow(state, 0, countOf(open)); i > 0; i--) rest &= rest - 1;
      return actionOf(lowest(rest));
    },
  };
}
