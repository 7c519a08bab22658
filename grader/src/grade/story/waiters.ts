/** The threads that never went on, and what each of them waits for. */
import type { StoppedThread } from "../../runtime/evidence.ts";
import type { SourcePlace } from "../result.ts";
import { type Holding, holderOf, triedToTake } from "./holders.ts";
import { type Access, type TraceReading, isMutexStep, workerName } from "./reading.ts";
import { type LastSleep, lastSleepOf, wokenBy } from "./sleep.ts";
import { atPlace, placeText, placesOf } from "./source.ts";

/** A waiter before it has a column. */
export interface ThreadWaiter {
  readonly thread: number;
  readonly text: string;
  readonly place: SourcePlace | undefined;
}

/** Everybody who had not ended when the execution did. */
export function waitersOf(reading: TraceReading): readonly ThreadWaiter[] {
  return reading.stopped.filter(waits).map((stopped) => {
    const last = lastAccess(reading, stopped.thread);
    return {
      thread: stopped.thread,
      text: describe(reading, stopped, last),
      place: placesOf(stopped.frames, reading.lookup).own ?? last?.place,
    };
  });
}

/** In a partial deadlock, others could have gone on. */
function waits({ state }: StoppedThread): boolean {
  return state !== "ready";
}

function describe(reading: TraceReading, stopped: StoppedThread, last: Access | undefined): string {
  switch (stopped.state) {
    case "locking":
      return describeLocking(reading, stopped);
    case "asleep":
      return describeSleep(reading, stopped);
    case "spinning":
      return describeSpin(reading, last);
    case "ready":
      return "";
  }
}

function describeLocking(
  reading: TraceReading,
  { thread, address, holder }: StoppedThread,
): string {
  const cell = reading.cells.findIndex((item) => item.address === address);
  const mutex = mutexName(reading, cell);
  const holding = holderOf(reading, cell);
  const owner = holding?.thread ?? holder;
  if (owner === undefined || owner < 0) return `waits for ${mutex}`;
  const who = owner === thread ? "it holds itself" : `${workerName(owner)} holds`;
  return `waits for ${mutex} that ${who}${since(holding)}`;
}

function since(holding: Holding | undefined): string {
  const place = holding?.taken.place;
  return place === undefined ? "" : ` since ${placeText(place)}`;
}

/** `the Mutex`, with its name where there are several; a lent lock by its name. */
export function mutexName(reading: TraceReading, cell: number): string {
  const lent = reading.cells[cell]?.buffer?.name;
  if (lent !== undefined) return lent;
  const mutexes = new Set(reading.accesses.filter(isMutexStep).map((access) => access.cell));
  if (cell === -1 || mutexes.size < 2) return "the Mutex";
  const name = reading.nameOf(cell);
  return name.startsWith("Mutex ") ? name : `the Mutex ${name}`;
}

function describeSleep(reading: TraceReading, stopped: StoppedThread): string {
  const sleep = lastSleepOf(reading, stopped);
  if (sleep === undefined) return "sleeps in Atomics.wait";
  return `sleeps on ${reading.nameOf(sleep.wait.cell)}; ${whyNobodyWakes(reading, sleep)}`;
}

function whyNobodyWakes(reading: TraceReading, sleep: LastSleep): string {
  const { wait, thread, notifiedAfter, notifiedBefore, changedAfter } = sleep;
  const holding = holderOf(reading, wait.cell);
  if (holding !== undefined && triedToTake(reading, thread, holding)) {
    const who =
      holding.thread === thread ? "it holds it itself" : `${workerName(holding.thread)} holds it`;
    return `${who}${since(holding)}`;
  }
  const woke = notifiedAfter.at(-1);
  if (woke !== undefined) {
    const woken = wokenBy(woke).map(workerName).join(" and ");
    return woken === "" ? "nobody woke it" : `the last notify woke ${woken}${atPlace(woke.place)}`;
  }
  const change = changedAfter.at(-1);
  if (change !== undefined) {
    return `${workerName(change.thread)} changed it to ${change.after}${atPlace(change.place)}, but nobody notified`;
  }
  const early = notifiedBefore.at(-1);
  return early === undefined
    ? "nobody notified it"
    : `the last notify came before${atPlace(early.place)}`;
}

function describeSpin(reading: TraceReading, last: Access | undefined): string {
  if (last === undefined || last.cell === -1) return "looks at the same values again and again";
  return `looks at ${reading.nameOf(last.cell)} again and again and finds ${last.before}; nobody will change it`;
}

/** The last step of a thread that touched memory. */
export function lastAccess(reading: TraceReading, thread: number): Access | undefined {
  return reading.accesses.findLast((access) => access.thread === thread && access.cell !== -1);
}
