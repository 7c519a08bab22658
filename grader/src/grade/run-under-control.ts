/** Scenarios under control: which host they need, and one of them on a host. */
import type { SubmissionBundle } from "../runtime/bundle.ts";
import type { HostFiles } from "../runtime/host-files.ts";
import { type Host, HostEnded, launchHost } from "../runtime/launch.ts";
import type { Instrumented } from "../runtime/tasks/atomicity/instrument.ts";
import { launchTasks } from "../runtime/tasks/launch.ts";
import type { Scenario } from "../scenario/index.ts";
import { GraderError } from "./error.ts";
import type { GradeOptions } from "./grade-options.ts";
import type { KataDefinition } from "./kata.ts";
import { type ScenarioOutcome, TOO_MUCH, unexplored } from "./outcome.ts";
import { replayScenario } from "./replay-scenario.ts";
import { replayOrder, runOrders } from "./run-orders.ts";
import { runScenario } from "./run-scenario.ts";
import { parseSchedule } from "./schedule-text.ts";
import { verifyScenario } from "./verify-scenario.ts";

/** One submission of one kata while it is graded. */
export interface Grading {
  readonly kata: KataDefinition;
  readonly files: ReadonlyMap<string, string>;
  readonly bundle: SubmissionBundle;
  readonly own: HostFiles;
  readonly all: readonly Scenario<unknown>[];
  readonly chosen: readonly Scenario<unknown>[];
  readonly options: GradeOptions;
  readonly instrumented: () => Instrumented | undefined;
}

/** Shared memory of a host, in bytes. */
const ARENA_BYTES = 4 * 1024 * 1024;

/** Which host is needed. */
export interface HostNeeds {
  readonly engine: Scenario<unknown>["engine"];
  readonly slot: number;
  readonly cpus: readonly number[];
  readonly stateless: boolean;
  readonly signal: AbortSignal;
}

/** Starts a host for scenarios of one engine. */
export async function startHost(
  grading: Grading,
  { engine, slot, cpus, stateless, signal }: HostNeeds,
): Promise<Host> {
  const { own, bundle, all, options } = grading;
  const { sandbox } = options;
  const limits = options.cpuSeconds === undefined ? {} : { cpuSeconds: options.cpuSeconds };
  if (engine === "tasks") {
    const files = await own.tasks();
    const { code } = bundle;
    return launchTasks({
      files,
      code,
      stateless,
      scenarioFile: own.scenarios,
      sandbox,
      signal,
      ...limits,
    });
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
  return launchHost({ hostFile: own.host, start, slot, sandbox, signal }, cpus);
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
export async function runOn(
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

function hostDied(scenario: Scenario<unknown>, { reason, message }: HostEnded): ScenarioOutcome {
  return unexplored(scenario, {
    verdict: reason === "silent" ? "inconclusive" : "crash",
    message: reason === "memory" ? TOO_MUCH : (message.split("\n")[0] ?? ""),
  });
}
