/** Grades one submission of one kata: bundles it, shares its scenarios out over host processes, scores what they show. */
import { pathToFileURL } from "node:url";
import {
  type BundleProblem,
  type HostFiles,
  type SubmissionBundle,
  bundleHost,
  bundleSubmission,
} from "../runtime/bundle.ts";
import { type Host, HostEnded, launchHost, pinnableCpus, usefulHosts } from "../runtime/launch.ts";
import { type Instrumented, instrument } from "../runtime/tasks/atomicity/instrument.ts";
import { launchTasks } from "../runtime/tasks/launch.ts";
import { runProgram } from "../runtime/program/run.ts";
import { runStress } from "../runtime/stress/run.ts";
import { MAX_THREADS } from "../runtime/threads/layout.ts";
import type {
  ProcessScenario,
  ProgramScenario,
  Scenario,
  StressScenario,
} from "../scenario/index.ts";
import type { CertifiedScenario } from "./certify.ts";
import { GraderError } from "./error.ts";
import type { Submission } from "./intake.ts";
import type { KataDefinition } from "./kata.ts";
import { judgeProgram } from "./judge-program.ts";
import { judgeStress } from "./judge-stress.ts";
import { type ScenarioOutcome, TOO_MUCH, unexplored } from "./outcome.ts";
import { placeAt, placeOf } from "./place.ts";
import type { KataResult, ScenarioResult } from "./result.ts";
import { replayOrder, runOrders } from "./run-orders.ts";
import { replayScenario } from "./replay-scenario.ts";
import { runScenario } from "./run-scenario.ts";
import { parseSchedule, scenarioOf } from "./schedule-text.ts";
import { isNative } from "./judge-processes.ts";
import { runProcessScenario } from "./run-processes.ts";
import { score } from "./score.ts";
import { verifyScenario } from "./verify-scenario.ts";

/** Tells how a grading comes along. */
export interface GradeProgress {
  readonly kata: string;
  readonly scenario: string;
  readonly state: "started" | "finished";
  readonly result?: ScenarioResult;
  readonly done: number;
  readonly total: number;
}

/** What to grade, and how. */
export interface GradeOptions {
  /** Modules whose default export is what `defineScenarios` returned, as absolute paths. */
  readonly scenarioFiles: readonly string[];
  /** Whether hidden scenarios are among them. */
  readonly hidden?: boolean;
  /** Scenario ids; all unless given. */
  readonly only?: readonly string[];
  /** A replay id: this one schedule is run, nothing is explored. */
  readonly replay?: string;
  /** A certificate: its plans are run again, nothing is explored. */
  readonly verify?: CertifiedScenario;
  /** Takes the certificate of each scenario that passes; without it, none is made. */
  readonly onCertified?: (certified: CertifiedScenario) => void;
  /** Our own modules, bundled beforehand with {@link prepareHosts} from the same files, for many gradings in a row. */
  readonly prepared?: HostFiles;
  /** Host processes at once; as many as there are processors unless given. */
  readonly hosts?: number;
  /** Which processor the first host is pinned to, where hosts are pinned; 0 unless given. */
  readonly firstCpu?: number;
  /** CPU seconds without a step after which a thread is taken to run for ever; 3 unless given. */
  readonly cpuSeconds?: number;
  readonly onProgress?: (event: GradeProgress) => void;
  readonly signal?: AbortSignal;
}

/** Shared memory of a host, in bytes. */
const ARENA_BYTES = 4 * 1024 * 1024;

/** Grades a submission. A wrong submission is a result; a {@link GraderError} is thrown for a broken course or replay id. */
export async function gradeKata(
  kata: KataDefinition,
  submission: Submission,
  options: GradeOptions,
): Promise<KataResult> {
  const { files } = submission;
  const [bundle, own] = await Promise.all([
    bundleSubmission(files, {
      entry: kata.editable[0] ?? "src/index.ts",
      imports: kata.imports,
      workers: kata.workers ?? [],
    }),
    options.prepared ?? prepareHosts(options.scenarioFiles),
  ]);
  const all = await loadScenarios(own.scenarios);
  const chosen = choose(all, options);
  const outcomes =
    "code" in bundle
      ? await runAll({
          kata,
          files,
          bundle,
          own,
          all,
          chosen,
          options,
          instrumented: once(() => instrument(bundle.code)),
        })
      : chosen.map((scenario) => unrunnable(scenario, bundle, files));
  if (!("code" in bundle)) report(kata, outcomes, options);
  return score(kata, outcomes, options.hidden ?? false);
}

