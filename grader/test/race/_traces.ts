import type { Random } from "./_alphabets.ts";
import type { Action, Range } from "./_program.ts";

const MUTEXES = 4;
/** Each mutex guards 24 bytes from `64 * mutex` on. */
const GUARDED = 64;
const FLAGS = 512;
const READ_ONLY = 544;
const PRIVATE = 640;

/**
 * A long execution of agents with good manners: agent 0 starts the others and joins them in the end,
 * guarded bytes are touched under their mutex, flags only atomically, some bytes are only read, some
 * belong to one agent. About once in `1 / carelessness` accesses somebody forgets.
 */
export function randomTrace(
  next: Random,
  shape: { readonly agents: number; readonly length: number; readonly carelessness: number },
): Action[] {
  const { agents, length, carelessness } = shape;
  const trace: Action[] = [];
  const holds = new Map<number, number>();
  const asleep = new Map<number, number>();
  for (let child = 1; child < agents; child += 1) {
    if (next(2) === 0) trace.push(access(0, false, any(READ_ONLY, 16), next));
    trace.push({ did: "fork", agent: 0, child });
  }
  while (trace.length < length) step(next(agents));
  for (const [agent, mutex] of holds) trace.push({ did: "release", agent, mutex });
  for (let child = 1; child < agents; child += 1) trace.push({ did: "join", agent: 0, child });
  for (const base of [0, GUARDED, FLAGS, READ_ONLY, PRIVATE + 16]) {
    for (let count = 0; count < 4; count += 1) trace.push(access(0, true, any(base, 16), next));
  }
  return trace;

  function any(base: number, room: number): Range {
    const size = 2 ** next(4);
    return { start: base + next(room - size + 1), size };
  }
  function flag(): Range {
    return { start: FLAGS + 4 * next(4), size: 4 };
  }
  function step(agent: number): void {
    const mutex = holds.get(agent);
    const address = asleep.get(agent);
    if (address !== undefined) {
      if (next(3) > 0) return;
      asleep.delete(agent);
      trace.push({ did: "wake", agent, start: address, size: 4 });
    } else if (carelessness > 0 && next(Math.round(1 / carelessness)) === 0) {
      trace.push(access(agent, next(2) === 0, any(64 * next(12), 24), next));
    } else if (mutex !== undefined && next(4) > 0) {
      trace.push(access(agent, next(2) === 0, any(GUARDED * mutex, 24), next));
    } else if (mutex !== undefined) {
      holds.delete(agent);
      trace.push({ did: "release", agent, mutex });
    } else {
      idle(agent);
    }
  }
  function idle(agent: number): void {
    const free = Array.from({ length: MUTEXES }, (_, mutex) => mutex).filter(
      (mutex) => ![...holds.values()].includes(mutex),
    );
    const range = flag();
    switch (next(8)) {
      case 0:
      case 1: {
        const mutex = free[next(MUTEXES)];
        if (mutex === undefined) return;
        holds.set(agent, mutex);
        trace.push({ did: "acquire", agent, mutex });
        return;
      }
      case 2:
        trace.push(access(agent, false, any(READ_ONLY, 16), next));
        return;
      case 3:
        trace.push(access(agent, true, any(PRIVATE + 16 * agent, 16), next));
        return;
      case 4:
        trace.push({ did: "wait", agent, ...range });
        if (next(2) === 0) asleep.set(agent, range.start);
        return;
      case 5:
        trace.push({ did: "notify", agent, ...range });
        return;
      default: {
        const did = (["atomicLoad", "atomicStore", "atomicUpdate"] as const)[next(3)]!;
        trace.push({ did, agent, ...range });
      }
    }
  }
}

function access(agent: number, mayWrite: boolean, range: Range, next: Random): Action {
  const did = mayWrite && next(2) === 0 ? "plainWrite" : "plainRead";
  return { did, agent, ...range };
}
