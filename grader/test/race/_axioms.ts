import type { Action, Range } from "./_program.ts";

/*
 * ECMA-262 §Memory Model, written down as it stands there: events, relations as tables of booleans,
 * happens-before as a transitive closure.
 *
 * Two departures. Memory is initialised by one event for the whole block instead of one for each
 * byte. And §Races asks that *not both* events happen before the other, which no two ever do; this
 * reads "neither".
 */

type EventKind = "read" | "write" | "read-modify-write" | "synchronize";

/** An event of a candidate execution. */
export interface Event extends Range {
  readonly kind: EventKind;
  readonly order: "init" | "seq-cst" | "unordered" | "none";
  readonly agent: number;
  /** Index of the action that caused it, or -1. */
  readonly action: number;
}

/** `relation[a][b]` tells whether `a` stands in the relation to `b`. */
export type Relation = boolean[][];

/** Events in the order in which they happened, and what the specification derives from them. */
export interface Candidate {
  readonly events: readonly Event[];
  /** Pairs of synchronize events: waiter lists, and what the host adds. */
  readonly synchronizes: readonly (readonly [number, number])[];
  /** For each event, the write that each byte it reads comes from. */
  readonly readsBytesFrom: readonly (readonly number[])[];
  readonly happensBefore: Relation;
}

/** Two actions, in the order of execution. */
export interface Pair {
  readonly earlier: number;
  readonly later: number;
}

/** What the axioms say about one execution. */
export interface Judgement {
  /** Unordered accesses to common bytes, one a write, not both atomic on equal ranges. */
  readonly conflicts: readonly Pair[];
  /** Those among them that are data races of this execution: a read has to see the write. */
  readonly dataRaces: readonly Pair[];
}

/** Judges a sequentially consistent execution. */
export function judge(execution: readonly Action[]): Judgement {
  return judgeCandidate(candidateOf(execution));
}

/** Judges a candidate execution. */
export function judgeCandidate(candidate: Candidate): Judgement {
  const { events, readsBytesFrom, happensBefore } = candidate;
  const conflicts: Pair[] = [];
  const dataRaces: Pair[] = [];
  for (let d = 0; d < events.length; d += 1) {
    for (let e = 0; e < d; e += 1) {
      const [earlier, later] = [events[e]!, events[d]!];
      if (!isMemoryEvent(earlier) || !isMemoryEvent(later)) continue;
      if (happensBefore[e]![d] || happensBefore[d]![e]) continue;
      if (disjoint(earlier, later) || (!writes(earlier) && !writes(later))) continue;
      if (isSeqCst(earlier) && isSeqCst(later) && !overlapping(earlier, later)) continue;
      const pair = { earlier: earlier.action, later: later.action };
      conflicts.push(pair);
      const sees = readsBytesFrom[d]!.includes(e);
      if ((writes(earlier) && writes(later)) || sees) dataRaces.push(pair);
    }
  }
  return { conflicts, dataRaces };
}

/** The candidate execution in which every read sees the last write. */
export function candidateOf(execution: readonly Action[]): Candidate {
  const { events, synchronizes } = eventsOf(execution);
  const readsBytesFrom = lastWrites(events);
  const happensBefore = happensBeforeOf(events, synchronizes, readsBytesFrom);
  return { events, synchronizes, readsBytesFrom, happensBefore };
}

