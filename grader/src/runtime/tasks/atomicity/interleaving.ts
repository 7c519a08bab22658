/**
 * Finds what was lost across an `await`: somebody reads a cell, is suspended, another task writes the cell, and then
 * the first one writes it without having looked again.
 *
 * A task is a call with all that it calls, and with the callbacks that it makes, or asks for, and that the engine calls. Which
 * calls are one task depends on the other side: two calls are told apart below the last call that led to both. Who is
 * above or below the other on one path is the same task.
 */
import { type Calls, readCalls } from "./_calls.ts";
import type { Accessed, ActivityEvent, Involved, InvolvedTask } from "./events.ts";

/** A value that was lost across an `await`. */
export interface AwaitInterleaving {
  readonly read: Involved;
  /** Where the first task was suspended; undefined where it goes on in a callback. */
  readonly suspension?: Involved;
  /** The write of the other task. */
  readonly between: Involved;
  readonly write: Involved;
  readonly task: InvolvedTask;
  readonly other: InvolvedTask;
}

/** Accesses of one cell that are looked back at from a write. */
const LOOK_BACK = 1_000;

/** An access with its position among all events. */
type Placed = Accessed & { readonly at: number };

/** The last such interleaving before the end; undefined where there is none. */
export function findAwaitInterleaving(
  events: readonly ActivityEvent[],
): AwaitInterleaving | undefined {
  const calls = readCalls(events);
  let found: { readonly at: number; readonly interleaving: AwaitInterleaving } | undefined;
  for (const accesses of accessesByCell(events)) {
    for (let i = accesses.length - 1; i > 0; i--) {
      const write = accesses[i] as Placed;
      if (calls.isSpent() || (found !== undefined && write.at < found.at)) break;
      const interleaving = write.kind === "write" ? lostBy(accesses, i, calls) : undefined;
      if (interleaving === undefined) continue;
      found = { at: write.at, interleaving };
      break;
    }
  }
  return found?.interleaving;
}

/** The accesses of each cell that is written, in order; those of a whole object belong to each of its cells. */
function accessesByCell(events: readonly ActivityEvent[]): readonly (readonly Placed[])[] {
  const cells = new Map<string, Placed[]>();
  const whole = new Map<string, Placed[]>();
  for (const [at, event] of events.entries()) {
    if (event.kind !== "read" && event.kind !== "write") continue;
    const { object, key } = event;
    const placed = { ...event, at };
    const group = key === undefined ? whole : cells;
    const id = key === undefined ? `${object}` : `${object} ${key}`;
    const accesses = group.get(id);
    if (accesses === undefined) group.set(id, [placed]);
    else accesses.push(placed);
  }
  return [...cells.values()]
    .filter((accesses) => accesses.some(({ kind }) => kind === "write"))
    .map((accesses) => {
      const more = whole.get(`${accesses[0]?.object}`) ?? [];
      return more.length === 0 ? accesses : [...accesses, ...more].toSorted((a, b) => a.at - b.at);
    });
}

/** What the write at `index` overwrites without knowing. */
function lostBy(
  accesses: readonly Placed[],
  index: number,
  calls: Calls,
): AwaitInterleaving | undefined {
  const write = accesses[index] as Placed;
  const before = accesses[index - 1];
  if (before?.kind === "read" && before.activation === write.activation) return undefined;
  const oldest = Math.max(0, index - LOOK_BACK);
  let i = index - 1;
  while (i >= oldest && accesses[i]?.kind === "read") i--;
  const between = accesses[i];
  if (i < oldest || between === undefined) return undefined;
  // Who says the same, whatever the other one says, loses nothing.
  if (write.isConstant === true && between.value === write.value) return undefined;
  const tasks = calls.tellApart(write.activation, between.activation);
  if (tasks === undefined) return undefined;
  const isOwn = ({ activation }: Placed): boolean => calls.isWithin(activation, tasks.task);
  if (accesses.slice(i + 1, index).some(isOwn)) return undefined;
  const read = readBehind(accesses.slice(oldest, i).filter(isOwn));
  if (read === undefined) return undefined;
  const moments = { task: tasks.task, after: read.at, around: between.at };
  const pause = calls.pauseOf(write.activation, moments);
  if (pause === undefined) return undefined;
  return {
    read: involved(read),
    ...(pause === "callback" ? {} : { suspension: involved(pause) }),
    between: involved(between),
    write: involved(write),
    task: calls.describe(tasks.task),
    other: calls.describe(tasks.other),
  };
}

/** The read that a task goes by: its last one, but rather one of what others wrote than of what it wrote itself. */
function readBehind(own: readonly Placed[]): Placed | undefined {
  const firstWrite = own.findIndex(({ kind }) => kind === "write");
  const before = firstWrite === -1 ? own : own.slice(0, firstWrite);
  const isRead = ({ kind }: Placed): boolean => kind === "read";
  return before.findLast(isRead) ?? own.findLast(isRead);
}

function involved({ name, place, stamp }: Involved): Involved {
  return { name, place, stamp };
}
