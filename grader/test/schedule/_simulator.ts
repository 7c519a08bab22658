/**
 * A tiny pure engine for tests of the search: threads are functions of what they have seen, states are data, and an
 * execution is told exactly as the real controller tells it.
 */
import {
  ActionFlag,
  type Departure,
  type Executed,
  cost,
  threadOf,
} from "../../src/schedule/index.ts";

/** One step of a thread. A step's result is what the thread has seen then. */
export type Step =
  | { readonly do: "read"; readonly cell: number }
  | { readonly do: "write"; readonly cell: number; readonly value: number }
  | { readonly do: "add"; readonly cell: number; readonly value: number }
  | { readonly do: "cas"; readonly cell: number; readonly from: number; readonly to: number }
  | { readonly do: "lock"; readonly cell: number }
  | { readonly do: "unlock"; readonly cell: number }
  /** Falls asleep when the cell holds the value. */
  | { readonly do: "wait"; readonly cell: number; readonly value: number; readonly timed?: true }
  | { readonly do: "notify"; readonly cell: number }
  /** Spins until the cell holds the value, or gives up. */
  | { readonly do: "spin"; readonly cell: number; readonly value: number };

/** The next step after what was seen so far, one number for each step taken; undefined = the thread has ended. */
export type Thread = (seen: readonly number[]) => Step | undefined;

/** A thread that takes the steps of a list. */
export const steps =
  (...list: readonly Step[]): Thread =>
  (seen) =>
    list[seen.length];

export const read = (cell: number): Step => ({ do: "read", cell });
export const write = (cell: number, value: number): Step => ({ do: "write", cell, value });
export const add = (cell: number, value: number): Step => ({ do: "add", cell, value });
export const cas = (cell: number, from: number, to: number): Step => ({
  do: "cas",
  cell,
  from,
  to,
});
export const lock = (cell: number): Step => ({ do: "lock", cell });
export const unlock = (cell: number): Step => ({ do: "unlock", cell });
export const wait = (cell: number, value: number): Step => ({ do: "wait", cell, value });
export const timedWait = (cell: number, value: number): Step => ({
  do: "wait",
  cell,
  value,
  timed: true,
});
export const notify = (cell: number): Step => ({ do: "notify", cell });
export const spin = (cell: number, value: number): Step => ({ do: "spin", cell, value });

/** What a thread has seen of a sleep that timed out, or a spin that gave up. */
export const GAVE_UP = -1;

/** Everything that the future depends on. */
export interface State {
  readonly memory: readonly number[];
  readonly seen: readonly (readonly number[])[];
  /** The sleeping threads, oldest first. */
  readonly asleep: readonly number[];
  /** The thread that took the last step; -1 = nobody yet. */
  readonly last: number;
}

/** How an execution came out. */
export interface Final {
  readonly end: "done" | "stuck";
  readonly memory: readonly number[];
  readonly seen: readonly (readonly number[])[];
  readonly asleep: readonly number[];
}

const CELLS = 4;

/** The state in which an execution begins. */
export function begin(program: readonly Thread[]): State {
  return {
    memory: Array.from({ length: CELLS }, () => 0),
    seen: program.map(() => []),
    asleep: [],
    last: -1,
  };
}

const at = <T>(list: readonly T[], index: number): T => list[index] as T;

/** The choices before a step, packed as the engine packs them. */
export function choicesIn(program: readonly Thread[], { memory, seen, asleep }: State): number {
  let word = 0;
  for (const [thread, next] of program.entries()) {
    if (asleep.includes(thread)) {
      const step = next(at(seen, thread).slice(0, -1));
      if (step?.do === "wait" && step.timed) word |= 1 << (8 + thread);
      continue;
    }
    const step = next(at(seen, thread));
    if (step === undefined || (step.do === "lock" && at(memory, step.cell) !== 0)) continue;
    const isParked = step.do === "spin" && at(memory, step.cell) !== step.value;
    word |= isParked ? 1 << (16 + thread) : 1 << thread;
  }
  return word;
}

/** The state after an action. */
export function take(program: readonly Thread[], state: State, action: number): State {
  const thread = threadOf(action);
  const before = [...at(state.seen, thread)];
  const memory = [...state.memory];
  let { asleep } = state;
  const saw = (result: number): State => ({
    memory,
    seen: state.seen.map((seen, i) => (i === thread ? [...before, result] : seen)),
    asleep,
    last: thread,
  });
  if ((action & ActionFlag.unpark) !== 0) return saw(GAVE_UP);
  if ((action & ActionFlag.timeout) !== 0) {
    asleep = asleep.filter((sleeper) => sleeper !== thread);
    before.pop();
    return saw(GAVE_UP);
  }
  const step = at(program, thread)(before) as Step;
  const old = at(memory, step.cell);
  switch (step.do) {
    case "write":
      memory[step.cell] = step.value;
      return saw(0);
    case "add":
      memory[step.cell] = old + step.value;
      return saw(old);
    case "cas":
      if (old === step.from) memory[step.cell] = step.to;
      return saw(old);
    case "lock":
      memory[step.cell] = thread + 1;
      return saw(0);
    case "unlock":
      memory[step.cell] = 0;
      return saw(old);
    case "wait":
      if (old === step.value) asleep = [...asleep, thread];
      return saw(old);
    case "notify": {
      const isOn = (sleeper: number): boolean =>
        at(program, sleeper)(at(state.seen, sleeper).slice(0, -1))?.cell === step.cell;
      const woken = asleep.find(isOn);
      asleep = asleep.filter((sleeper) => sleeper !== woken);
      return saw(woken === undefined ? 0 : 1);
    }
    case "read":
    case "spin":
      return saw(old);
  }
}

