/** Grades what is not yet in the journal, several submissions at once. */
import { performance } from "node:perf_hooks";
import type { Submission } from "../intake.ts";
import type { KataDefinition } from "../kata.ts";
import { inLanes } from "../lanes.ts";
import type { KataResult } from "../result.ts";
import { messageOf, oneLine } from "../text.ts";
import type { Journal } from "./journal.ts";

/** One grading to be done. */
export interface ClassJob {
  readonly key: string;
  readonly student: string;
  readonly kata: KataDefinition;
  readonly submission: Submission;
}

/** A submission in whose grading the grader was gone so many times is not graded again. */
export const MOST_DEATHS = 3;

/** How a class is graded. */
export interface ClassOptions {
  readonly journal: Journal;
  /** Gradings at once. */
  readonly lanes: number;
  /** Grades one submission, in one of the lanes. */
  readonly grade: (job: ClassJob, lane: number, signal: AbortSignal) => Promise<KataResult>;
  /** {@link MOST_DEATHS} unless given. */
  readonly mostDeaths?: number;
  readonly onStart?: (job: ClassJob) => void;
  /** Told when a grading is on the disk, or has failed. */
  readonly onEnd?: (job: ClassJob, milliseconds: number) => void;
  readonly signal: AbortSignal;
}

/** The first of each key: who hands in the same files gets the same result, from one grading. */
export function distinct<Job extends Pick<ClassJob, "key">>(jobs: readonly Job[]): readonly Job[] {
  const first = new Map(jobs.toReversed().map((job) => [job.key, job]));
  return jobs.filter((job) => first.get(job.key) === job);
}

/**
 * Does every job that the journal does not know. Results are found in the journal afterwards.
 *
 * Jobs in the middle of which the grader was gone before come last and one at a time, so that it is
 * known whose doing it is when it happens again.
 *
 * Returns why jobs could not be done, by their key: a failure of the grader, which the next run
 * tries again. An abort, or a journal that cannot be written, ends everything; what was acknowledged
 * stays.
 */
export async function gradeClass(
  jobs: readonly ClassJob[],
  { journal, lanes, grade, mostDeaths = MOST_DEATHS, onStart, onEnd, signal }: ClassOptions,
): Promise<ReadonlyMap<string, string>> {
  const failed = new Map<string, string>();
  const halt = new AbortController();
  const either = AbortSignal.any([signal, halt.signal]);
  const running = new Set<Promise<void>>();

  const attempt = async (job: ClassJob, lane: number): Promise<void> => {
    either.throwIfAborted();
    onStart?.(job);
    const from = performance.now();
    let result: KataResult | undefined;
    journal.begin(job.key);
    try {
      result = await grade(job, lane, either);
    } catch (error) {
      journal.giveUp(job.key);
      if (either.aborted) throw error;
      failed.set(job.key, oneLine(messageOf(error), 300));
    }
    const milliseconds = Math.round(performance.now() - from);
    if (result !== undefined) {
      const { key, student, kata } = job;
      journal.append({ key, student, kata: kata.slug, milliseconds, result });
    }
    onEnd?.(job, milliseconds);
  };
  const work = (job: ClassJob, lane: number): Promise<void> => {
    const done = attempt(job, lane);
    running.add(done);
    return done;
  };

  const open = distinct(jobs.filter(({ key }) => journal.get(key) === undefined));
  const isSuspect = ({ key }: ClassJob): boolean => journal.deaths(key) > 0;
  const suspects = open.filter((job) => isSuspect(job) && journal.deaths(job.key) < mostDeaths);
  const others = open.filter((job) => !isSuspect(job));
  try {
    for await (const _ of inLanes(others, lanes, work)) either.throwIfAborted();
    for await (const _ of inLanes(suspects, 1, work)) either.throwIfAborted();
  } finally {
    halt.abort();
    await Promise.allSettled(running);
  }
  return failed;
}
