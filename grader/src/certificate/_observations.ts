/** What each thread has seen so far. Its local state is a function of that. */
import { type LoggedCall, type LoggedStep, STEP_TIME } from "./log.ts";
import type { Names } from "./_names.ts";

/** The observations of one execution after another. */
export interface Observations {
  begin(calls: readonly LoggedCall[]): void;
  /** Takes in a step. */
  take(step: LoggedStep, at: number): void;
  /** A number that is equal for equal observations of a thread. */
  of(thread: number): number;
}

interface Observed {
  /** Stands for everything that the thread has seen, in order. */
  all: number;
  /** The next call that has not begun. */
  next: number;
}

/** What the submission sees of the value that was there: nothing when it overwrites it, of a lock whether it is held. */
function seenBy({ op, before }: LoggedStep): string {
  switch (op) {
    case "write":
    case "store":
      return "";
    case "lock":
    case "tryLock":
    case "unlock":
      return before === 0 ? "free" : "held";
    default:
      return String(before);
  }
}

/** Makes the observations; with `isOrdered`, the calls that had returned when a call began are seen, too. */
export function createObservations(names: Names, isOrdered: boolean): Observations {
  let threads = new Map<number, Observed>();
  let calls: ReadonlyMap<number, readonly LoggedCall[]> = new Map();

  function observedBy(thread: number): Observed {
    const known = threads.get(thread) ?? { all: 0, next: 0 };
    threads.set(thread, known);
    return known;
  }

  /** How many calls of each thread had returned at a time. */
  function returnedBefore(time: number): string {
    const counts = Array.from({ length: 8 }, (_, thread) => calls.get(thread) ?? []).map(
      (list) => list.filter((call) => call.return !== null && call.return < time).length,
    );
    return counts.join();
  }

  return {
    begin(all) {
      threads = new Map();
      calls = new Map(
        [...Map.groupBy(all, ({ thread }) => thread)].map(([thread, list]) => [
          thread,
          list.toSorted((a, b) => a.call - b.call),
        ]),
      );
    },
    take(step, at) {
      const own = observedBy(step.thread);
      const { op, type, address, extra, goesOn } = step;
      const seen = [op, type, address, seenBy(step), extra, goesOn].join();
      own.all = names.of(`${own.all} ${seen}`);
      if (!isOrdered) return;
      const mine = calls.get(step.thread) ?? [];
      for (let call = mine[own.next]; call !== undefined; call = mine[own.next]) {
        if (call.call >= (at + 1) * STEP_TIME) break;
        own.all = names.of(`${own.all} after ${returnedBefore(call.call)}`);
        own.next++;
      }
    },
    of: (thread) => threads.get(thread)?.all ?? 0,
  };
}
