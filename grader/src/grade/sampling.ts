/** Where a scenario is too large for its bound: samples beside the search, and what is made of one that fails. */
import type { ExploredEvidence, HostCommand, TraceEvidence } from "../runtime/evidence.ts";
import {
  ActionFlag,
  type Departure,
  type Failing,
  type Path,
  minimise,
} from "../schedule/index.ts";
import type { Exploration } from "../scenario/index.ts";
import type { Evidence } from "./result.ts";

/** Samples that are drawn when a search gives up, unless the scenario says otherwise. */
export const SAMPLES = 2_000;
/** Schedules that are run at most to make a failing sample smaller. */
export const ATTEMPTS = 200;
/** The same in every grading, so that results are equal. */
const SEED = 1;

/**
 * How many samples a search is followed by that found no failure: none where there is nothing left to find, or where
 * they could not decide anything either.
 */
export function samplesAfter(
  {
    complete,
    bound,
    nondeterministic,
    cut,
  }: Pick<ExploredEvidence, "complete" | "bound" | "nondeterministic" | "cut">,
  explore: Exploration | undefined,
  required: number,
): number {
  if (complete || nondeterministic === true || cut > 0) return 0;
  return explore?.samples ?? (bound < required ? SAMPLES : 0);
}

/** The command for them. */
export function sampleCommand(scenario: string, schedules: number): HostCommand {
  return { kind: "sample", scenario, strategy: "portfolio", schedules, seed: SEED };
}

/** What was explored, with the samples that came after. */
export interface Explored extends ExploredEvidence {
  /** Samples that ran to an end. */
  readonly samples: number;
}

/** A search and its samples as one. A sample that met the step limit decides nothing and is not counted. */
export function withSamples(
  search: ExploredEvidence,
  sampled: ExploredEvidence | undefined,
): Explored {
  if (sampled === undefined) return { ...search, samples: 0 };
  return {
    ...search,
    samples: sampled.schedules - sampled.cut,
    steps: search.steps + sampled.steps,
    probes: Math.max(search.probes, sampled.probes),
    rescued: search.rescued + sampled.rescued,
    ...(sampled.nondeterministic === true ? { nondeterministic: true } : {}),
  };
}

/** The evidence of a search that ended without a failure, or with one in its `samples`-th sample. */
export function evidenceOfSearch(
  { schedules, bound, complete, states }: ExploredEvidence,
  samples: number,
): Evidence {
  const search = { strategy: "preemption-bounding", schedules, bound, complete, states } as const;
  return samples === 0 ? search : { ...search, samples };
}

/** A failing sample, made smaller. */
export interface SmallerFailure extends Omit<Failing, "path"> {
  readonly trace: TraceEvidence;
}

/**
 * Makes a failing sample smaller, by running smaller ones; `run` gives nothing when the host is lost on the way. Says
 * nothing if the sample does not fail again, or if what was found is no plan: who goes on in a fair schedule, which is
 * the end of some executions, is chosen by none.
 */
export async function smallerFailure(
  plan: readonly Departure[],
  options: {
    readonly run: (plan: readonly Departure[]) => Promise<TraceEvidence | undefined>;
    readonly fails: (trace: TraceEvidence) => boolean;
    readonly isSame: (again: TraceEvidence | undefined, trace: TraceEvidence) => boolean;
    /** Every schedule with at most so many preemptions is known to pass. */
    readonly bound: number;
  },
): Promise<SmallerFailure | undefined> {
  const traces = new Map<Path, TraceEvidence>();
  let isLost = false;
  const attempt = async (candidate: readonly Departure[]): Promise<Path | undefined> => {
    const trace = isLost ? undefined : await options.run(candidate);
    isLost ||= trace === undefined;
    if (trace === undefined || !options.fails(trace)) return undefined;
    const path = pathOf(trace);
    traces.set(path, trace);
    return path;
  };
  const first = await attempt(plan);
  if (first === undefined) return undefined;
  const found = await minimise(first, { attempt, attempts: ATTEMPTS, fewest: options.bound + 1 });
  const trace = traces.get(found.path) as TraceEvidence;
  if (!isLost && !options.isSame(await options.run(found.plan), trace)) return undefined;
  return { plan: found.plan, preemptions: found.preemptions, trace };
}

/** The steps of a trace as a path. Who else waited is not told: where nobody was ready, every action is a departure. */
function pathOf({ steps }: TraceEvidence): Path {
  const chosen = steps.filter(({ thread }) => thread >= 0);
  return {
    length: chosen.length,
    actions: chosen.map(({ thread, op, ready }) => {
      if (op === "timeout") return thread | ActionFlag.timeout;
      return ready.includes(thread) ? thread : thread | ActionFlag.unpark;
    }),
    choices: chosen.map(({ ready }) => ready.reduce((mask, thread) => mask | (1 << thread), 0)),
  };
}
