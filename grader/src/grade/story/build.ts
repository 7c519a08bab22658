import type { TraceEvidence } from "../../runtime/evidence.ts";
import type { Story, StoryRow, Waiter } from "../result.ts";
import { elide, foldAlike, foldEqual } from "./fold.ts";
import { type TraceReading, readTrace, workerName } from "./reading.ts";
import { type DraftRow, rowsOf } from "./rows.ts";
import { sliceLevels, sliceTrace } from "./slice.ts";
import type { SourceLookup } from "./source.ts";
import { type ThreadWaiter, waitersOf } from "./waiters.ts";

/** What a story needs to know beside the trace. */
export interface StoryContext extends SourceLookup {
  readonly preemptions: number;
  /** Every schedule with fewer preemptions was explored and did not fail. */
  readonly minimal: boolean;
  /** The failing schedule was the n-th that was run. */
  readonly schedule: number;
  /** Text that replays it. */
  readonly replay: string;
  /** How many threads the scenario has, the main thread not counted. */
  readonly threads: number;
}

/**
 * Rows that a reader takes in at once: a story is cut down until it has no more, as far as that
 * goes.
 */
const AIM = 12;
/** Rows of the longest story. */
const MOST = 40;
/** Most lines of output of the submission. */
const PRINTED = 20;

/**
 * Tells a trace as rows in the student's own lines, one column for each worker that takes part.
 *
 * It keeps what two threads met at and what stands next to a preemption, drops the rest, and folds
 * repetitions. Equal traces give equal stories.
 */
export function buildStory(trace: TraceEvidence, context: StoryContext): Story {
  const reading = readTrace(trace, context);
  const rows = shortRows(reading);
  const waiters = waitersOf(reading);
  const present = new Set([...rows, ...waiters].map(({ thread }) => thread));
  const threads = [...Array.from({ length: context.threads }, (_, thread) => thread), -1].filter(
    (thread) => present.has(thread),
  );
  const { replay, preemptions, minimal, schedule } = context;
  return {
    replay,
    preemptions,
    minimal,
    schedule,
    columns: threads.map(workerName),
    rows: rows.map((row) => finished(row, threads)),
    waiters: waiters.map((waiter) => placed(waiter, threads)),
    printed: trace.printed.slice(0, PRINTED),
  };
}

function shortRows(reading: TraceReading): readonly DraftRow[] {
  let rows: readonly DraftRow[] = [];
  for (const level of sliceLevels) {
    const all = rowsOf(reading, sliceTrace(reading, level), level === "all");
    rows = foldEqual(all);
    if (rows.length > AIM) rows = foldAlike(rows);
    if (rows.length <= (level === "bare" ? 2 * AIM : AIM)) return rows;
  }
  return elide(rows, MOST);
}

function finished(row: DraftRow, threads: readonly number[]): StoryRow {
  const { thread, preempted, place, text, returns, times } = row;
  return {
    column: threads.indexOf(thread),
    preempted,
    ...(place === undefined ? {} : { place }),
    text,
    ...(returns === undefined ? {} : { returns }),
    ...(times === 1 ? {} : { times }),
  };
}

function placed({ thread, text, place }: ThreadWaiter, threads: readonly number[]): Waiter {
  return { column: threads.indexOf(thread), text, ...(place === undefined ? {} : { place }) };
}
