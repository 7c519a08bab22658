/** What several of the hidden scenarios use. */
import type { Outcome, Thread } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

/** How long a lock is tried, in milliseconds. */
export interface TimeoutOption {
  readonly timeout?: number;
}

/** Gives a lock back; that it could not is for the model to say, not the end of the execution. */
export function giveBack(thread: Thread, lock: Pick<kata.LockLike, "release">): void {
  thread.codeOf(() => {
    lock.release();
  });
}

/** Tries to take a `Lock` or an `RLock` for a while, and gives it back if it got it. */
export function tryForAWhile(
  thread: Thread,
  lock: { acquire(o?: TimeoutOption): boolean; release(): void },
): void {
  const mine = thread.record(lock, ["acquire", "release"]);
  if (mine.acquire({ timeout: 20 })) giveBack(thread, mine);
}

/** A timeout that is none is refused. */
export function assertBadTimeouts(
  thread: Thread,
  lock: { acquire(o?: TimeoutOption): boolean },
): void {
  for (const timeout of [-1, Number.NaN]) {
    const code = thread.codeOf(() => lock.acquire({ timeout }));
    thread.assert(code === "RangeError", `acquire with the timeout ${timeout} is refused`);
  }
}

/** One withLock threw what its function did, the other returned 7, and nobody holds the lock. */
export const gaveBackAfterThrow = (outcome: Outcome): boolean =>
  outcome.final("locked") === false &&
  outcome.operations.every(
    ({ name, args, outcome: answer }) =>
      name !== "withLock" ||
      (args[0] === "throws"
        ? answer.kind === "threw" && answer.code === "BURNT"
        : answer.kind === "returned" && answer.value === 7),
  );

/** Throws `BURNT`. */
export function burn(): never {
  throw Object.assign(new Error("burnt"), { code: "BURNT" });
}

/** What the philosophers at one table share. */
export interface TableHandle {
  readonly forks: readonly unknown[];
  readonly waiter: unknown;
  readonly gate: unknown;
}

/** Lays a table. */
export const tableFor =
  (seats: number) =>
  (_: Kata, main: Thread): TableHandle => ({
    forks: Array.from({ length: seats }, (__, fork) => main.createLock(`fork ${fork}`)),
    waiter: main.createLock("the waiter"),
    gate: main.createGate(),
  });