/** Bundles host, workers and scenarios once, for many gradings in a row. */
export function prepareHosts(scenarioFiles: readonly string[]): Promise<HostFiles> {
  return bundleHost(scenarioFiles);
}

async function loadScenarios(file: string): Promise<readonly Scenario<unknown>[]> {
  const { scenarios } = (await import(pathToFileURL(file).href)) as {
    scenarios: readonly Scenario<unknown>[];
  };
  for (const scenario of scenarios) {
    const count = scenario.engine === "threads" ? scenario.threads.length : 1;
    if (count >= 1 && count <= MAX_THREADS) continue;
    throw new GraderError(
      "E_BAD_SCENARIOS",
      `scenario ${scenario.id} has ${count} threads: give it 1 to ${MAX_THREADS}`,
    );
  }
  return scenarios;
}

function choose(
  all: readonly Scenario<unknown>[],
  { only, replay, verify }: GradeOptions,
): readonly Scenario<unknown>[] {
  const asked = verify === undefined ? only : [verify.scenario];
  const ids = replay === undefined ? asked : [scenarioOf(replay)];
  if (ids === undefined) return all;
  for (const id of ids) {
    if (all.some((scenario) => scenario.id === id)) continue;
    const known = all.map((scenario) => scenario.id).join(", ");
    throw new GraderError("E_BAD_FLAG", `there is no scenario ${id}; this kata has ${known}`);
  }
  return all.filter(({ id }) => ids.includes(id));
}

interface Grading {
  readonly kata: KataDefinition;
  readonly files: ReadonlyMap<string, string>;
  readonly bundle: SubmissionBundle;
  readonly own: HostFiles;
  readonly all: readonly Scenario<unknown>[];
  readonly chosen: readonly Scenario<unknown>[];
  readonly options: GradeOptions;
  readonly instrumented: () => Instrumented | undefined;
}

