/** Spins of threads that were told to go on with them: which of the choices on the way are worth having. */
import type { Histories } from "./_histories.ts";
import { GOES_ON, MAX_THREADS } from "./layout.ts";

/** Watches the spins of one scenario's executions. */
export interface Spins {
  /** Begins a scenario. */
  forget(): void;
  /** Begins an execution. */
  reset(): void;
  /** The choices without the spins that are known to have no end. */
  offered(word: number, histories: Histories): number;
  /** A step; before the histories observe it. */
  taken(step: number, thread: number, mark: number, histories: Histories): void;
  /** Ends an execution; `spun` = the threads, as a bit mask, that spun without end. */
  end(spun: number, choices: Int32Array): void;
}

/** Rounds at the end of a spin before which another thread may still be chosen. */
const LAST_ROUNDS = 2;

/**
 * Makes the watcher.
 *
 * A spin is a loop that reads the same again and again. While it goes on, it is preempted before its first access and
 * in its last rounds only: preempted elsewhere, it would go on with fewer rounds left, and that is all the difference.
 * A thread that spun for long is taken to spin for ever, and so is any that has observed the same.
 */
export function createSpins(): Spins {
  /** By thread: what it had observed when it went on, and where and with which period it did; empty = it does not spin. */
  const began: number[] = Array.from({ length: MAX_THREADS }, () => 0);
  const steps: number[][] = Array.from({ length: MAX_THREADS }, () => []);
  const periods: number[] = Array.from({ length: MAX_THREADS }, () => 0);
  const endless: Set<number>[] = Array.from({ length: MAX_THREADS }, () => new Set());
  /** Steps whose thread is the only choice. */
  const forced: [step: number, thread: number][] = [];

  function close(thread: number, isEndless: boolean): void {
    const taken = steps[thread] as number[];
    if (taken.length === 0) return;
    if (isEndless) endless[thread]?.add(began[thread] as number);
    const kept = isEndless ? 0 : LAST_ROUNDS * (periods[thread] as number);
    for (const step of taken.slice(1, Math.max(1, taken.length - kept)))
      forced.push([step, thread]);
    taken.length = 0;
  }

  return {
    forget() {
      for (const known of endless) known.clear();
    },
    reset() {
      for (const taken of steps) taken.length = 0;
      forced.length = 0;
    },
    offered(word, histories) {
      let offered = word;
      for (let thread = 0; thread < MAX_THREADS; thread++) {
        const bit = 1 << (16 + thread);
        if ((word & bit) !== 0 && endless[thread]?.has(histories.local(thread))) offered &= ~bit;
      }
      return offered;
    },
    taken(step, thread, mark, histories) {
      if (mark >= GOES_ON) {
        const list = steps[thread] as number[];
        if (list.length === 0) began[thread] = histories.local(thread);
        periods[thread] = mark - GOES_ON;
        list.push(step);
      } else if ((steps[thread] as number[]).length > 0) close(thread, mark > 0);
    },
    end(spun, choices) {
      for (let thread = 0; thread < MAX_THREADS; thread++)
        close(thread, ((spun >> thread) & 1) === 1);
      for (const [step, thread] of forced) choices[step] = 1 << thread;
    },
  };
}
