/**
 * A plan: where an execution departs from "the running thread keeps going; when it cannot, the lowest-numbered
 * ready thread goes on".
 */

/** One departure: at `step`, do `action` (a thread number, or one with a flag of {@link ActionFlag}). */
export interface Departure {
  readonly step: number;
  readonly action: number;
}

/** What an action says beside the thread number. */
export const ActionFlag = {
  /** The thread's sleep times out now. */
  timeout: 0x100,
  /** The thread goes on with a spin that was treated as waiting. */
  unpark: 0x200,
} as const;

/** The thread that an action lets go on. */
export function threadOf(action: number): number {
  return action & 0xff;
}

/** The choices that were open at a step, as bit masks over the threads. */
export interface Choices {
  /** Threads that could take a step. */
  readonly ready: number;
  /** Threads whose sleep could time out. */
  readonly timed: number;
  /** Threads that wait by spinning. */
  readonly parked: number;
}

/** Reads a packed word of choices. */
export function choicesOf(word: number): Choices {
  return { ready: word & 0xff, timed: (word >> 8) & 0xff, parked: (word >> 16) & 0xff };
}

/**
 * How many preemptions the choice of `action` costs: a switch away from a thread that could have gone on is one;
 * a timeout that fires, or a spin that goes on, while something else could run is one too. Switches from a thread
 * that blocked or ended are free.
 */
export function cost(word: number, last: number, action: number): number {
  const ready = word & 0xff;
  if (action >= ActionFlag.timeout) return ready === 0 ? 0 : 1;
  return last >= 0 && ((ready >> last) & 1) === 1 && action !== last ? 1 : 0;
}