/** Asks for a value at most once, and not before it is wanted. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Runs the scenarios on a few hosts at once; each scenario's result does not depend on which, or on the others. */
async function runAll(grading: Grading): Promise<readonly ScenarioOutcome[]> {
  const { kata, chosen, options } = grading;
  const results: (ScenarioOutcome | undefined)[] = chosen.map(() => undefined);
  const cpus = pinnableCpus();
  let next = 0;
  let done = 0;
  // Stress scenarios want the processors for themselves, so they come after the others.
  const order = chosen.map((_, i) => i).toSorted((a, b) => rank(chosen[a]) - rank(chosen[b]));
  const firstStress = order.findIndex((i) => rank(chosen[i]) > 0);
  const explored = firstStress === -1 ? order.length : firstStress;

  const halt = new AbortController();
  const signal = AbortSignal.any([
    halt.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);

  async function lane(slot: number): Promise<void> {
    /** By engine, and whether they keep one frozen instance of the submission. */
    const hosts = new Map<string, Host>();
    const run = async (
      scenario: Scenario<unknown>,
      stateless: boolean,
    ): Promise<ScenarioOutcome> => {
      if (scenario.engine === "processes")
        return runProcessScenario({ ...grading, scenario, signal });
      const key = `${scenario.engine} ${stateless ? "frozen" : "anew"}`;
      const needs = { engine: scenario.engine, slot, cpus, stateless, signal };
      const host = hosts.get(key) ?? (await startHost(grading, needs));
      hosts.set(key, host);
      const { outcome, alive } = await runOn(host, grading, scenario);
      const { proof } = outcome;
      if (proof !== undefined) options.onCertified?.({ scenario: scenario.id, stateless, proof });
      if (!alive) {
        hosts.delete(key);
        await host.kill();
      }
      return outcome;
    };
    try {
      while (next < explored) {
        const at = order[next++] as number;
        const scenario = chosen[at] as Scenario<unknown>;
        options.onProgress?.({
          kata: kata.slug,
          scenario: scenario.id,
          state: "started",
          done,
          total: chosen.length,
        });
        const stateless = grading.bundle.stateless && options.verify?.stateless !== false;
        const first = await run(scenario, stateless);
        const outcome = stateless && mayBeFrozen(first.result) ? await run(scenario, false) : first;
        results[at] = outcome;
        done++;
        options.onProgress?.({
          kata: kata.slug,
          scenario: scenario.id,
          state: "finished",
          result: outcome.result,
          done,
          total: chosen.length,
        });
      }
    } catch (error) {
      halt.abort();
      throw error;
    } finally {
      await Promise.all([...hosts.values()].map((host) => host.kill()));
    }
  }

  const lanes = Math.min(options.hosts ?? usefulHosts(), Math.max(1, explored));
  const { firstCpu = 0 } = options;
  const ends = await Promise.allSettled(
    Array.from({ length: lanes }, (_, slot) => lane(firstCpu + slot)),
  );
  rethrow(ends);
  for (const at of order.slice(explored)) {
    const scenario = chosen[at] as Scenario<unknown>;
    if (scenario.engine === "threads" || scenario.engine === "tasks") continue;
    options.onProgress?.({
      kata: kata.slug,
      scenario: scenario.id,
      state: "started",
      done,
      total: chosen.length,
    });
    const failing = results.some(
      (found, i) =>
        found !== undefined &&
        found.result.verdict !== "pass" &&
        // The other part of a kata may be right: what tasks show says nothing about parallel threads.
        (scenario.engine !== "stress" || chosen[i]?.engine !== "tasks"),
    );
    if (failing) {
      results[at] = notRun(scenario);
    } else {
      results[at] = await runNatively(grading, scenario);
    }
    const { result } = results[at];
    done++;
    options.onProgress?.({
      kata: kata.slug,
      scenario: scenario.id,
      state: "finished",
      result,
      done,
      total: chosen.length,
    });
  }
  return results.filter((outcome) => outcome !== undefined);
}

/** Runs a scenario at native speed, in a process of its own. */
async function runNatively(
  { own, bundle, files, options }: Grading,
  scenario: StressScenario<unknown> | ProgramScenario<unknown> | ProcessScenario<unknown>,
): Promise<ScenarioOutcome> {
  const { signal } = options;
  if (scenario.engine === "processes")
    return runProcessScenario({ own, bundle, files, scenario, signal });
  if (scenario.engine === "program")
    return judgeProgram(scenario, await runProgram({ scenario, own, bundle, signal }), files);
  const shown = await runStress({ scenario, own, code: bundle.code, signal });
  return judgeStress(scenario, shown, (frame) => placeOf({ bundle, files }, frame));
}

const rank = (scenario: Scenario<unknown> | undefined): number => {
  if (scenario?.engine === "processes") return isNative(scenario) ? 1 : 0;
  return scenario?.engine === "threads" || scenario?.engine === "tasks" ? 0 : 1;
};

/** Throws what ended the first lane that did not come to its end by itself: the others were only stopped. */
function rethrow(ends: readonly PromiseSettledResult<void>[]): void {
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  const isStop = (error: unknown): boolean =>
    error instanceof HostEnded && error.reason === "aborted";
  const cause = errors.find((error) => !isStop(error)) ?? errors[0];
  if (cause !== undefined) throw cause as Error;
}

/** A write to a frozen class or function throws; in a module of its own it would have gone through. */
function mayBeFrozen({ verdict, message = "" }: ScenarioResult): boolean {
  return (
    verdict === "crash" &&
    /^TypeError: .*(?:read.only|not extensible|Cannot (?:assign|add|define|delete|redefine) )/.test(
      message,
    )
  );
}

interface HostNeeds {
  readonly engine: Scenario<unknown>["engine"];
  readonly slot: number;
  readonly cpus: readonly number[];
  readonly stateless: boolean;
  readonly signal: AbortSignal;
}

async function startHost(
  grading: Grading,
  { engine, slot, cpus, stateless, signal }: HostNeeds,
): Promise<Host> {
  const { own, bundle, all, options } = grading;
  const limits = options.cpuSeconds === undefined ? {} : { cpuSeconds: options.cpuSeconds };
  if (engine === "tasks") {
    const files = await own.tasks();
    const { code } = bundle;
    return launchTasks({ files, code, stateless, scenarioFile: own.scenarios, signal, ...limits });
  }
  const threads: Record<string, number> = {};
  for (const scenario of all)
    if (scenario.engine === "threads") threads[scenario.id] = scenario.threads.length;
  const start = {
    code: bundle.code,
    stateless,
    workerFile: own.worker,
    scenarioFile: own.scenarios,
    threads,
    arenaBytes: ARENA_BYTES,
    ...limits,
  };
  return launchHost({ hostFile: own.host, start, slot, signal }, cpus);
}

function underControl(
  host: Host,
  grading: Grading,
  scenario: Scenario<unknown>,
): Promise<ScenarioOutcome> {
  const { bundle, files, options } = grading;
  const { replay, verify } = options;
  if (scenario.engine === "tasks") {
    const run = { host, bundle, files, scenario, instrumented: grading.instrumented };
    return replay === undefined ? runOrders(run) : replayOrder(run, replay);
  }
  if (scenario.engine !== "threads")
    throw new GraderError("E_BUG", `${scenario.id} is under nobody's control`);
  const run = { host, bundle, files, scenario, certify: options.onCertified !== undefined };
  if (verify !== undefined) return verifyScenario(run, verify.proof);
  if (replay === undefined) return runScenario(run);
  return replayScenario(run, parseSchedule(replay));
}

/** One scenario on a host; what kills the host is a result of the scenario, and the next one gets another host. */
async function runOn(
  host: Host,
  grading: Grading,
  scenario: Scenario<unknown>,
): Promise<{ outcome: ScenarioOutcome; alive: boolean }> {
  try {
    const outcome = await underControl(host, grading, scenario);
    return { outcome, alive: host.usable() };
  } catch (error) {
    if (!(error instanceof HostEnded)) throw error;
    if (error.reason === "aborted") throw error;
    return { outcome: hostDied(scenario, error), alive: false };
  }
}

/** Parallel runs of a submission that fails under control may pass or not: they would decide nothing. */
function notRun(scenario: Scenario<unknown>): ScenarioOutcome {
  return unexplored(scenario, {
    verdict: "inconclusive",
    message:
      "not run: a scenario under control fails already, so parallel runs would decide nothing",
  });
}

function hostDied(scenario: Scenario<unknown>, { reason, message }: HostEnded): ScenarioOutcome {
  return unexplored(scenario, {
    verdict: reason === "silent" ? "inconclusive" : "crash",
    message: reason === "memory" ? TOO_MUCH : (message.split("\n")[0] ?? ""),
  });
}

function unrunnable(
  scenario: Scenario<unknown>,
  { kind, message, position }: BundleProblem,
  files: ReadonlyMap<string, string>,
): ScenarioOutcome {
  return unexplored(scenario, {
    verdict: kind === "refused" ? "refused" : "crash",
    ...(kind === "refused" ? { bugClass: "forbidden-import" as const } : {}),
    message,
    ...(position === undefined ? {} : { place: placeAt(files, position) }),
  });
}

function report(
  kata: KataDefinition,
  outcomes: readonly ScenarioOutcome[],
  options: GradeOptions,
): void {
  for (const [i, { result }] of outcomes.entries()) {
    options.onProgress?.({
      kata: kata.slug,
      scenario: result.id,
      state: "finished",
      result,
      done: i + 1,
      total: outcomes.length,
    });
  }
}