function finalOf(program: readonly Thread[], { memory, seen, asleep }: State): Final {
  const isDone = asleep.length === 0 && program.every((next, i) => next(at(seen, i)) === undefined);
  return { end: isDone ? "done" : "stuck", memory, seen, asleep };
}

const lowest = (mask: number): number => 31 - Math.clz32(mask & -mask);

/** What the engine does where the plan is silent; undefined = nothing is left to do. */
function keepGoing(word: number, last: number): number | undefined {
  const ready = word & 0xff;
  if (ready !== 0) return ((ready >> last) & 1) === 1 && last >= 0 ? last : lowest(ready);
  const timed = (word >> 8) & 0xff;
  if (timed !== 0) return lowest(timed) | ActionFlag.timeout;
  const parked = word >> 16;
  return parked === 0 ? undefined : lowest(parked) | ActionFlag.unpark;
}

/** One execution, as the search and a test read it. */
export interface Execution extends Executed {
  /** Threads in the order of their steps, `!` = by its timeout, `~` = it gave up its spin. */
  readonly schedule: string;
  readonly preemptions: number;
  readonly final: Final;
}

/** Gives equal states equal keys, and different states different ones. */
export class Keys {
  readonly #ids = new Map<string, number>();

  of(state: State): number {
    const text = JSON.stringify(state);
    const id = this.#ids.get(text) ?? this.#ids.size + 1;
    this.#ids.set(text, id);
    return id;
  }
}

/** Decides a step: the choices, who took the step before, the number of the step, and whose next step races with it. */
export type Decide = (
  word: number,
  last: number,
  step: number,
  races: (thread: number) => boolean,
) => number | undefined;

/** Obeys a plan, and keeps going where it is silent. */
export const obey = (plan: readonly Departure[]): Decide => {
  const actions = new Map(plan.map(({ step, action }) => [step, action]));
  return (word, last, step) => actions.get(step) ?? keepGoing(word, last);
};

/** Runs a program to its end. */
export function execute(program: readonly Thread[], decide: Decide, ids = new Keys()): Execution {
  let state = begin(program);
  const actions: number[] = [];
  const choices: number[] = [];
  const keys: number[] = [];
  let preemptions = 0;
  let taken: Step | undefined;
  const races = (thread: number): boolean =>
    areDependent(taken, pendingStep(program, state, thread));
  for (;;) {
    const word = choicesIn(program, state);
    const action = word === 0 ? undefined : decide(word, state.last, actions.length, races);
    if (action === undefined) break;
    taken = pendingStep(program, state, threadOf(action));
    keys.push(ids.of(state), 0, 0, 0);
    choices.push(word);
    actions.push(action);
    preemptions += cost(word, state.last, action);
    state = take(program, state, action);
  }
  return {
    length: actions.length,
    actions: Int32Array.from(actions),
    choices: Int32Array.from(choices),
    keys: Int32Array.from(keys),
    schedule: actions.map(nameOf).join(""),
    preemptions,
    final: finalOf(program, state),
  };
}

/** What a thread does next; who sleeps has its wait to finish. */
function pendingStep(program: readonly Thread[], state: State, thread: number): Step | undefined {
  const seen = state.seen[thread] ?? [];
  return program[thread]?.(state.asleep.includes(thread) ? seen.slice(0, -1) : seen);
}

/** Whether it matters which of two steps comes first. */
function areDependent(a: Step | undefined, b: Step | undefined): boolean {
  if (a === undefined || b === undefined || a.cell !== b.cell) return false;
  const queues = (step: Step): boolean => step.do === "wait" || step.do === "notify";
  const reads = (step: Step): boolean => ["read", "spin", "wait"].includes(step.do);
  if (queues(a) && queues(b)) return true;
  if (a.do === "notify" || b.do === "notify") return false;
  return !(reads(a) && reads(b));
}

const nameOf = (action: number): string => {
  const flag =
    (action & ActionFlag.timeout) !== 0 ? "!" : (action & ActionFlag.unpark) !== 0 ? "~" : "";
  return `${threadOf(action)}${flag}`;
};

/** One way through a program, found without any search strategy. */
export interface Path {
  readonly schedule: string;
  readonly preemptions: number;
  readonly final: Final;
}

/** Every interleaving of a program, by trying everything. */
export function everyPath(program: readonly Thread[]): readonly Path[] {
  const paths: Path[] = [];
  const visit = (state: State, schedule: string, preemptions: number): void => {
    const word = choicesIn(program, state);
    if (word === 0) paths.push({ schedule, preemptions, final: finalOf(program, state) });
    for (const action of actionsOf(word)) {
      const spent = preemptions + cost(word, state.last, action);
      visit(take(program, state, action), schedule + nameOf(action), spent);
    }
  };
  visit(begin(program), "", 0);
  return paths;
}

function actionsOf(word: number): number[] {
  return Array.from({ length: 24 }, (_, bit) => bit)
    .filter((bit) => ((word >> bit) & 1) === 1)
    .map((bit) => (bit & 7) | [0, ActionFlag.timeout, ActionFlag.unpark][bit >> 3]!);
}
