/**
 * How a thread came to sleep for ever: its last look, the changes and the notifications around it.
 */
import type { StoppedThread } from "../../runtime/evidence.ts";
import { type Access, type TraceReading, threadsOf } from "./reading.ts";

/** The last sleep of a thread that never woke up. */
export interface LastSleep {
  readonly thread: number;
  /** The `Atomics.wait` that it sleeps in. */
  readonly wait: Access;
  /** What it did in the last round before it slept: no position of its source twice. */
  readonly round: readonly Access[];
  /** Notifications on the cell before and after it fell asleep, by other threads. */
  readonly notifiedBefore: readonly Access[];
  readonly notifiedAfter: readonly Access[];
  /** Changes of the cell after it fell asleep, by other threads. */
  readonly changedAfter: readonly Access[];
}

/** The sleep of a stopped thread; undefined when it does not sleep. */
export function lastSleepOf(
  reading: TraceReading,
  { thread, state }: StoppedThread,
): LastSleep | undefined {
  if (state !== "asleep") return undefined;
  const own = reading.accesses.filter(
    (access) => access.thread === thread && access.op !== "arrive",
  );
  const wait = own.at(-1);
  if (wait === undefined || wait.op !== "wait" || wait.step.extra !== 1) return undefined;
  const others = reading.accesses.filter(
    (access) => access.thread !== thread && access.cell === wait.cell,
  );
  const notifications = others.filter(({ op }) => op === "notify");
  return {
    thread,
    wait,
    round: roundBefore(own, wait),
    notifiedBefore: notifications.filter(({ at }) => at < wait.at),
    notifiedAfter: notifications.filter(({ at }) => at > wait.at),
    changedAfter: others.filter(({ at, changes }) => at > wait.at && changes),
  };
}

function roundBefore(own: readonly Access[], wait: Access): readonly Access[] {
  const positions = new Set<string>();
  const round: Access[] = [];
  for (const access of own.toReversed()) {
    if (access.operation !== wait.operation) break;
    const { access: place, op } = access;
    const position = `${op} ${place?.file}:${place?.line}:${place?.column}`;
    if (positions.has(position)) break;
    positions.add(position);
    if (access !== wait) round.unshift(access);
  }
  return round;
}

/** The threads that a `notify` woke. */
export function wokenBy({ step, after }: Access): readonly number[] {
  return step.extra === 0 ? [] : threadsOf(Number(after));
}
