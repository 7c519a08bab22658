/** The corpus, family by family. A family is a folder whose `index.ts` exports a maker for each program. */
import type { Litmus } from "./_litmus.ts";
import * as barriers from "./barriers/index.ts";
import * as calibration from "./calibration/index.ts";
import * as counters from "./counters/index.ts";
import * as deadlocks from "./deadlocks/index.ts";
import * as lockFree from "./lock-free/index.ts";
import * as memoryModel from "./memory-model/index.ts";
import * as mutualExclusion from "./mutual-exclusion/index.ts";
import * as readersWriters from "./readers-writers/index.ts";
import * as sctbench from "./sctbench/index.ts";
import * as waiting from "./waiting/index.ts";

/** Programs of one kind. */
export interface Family {
  readonly folder: string;
  readonly title: string;
  readonly programs: Readonly<Record<string, () => Litmus>>;
}

/** All families, in the order of the table. */
export const families: readonly Family[] = [
  { folder: "counters", title: "Counters and accounts", programs: counters },
  { folder: "mutual-exclusion", title: "Mutual exclusion", programs: mutualExclusion },
  { folder: "deadlocks", title: "Deadlocks", programs: deadlocks },
  { folder: "waiting", title: "Waiting and waking", programs: waiting },
  { folder: "barriers", title: "Barriers and latches", programs: barriers },
  { folder: "readers-writers", title: "Readers and writers", programs: readersWriters },
  { folder: "lock-free", title: "Without locks", programs: lockFree },
  { folder: "memory-model", title: "Memory model and publication", programs: memoryModel },
  { folder: "sctbench", title: "SCTBench's small programs", programs: sctbench },
  { folder: "calibration", title: "Calibration", programs: calibration },
];
