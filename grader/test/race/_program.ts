/** Bytes `start` up to `start + size`. */
export interface Range {
  readonly start: number;
  readonly size: number;
}

/**
 * What an agent of a litmus program does. Writes and stores put 1, `add` adds 1, and `cas` replaces
 * `expected` by `expected + 1`.
 */
export type Op =
  | ({ readonly op: "read" | "write" | "load" | "store" | "add" | "notify" } & Range)
  | ({ readonly op: "cas" | "wait" | "timed-wait"; readonly expected: number } & Range)
  | { readonly op: "lock" | "unlock"; readonly mutex: number }
  | { readonly op: "start" | "join"; readonly child: number };

/** The operations of each agent. */
export type Program = readonly (readonly Op[])[];

/** What happened at one point of an execution, with all values resolved. */
export type Action =
  | ({ readonly did: "plainRead" | "plainWrite"; readonly agent: number } & Range)
  | ({
      readonly did: "atomicLoad" | "atomicStore" | "atomicUpdate";
      readonly agent: number;
    } & Range)
  | ({ readonly did: "wait" | "notify" | "wake"; readonly agent: number } & Range)
  | { readonly did: "acquire" | "release"; readonly agent: number; readonly mutex: number }
  | { readonly did: "fork" | "join"; readonly agent: number; readonly child: number };

interface Agent {
  /** Index of its next operation. */
  next: number;
  /** It sleeps in the waiter list of its next operation, and whether it was notified. */
  asleep: boolean;
  notified: boolean;
  started: boolean;
}

interface State {
  readonly agents: Agent[];
  readonly memory: number[];
  readonly lockedMutexes: number[];
  /** Agents that sleep and were not notified, the longest asleep first. */
  readonly sleepers: number[];
}

/** Calls `visit` with each sequentially consistent execution of `program`; returns their number. */
export function eachExecution(
  program: Program,
  visit: (execution: readonly Action[]) => void,
): number {
  const starts = program.flat().flatMap((op) => (op.op === "start" ? [op.child] : []));
  const initial: State = {
    agents: program.map((_, agent) => ({
      next: 0,
      asleep: false,
      notified: false,
      started: !starts.includes(agent),
    })),
    memory: Array.from({ length: 24 }, () => 0),
    lockedMutexes: [],
    sleepers: [],
  };
  return visitFrom(program, initial, [], visit);
}

function visitFrom(
  program: Program,
  state: State,
  past: readonly Action[],
  visit: (execution: readonly Action[]) => void,
): number {
  const able = program.flatMap((_, agent) => (canRun(program, state, agent) ? [agent] : []));
  if (able.length === 0) {
    visit(past);
    return 1;
  }
  let executions = 0;
  for (const agent of able) {
    const next = copyOf(state);
    const action = run(program, next, agent);
    executions += visitFrom(program, next, [...past, action], visit);
  }
  return executions;
}

function copyOf(state: State): State {
  return {
    agents: state.agents.map((agent) => ({ ...agent })),
    memory: [...state.memory],
    lockedMutexes: [...state.lockedMutexes],
    sleepers: [...state.sleepers],
  };
}

function canRun(program: Program, state: State, agent: number): boolean {
  const { next, asleep, notified, started } = state.agents[agent]!;
  const op = program[agent]![next];
  if (op === undefined || !started) return false;
  if (op.op === "lock") return !state.lockedMutexes.includes(op.mutex);
  if (op.op === "join") return state.agents[op.child]!.next === program[op.child]!.length;
  return op.op !== "wait" || !asleep || notified;
}

function run(program: Program, state: State, agent: number): Action {
  const self = state.agents[agent]!;
  const op = program[agent]![self.next]!;
  const action = effect(program, state, agent, op);
  if (!self.asleep) self.next += 1;
  return action;
}

function effect(program: Program, state: State, agent: number, op: Op): Action {
  const self = state.agents[agent]!;
  switch (op.op) {
    case "read":
      return { did: "plainRead", agent, start: op.start, size: op.size };
    case "write":
      put(state, op, 1);
      return { did: "plainWrite", agent, start: op.start, size: op.size };
    case "load":
      return { did: "atomicLoad", agent, start: op.start, size: op.size };
    case "store":
      put(state, op, 1);
      return { did: "atomicStore", agent, start: op.start, size: op.size };
    case "add":
      put(state, op, get(state, op) + 1);
      return { did: "atomicUpdate", agent, start: op.start, size: op.size };
    case "cas": {
      const succeeds = get(state, op) === op.expected;
      if (succeeds) put(state, op, op.expected + 1);
      const did = succeeds ? "atomicUpdate" : "atomicLoad";
      return { did, agent, start: op.start, size: op.size };
    }
    case "wait":
    case "timed-wait":
      if (self.asleep) {
        remove(state.sleepers, agent);
        self.asleep = false;
        self.notified = false;
        return { did: "wake", agent, start: op.start, size: op.size };
      }
      if (get(state, op) === op.expected) {
        self.asleep = true;
        state.sleepers.push(agent);
      }
      return { did: "wait", agent, start: op.start, size: op.size };
    case "notify": {
      const sleeper = state.sleepers.find((other) => sleepsAt(program, state, other, op.start));
      if (sleeper !== undefined) {
        remove(state.sleepers, sleeper);
        state.agents[sleeper]!.notified = true;
      }
      return { did: "notify", agent, start: op.start, size: op.size };
    }
    case "lock":
      state.lockedMutexes.push(op.mutex);
      return { did: "acquire", agent, mutex: op.mutex };
    case "unlock":
      remove(state.lockedMutexes, op.mutex);
      return { did: "release", agent, mutex: op.mutex };
    case "start":
      state.agents[op.child]!.started = true;
      return { did: "fork", agent, child: op.child };
    case "join":
      return { did: "join", agent, child: op.child };
  }
}

function sleepsAt(program: Program, state: State, agent: number, address: number): boolean {
  const op = program[agent]![state.agents[agent]!.next]!;
  return "start" in op && op.start === address;
}

function remove(list: number[], element: number): void {
  const index = list.indexOf(element);
  if (index >= 0) list.splice(index, 1);
}

function get(state: State, { start, size }: Range): number {
  let value = 0;
  for (let byte = size - 1; byte >= 0; byte -= 1) value = value * 256 + state.memory[start + byte]!;
  return value;
}

function put(state: State, { start, size }: Range, value: number): void {
  let rest = value;
  for (let byte = 0; byte < size; byte += 1) {
    state.memory[start + byte] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
