import { roughly, estimateFrom, type Timed } from "../grade/class/estimate.ts";
import type { ClassJob } from "../grade/class/grade-class.ts";
import type { Journal } from "../grade/class/journal.ts";
import { progressOn } from "./_progress.ts";
import type { Io } from "./io.ts";

/** Tells on a terminal how a class comes along. */
export interface ClassProgress {
  readonly onStart: (job: ClassJob) => void;
  readonly onEnd: (job: ClassJob, milliseconds: number) => void;
  readonly clear: () => void;
}

/** How many are done of how many, who is being graded, and how long the rest will take. */
export function classProgress(
  jobs: readonly ClassJob[],
  journal: Journal,
  lanes: number,
  { stderr }: Io,
): ClassProgress {
  const line = progressOn(stderr);
  const measured: Timed[] = [...journal.entries()];
  const open = new Map(
    jobs.filter(({ key }) => journal.get(key) === undefined).map((job) => [job.key, job]),
  );
  const show = (what: string): void => {
    const katas = [...open.values()].map(({ kata }) => kata.slug);
    const done = jobs.filter(({ key }) => !open.has(key)).length;
    const rest = roughly(estimateFrom(measured).all(katas, lanes));
    line.show(`${done}/${jobs.length}  ${rest} left  ${what}`);
  };
  return {
    onStart: ({ student, kata }) => show(`${student} ${kata.slug}`),
    onEnd({ key, student, kata }, milliseconds) {
      open.delete(key);
      measured.push({ kata: kata.slug, milliseconds });
      show(`${student} ${kata.slug}`);
    },
    clear: () => line.clear(),
  };
}
