/** Which calls are one task, and when each was suspended. */
import type { ActivityEvent, Entered, Involved, InvolvedTask } from "./events.ts";

/** Who called whom, and who was suspended when. */
export interface Calls {
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
  /** Whether so much was asked that it would take too long to go on. */
  isSpent(): boolean;
}

/** Calls that are walked over until it takes too long. */
const STEPS = 5_000_000;

interface Call extends Entered {
  readonly at: number;
  readonly call: number;
  /** The call that it continues: the one that called it, or that asked for it or made it, where the engine called it. */
  readonly parent: number;
  readonly pauses: (Involved & { readonly from: number; to: number })[];
}

/** Reads them from what happened. */
export function readCalls(events: readonly ActivityEvent[]): Calls {
  const calls = new Map<number, Call>();
  const counts = new Map<string, number>();

  let steps = 0;

  /** Where nobody calls: who asked for the call, if the same function made both; else who made the function. */
  const parentOf = ({ caller, creator, asker }: Entered): number => {
    if (caller !== 0) return caller;
    for (let id = asker; id !== 0; id = calls.get(id)?.creator ?? 0)
      if (id === creator) return asker;
    return creator === 0 ? asker : creator;
  };
  /** An activation and those that it continues, itself first. */
  const pathOf = (activation: number): readonly number[] => {
    const path: number[] = [];
    for (let id = activation; id !== 0; id = calls.get(id)?.parent ?? 0) path.push(id);
    steps += path.length;
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
    isSpent: () => steps > STEPS,
  };
}
