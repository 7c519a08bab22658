import {
  type Candidate,
  candidateOf,
  equal,
  type Event,
  happensBeforeOf,
  isSeqCst,
  judgeCandidate,
  type Pair,
  reads,
  synchronizesWith,
  writes,
} from "./_axioms.ts";
import type { Action } from "./_program.ts";

/**
 * Whether the first conflict of an execution is a data race, as ECMA-262 defines it, of some valid
 * execution of the same program: of this one, of one that swaps a read with the write after it, or of
 * one that is not sequentially consistent, in which the read sees an earlier write than the last.
 */
export function hasWitness(execution: readonly Action[], pair: Pair): boolean {
  const prefix = execution.slice(0, pair.later + 1);
  const candidate = candidateOf(prefix);
  if (hasDataRace(candidate, pair)) return true;
  const earlier = candidate.events.findIndex(
    (event) => event.action === pair.earlier && (reads(event) || writes(event)),
  );
  if (writes(candidate.events[earlier]!)) {
    const stale = seeing(candidate, earlier, pair);
    return isValid(stale) && hasDataRace(stale, pair);
  }
  const swapped = candidateOf(swap(prefix, candidate, earlier, pair));
  const last = swapped.events.at(-1)!.action;
  return hasDataRace(swapped, { earlier: last - 1, later: last });
}

function hasDataRace(candidate: Candidate, { earlier, later }: Pair): boolean {
  return judgeCandidate(candidate).dataRaces.some(
    (race) => race.earlier === earlier && race.later === later,
  );
}

/** The actions before the write, without the read and all that it happens before; the write; the read. */
function swap(
  prefix: readonly Action[],
  { events, happensBefore }: Candidate,
  read: number,
  { earlier, later }: Pair,
): Action[] {
  const dropped = new Set([earlier, later]);
  events.forEach((event, index) => {
    if (happensBefore[read]![index]) dropped.add(event.action);
  });
  const kept = prefix.filter((_, action) => !dropped.has(action));
  return [...kept, prefix[later]!, prefix[earlier]!];
}

/** The same, but the read of the later action sees the write of the earlier one. */
function seeing(candidate: Candidate, write: number, { later }: Pair): Candidate {
  const { events, synchronizes } = candidate;
  const from = events[write]!;
  const readsBytesFrom = candidate.readsBytesFrom.map((writers, index) =>
    events[index]!.action !== later
      ? writers
      : writers.map((writer, byte) => {
          const at = events[index]!.start + byte;
          return from.start <= at && at < from.start + from.size ? write : writer;
        }),
  );
  const happensBefore = happensBeforeOf(events, synchronizes, readsBytesFrom);
  return { events, synchronizes, readsBytesFrom, happensBefore };
}

/** ECMA-262 §Valid Executions; the memory order is the order of the events. */
function isValid(candidate: Candidate): boolean {
  const { events, readsBytesFrom } = candidate;
  return events.every((_, r) =>
    readsBytesFrom[r]!.every(
      (w, byte) =>
        isCoherent(candidate, r, w, events[r]!.start + byte) &&
        isTearFree(candidate, r, w) &&
        isSequential(candidate, r, w),
    ),
  );
}

function isCoherent(candidate: Candidate, r: number, w: number, byte: number): boolean {
  const { events, happensBefore } = candidate;
  if (happensBefore[r]![w]) return false;
  return !events.some(
    (event, v) =>
      writes(event) &&
      event.start <= byte &&
      byte < event.start + event.size &&
      happensBefore[w]![v] &&
      happensBefore[v]![r],
  );
}

function isTearFree({ events, readsBytesFrom }: Candidate, r: number, w: number): boolean {
  if (!equal(events[r]!, events[w]!)) return true;
  return !readsBytesFrom[r]!.some((v) => v !== w && equal(events[v]!, events[w]!));
}

function isSequential(candidate: Candidate, r: number, w: number): boolean {
  const { events, readsBytesFrom, happensBefore } = candidate;
  const read: Event = events[r]!;
  const write: Event = events[w]!;
  return !events.some((event, v) => {
    if (v <= w || v >= r || !writes(event) || !isSeqCst(event)) return false;
    return (
      (synchronizesWith(events, readsBytesFrom, w, r) && equal(event, read)) ||
      (happensBefore[w]![r] && happensBefore[v]![r] && isSeqCst(write) && equal(write, event)) ||
      (happensBefore[w]![r] && happensBefore[w]![v] && isSeqCst(read) && equal(event, read))
    );
  });
}
