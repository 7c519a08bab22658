import { CHOICES, actionOf, highest } from "./_choices.ts";
import { lowest } from "../masks.ts";
import { draw, sow } from "../draws.ts";
import type { Moment, SamplingStrategy } from "./strategy.ts";

/** First word of the priorities, one for each choice; 0 = to be drawn. */
const PRIORITY = 1;

/**
 * Partial order sampling (Yuan, Yang and Gu, CAV 2018, algorithm POS): every pending operation has a random priority,
 * and of what is open the highest runs. After a step, the thread that took it has a new operation, and each operation
 * that races with the step gets a new priority: that it lost once says nothing about its order with what comes next.
 *
 * Races are looked at after the step instead of before it, because a thread that was just woken has not said yet what
 * it will do: until it does, it is taken to do what it announced last.
 */
export function pos(): SamplingStrategy {
  return {
    prepare(state, { seed }) {
      sow(state, 0, seed);
      state.fill(0, PRIORITY, PRIORITY + CHOICES);
    },
    choose(state, moment) {
      forget(state, moment);
      for (let rest = moment.open; rest !== 0; rest &= rest - 1) {
        const at = PRIORITY + lowest(rest);
        if (state[at] === 0) state[at] = (draw(state, 0) >>> 1) | 1;
      }
      return actionOf(highest(moment.open, state, PRIORITY));
    },
  };
}

/** Drops the priorities that the last step has made old. */
function forget(state: Int32Array, moment: Moment): void {
  if (moment.last === -1) return;
  for (let thread = 0; thread < 8; thread++) {
    if (thread !== moment.last && !moment.races(thread)) continue;
    state[PRIORITY + thread] = 0;
    state[PRIORITY + 8 + thread] = 0;
  }
}