function eventsOf(execution: readonly Action[]): Pick<Candidate, "events" | "synchronizes"> {
  const events: Event[] = [
    { kind: "write", order: "init", agent: -1, action: -1, start: 0, size: 1024 },
  ];
  const synchronizes: [number, number][] = [];
  /** The event that left the critical section of a waiter list last, by address. */
  const left = new Map<number, number>();
  /** The event that released a mutex last. */
  const released = new Map<number, number>();
  let action = 0;

  function access(kind: EventKind, order: Event["order"], did: Action & Range): void {
    events.push({ kind, order, agent: did.agent, action, start: did.start, size: did.size });
  }
  function synchronize(agent: number): number {
    events.push({ kind: "synchronize", order: "none", agent, action, start: 0, size: 0 });
    return events.length - 1;
  }
  function enter(did: Action & Range): void {
    const entering = synchronize(did.agent);
    const leaving = left.get(did.start);
    if (leaving !== undefined) synchronizes.push([leaving, entering]);
  }
  function leave(did: Action & Range): void {
    left.set(did.start, synchronize(did.agent));
  }
  function add(did: Action): void {
    switch (did.did) {
      case "plainRead":
        return access("read", "unordered", did);
      case "plainWrite":
        return access("write", "unordered", did);
      case "atomicLoad":
        return access("read", "seq-cst", did);
      case "atomicStore":
        return access("write", "seq-cst", did);
      case "atomicUpdate":
        return access("read-modify-write", "seq-cst", did);
      case "wait":
        enter(did);
        access("read", "seq-cst", did);
        return leave(did);
      case "notify":
      case "wake":
        enter(did);
        return leave(did);
      case "acquire": {
        const acquiring = synchronize(did.agent);
        const releasing = released.get(did.mutex);
        if (releasing !== undefined) synchronizes.push([releasing, acquiring]);
        return;
      }
      case "release":
        released.set(did.mutex, synchronize(did.agent));
        return;
      case "fork":
        synchronizes.push([synchronize(did.agent), synchronize(did.child)]);
        return;
      case "join":
        synchronizes.push([synchronize(did.child), synchronize(did.agent)]);
        return;
    }
  }

  for (; action < execution.length; action += 1) add(execution[action]!);
  return { events, synchronizes };
}

function lastWrites(events: readonly Event[]): number[][] {
  /** The last write of each byte; event 0 initialises them all. */
  const last: number[] = [];
  return events.map((event, index) => {
    const from: number[] = [];
    if (event.order === "init") return from;
    for (let byte = event.start; byte < event.start + event.size; byte += 1) {
      if (reads(event)) from.push(last[byte] ?? 0);
      if (writes(event)) last[byte] = index;
    }
    return from;
  });
}

/** The least relation that ECMA-262 §happens-before describes. */
export function happensBeforeOf(
  events: readonly Event[],
  synchronizes: Candidate["synchronizes"],
  readsBytesFrom: Candidate["readsBytesFrom"],
): Relation {
  const relation: Relation = events.map(() => []);
  for (const [leaving, entering] of synchronizes) relation[leaving]![entering] = true;
  for (let d = 0; d < events.length; d += 1) {
    for (let e = 0; e < d; e += 1) {
      const [earlier, later] = [events[e]!, events[d]!];
      if (
        earlier.agent === later.agent ||
        synchronizesWith(events, readsBytesFrom, e, d) ||
        (earlier.order === "init" && isMemoryEvent(later) && overlapping(earlier, later))
      ) {
        relation[e]![d] = true;
      }
    }
  }
  for (let through = 0; through < events.length; through += 1) {
    for (let from = 0; from < events.length; from += 1) {
      if (!relation[from]![through]) continue;
      for (let to = 0; to < events.length; to += 1) {
        if (relation[through]![to]) relation[from]![to] = true;
      }
    }
  }
  return relation;
}

/** Whether the atomic write `w` synchronizes with the atomic read `r`. */
export function synchronizesWith(
  events: readonly Event[],
  readsBytesFrom: Candidate["readsBytesFrom"],
  w: number,
  r: number,
): boolean {
  const [write, read] = [events[w]!, events[r]!];
  if (!isSeqCst(write) || !isSeqCst(read) || !equal(write, read)) return false;
  return readsBytesFrom[r]!.includes(w);
}

/** Whether it accesses shared memory. */
function isMemoryEvent(event: Event): boolean {
  return event.kind !== "synchronize";
}

/** Whether it reads shared memory. */
export function reads(event: Event): boolean {
  return event.kind === "read" || event.kind === "read-modify-write";
}

/** Whether it writes shared memory. */
export function writes(event: Event): boolean {
  return event.kind === "write" || event.kind === "read-modify-write";
}

/** Whether it is atomic. */
export function isSeqCst(event: Event): boolean {
  return event.order === "seq-cst";
}

/** Equal ranges. */
export function equal(a: Range, b: Range): boolean {
  return a.start === b.start && a.size === b.size;
}

function disjoint(a: Range, b: Range): boolean {
  return a.start + a.size <= b.start || b.start + b.size <= a.start;
}

/** Ranges with common bytes that are not equal. */
function overlapping(a: Range, b: Range): boolean {
  return !equal(a, b) && !disjoint(a, b);
}
