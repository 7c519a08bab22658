/** The corpus, family by family. A family is a folder whose `index.ts` exports a maker for each program. */
import type { Litmus } from "./_litmus.ts";
import * as barriers from "./barriers/index.ts";
import * as calibration from "./calibration/index.ts";
import * as counters from "./counters/index.ts";
import * as deadlocks from "./deadlocks/index.ts";
import * as lockFree from "./lock-free/index.ts";
import * as memoryModel from "./memory-model/index.ts";
import * as mutualExclusion from "./mutual-exclusion/index.ts";
import * as outOfReach from "./out-of-reach/index.ts";
import * as readersWriters from "./readers-writers/index.ts";
import * as sctbench from "./sctbench/index.ts";
import * as waiting from "./waiting/index.ts";

/** Programs of one kind. */
export interface Family {
  readonly folder: string;
  readonly title: string;
  /** What is to be said of all of them. */
  readonly about?: string;
  readonly programs: Readonly<Record<string, () => Litmus>>;
}

type Programs = Family["programs"];

/** Programs by name: a module's exports come in an order that depends on who loads it. */
function inOrder(programs: Programs): Programs {
  return Object.fromEntries(Object.entries(programs).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** All families, in the order of the table. */
export const families: readonly Family[] = [
  { folder: "counters", title: "Counters and accounts", programs: inOrder(counters) },
  { folder: "mutual-exclusion", title: "Mutual exclusion", programs: inOrder(mutualExclusion) },
  { folder: "deadlocks", title: "Deadlocks", programs: inOrder(deadlocks) },
  { folder: "waiting", title: "Waiting and waking", programs: inOrder(waiting) },
  { folder: "barriers", title: "Barriers and latches", programs: inOrder(barriers) },
  { folder: "readers-writers", title: "Readers and writers", programs: inOrder(readersWriters) },
  { folder: "lock-free", title: "Without locks", programs: inOrder(lockFree) },
  { folder: "memory-model", title: "Memory model and publication", programs: inOrder(memoryModel) },
  { folder: "sctbench", title: "SCTBench's small programs", programs: inOrder(sctbench) },
  { folder: "calibration", title: "Calibration", programs: inOrder(calibration) },
  {
    folder: "out-of-reach",
    title: "Bugs out of reach",
    about:
      "Each has a bug that the search does not find. The bug of SafeStack needs 5 preemptions, and 3 are too many to exhaust; the fourth attempt may go on for ever, but it never gets stuck.",
    programs: inOrder(outOfReach),
  },
];
