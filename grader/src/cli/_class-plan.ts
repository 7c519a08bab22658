import { isInShard } from "../grade/class/assemble.ts";
import { roughly, type Estimate } from "../grade/class/estimate.ts";
import { distinct } from "../grade/class/grade-class.ts";
import { GraderError } from "../grade/error.ts";
import type { ClassPlan } from "./_class-jobs.ts";

/** What a plan is made for. */
export interface PlanView {
  /** Gradings at once, on each machine. */
  readonly lanes: number;
  /** Machines. */
  readonly of: number;
  readonly isDone: (key: string) => boolean;
  readonly estimate: Estimate;
}

/** What is to be done, and about how long it takes. */
export function planText(
  { katas, rows }: ClassPlan,
  { lanes, of, isDone, estimate }: PlanView,
): string {
  const places = rows.flatMap((row, student) =>
    row.map((place, kata) => ({ ...place, at: { student, kata } })),
  );
  const toDo = places.flatMap(({ job, at, kata }) =>
    job === undefined || isDone(job.key) ? [] : [{ key: job.key, at, kata }],
  );
  const open = distinct(toDo);
  const repeated = toDo.length - open.length;
  const same = repeated === 0 ? "" : `${repeated} the same as one of these, `;
  const without = places.filter(({ found }) => found instanceof GraderError).length;
  const wide = Math.max(4, ...katas.map(({ kata }) => kata.length));
  const line = (name: string, count: string, seconds: string): string =>
    `  ${name.padEnd(wide)}  ${count.padStart(8)}  ${seconds.padStart(9)}`.trimEnd();
  const table = katas.map(({ kata }) => {
    const count = open.filter((place) => place.kata.slug === kata).length;
    return line(kata, String(count), seconds(estimate.of(kata)));
  });
  const timeOf = (some: typeof open): number =>
    estimate.all(
      some.map(({ kata }) => kata.slug),
      lanes,
    );
  const machines = Array.from({ length: of }, (_, i) =>
    timeOf(distinct(toDo.filter(({ at }) => isInShard(at, { shard: i + 1, of })))),
  );
  const billed = machines.reduce((sum, time) => sum + Math.ceil(time / 60_000), 0);
  const basis = estimate.measured ? "as measured so far" : "assumed: nothing has been measured yet";
  return `${[
    `${rows.length} students × ${katas.length} katas: ${open.length} to grade, ${same}` +
      `${places.length - toDo.length - without} graded already, ${without} missing or unreadable`,
    line("kata", "to grade", "s each"),
    ...table,
    `${roughly(timeOf(open))} on one machine, ${lanes} at a time (${basis})`,
    ...(of === 1
      ? []
      : [
          `${roughly(Math.max(...machines))} on ${of} machines; ` +
            `${billed} minutes billed where each begins anew, and their set-up`,
        ]),
  ].join("\n")}\n`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
