/**
 * Finds what was lost across an `await`: somebody reads a cell, is suspended, another task writes the cell, and then
 * the first one writes it without having looked again.
 *
 * A task is a call with all that it calls, and with the callbacks that it makes, or asks for, and that the engine calls. Which
 * calls are one task depends on the other side: two calls are told apart below the last call that led to both. Who is
 * above or below the other on one path is the same task.
 */
import type { Accessed, ActivityEvent, BundlePlace, Entered } from "./events.ts";

/** What takes part: a read, a write, a suspension. */
export interface Involved {
  /** How the source calls the cell here; `await`, `yield`, `for await`. */
  readonly name: string;
  readonly place: BundlePlace;
  readonly stamp: number;
}

/** One of the two tasks, by the call that it begins with. */
export interface InvolvedTask {
  readonly activation: number;
  /** The function's name; "" where it has none. */
  readonly name: string;
  /** It is the n-th call of that function. */
  readonly call: number;
}

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
const LOOK_BACK = 2_000;

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
      if (found !== undefined && write.at < found.at) break;
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

/** Who called whom, and who was suspended when. */
interface Calls {
  /** The calls with which two activations begin to be different tasks; undefined where they are one. */
  tellApart(
    activation: number,
    other: number,
  ): { readonly task: number; readonly other: number } | undefined;
  /** Whether an activation is part of the task that begins with `task`. */
  isWithin(activation: number, task: number): boolean;
  /**
   * The suspension of a task that begins after one moment and lasts over another; "callback" where what runs now only
   * began after the latter.
   */
  pauseOf(
    activation: number,
    wanted: { readonly task: number; readonly after: number; readonly around: number },
  ): Involved | "callback" | undefined;
  describe(activation: number): InvolvedTask;
}

interface Call extends Entered {
  readonly at: number;
  readonly call: number;
  /** The call that it continues: the one that called it, or that asked for it or made it, where the engine called it. */
  readonly parent: number;
  readonly pauses: (Involved & { readonly from: number; to: number })[];
}

function readCalls(events: readonly ActivityEvent[]): Calls {
  const calls = new Map<number, Call>();
  const counts = new Map<string, number>();

  /** Where nobody calls: who made the function; or who asked for the call, where that is a part of the maker's task. */
  function parentOf({ caller, creator, asker }: Entered): number {
    if (caller !== 0) return caller;
    return creator === 0 || isWithin(asker, creator) ? asker || creator : creator;
  }

  /** An activation and those that it continues, itself first. */
  const pathOf = (activation: number): readonly number[] => {
    const path: number[] = [];
    for (let id = activation; id !== 0; id = calls.get(id)?.parent ?? 0) path.push(id);
    return path;
  };
  const isWithin = (activation: number, task: number): boolean => pathOf(activation).includes(task);

  for (const [at, event] of events.entries()) {
    if (event.kind === "enter") {
      const { place } = event;
      const site = `${place.line}:${place.column}`;
      const call = (counts.get(site) ?? 0) + 1;
      counts.set(site, call);
      const parent = parentOf(event);
      calls.set(event.activation, { ...event, at, call, parent, pauses: [] });
    } else if (event.kind === "suspend") {
      calls.get(event.activation)?.pauses.push({ ...event, from: at, to: Infinity });
    } else if (event.kind === "resume") {
      const pause = calls.get(event.activation)?.pauses.at(-1);
      if (pause !== undefined) pause.to = at;
    }
  }

  /** Whether an activation runs code that the task has made, or code within that. */
  const isMadeBy = (activation: number, task: number): boolean =>
    pathOf(activation).some((id) => {
      const creator = calls.get(id)?.creator ?? 0;
      return creator !== 0 && isWithin(creator, task);
    });

  return {
    tellApart(activation, other) {
      const mine = pathOf(activation);
      const others = pathOf(other);
      if (mine.includes(other) || others.includes(activation)) return undefined;
      const theirs = new Set(others);
      const own = new Set(mine);
      const task = mine.findLast((id) => !theirs.has(id));
      const otherTask = others.findLast((id) => !own.has(id));
      if (task === undefined || otherTask === undefined) return undefined;
      return isMadeBy(other, task) ? undefined : { task, other: otherTask };
    },
    isWithin,
    pauseOf(activation, { task, after, around }) {
      const path = pathOf(activation);
      const own = path.slice(0, path.indexOf(task) + 1);
      for (const id of own) {
        const pause = calls
          .get(id)
          ?.pauses.find(({ from, to }) => from > after && from < around && to > around);
        if (pause !== undefined) return pause;
      }
      const hasBegun = own.some((id) => (calls.get(id)?.at ?? 0) > around);
      return hasBegun ? "callback" : undefined;
    },
    describe(activation) {
      const { name = "", call = 1 } = calls.get(activation) ?? {};
      return { activation, name, call };
    },
  };
}
