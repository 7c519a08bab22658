/** Shares the scenarios of a grading out over hosts; those at native speed come last, one at a time. */
import { type Host, HostEnded, pinnableCpus, usefulHosts } from "../runtime/launch.ts";
import { runProgram } from "../runtime/program/run.ts";
import { runStress } from "../runtime/stress/run.ts";
import type {
  ProcessScenario,
  ProgramScenario,
  Scenario,
  StressScenario,
} from "../scenario/index.ts";
import { judgeProgram } from "./judge-program.ts";
import { judgeStress } from "./judge-stress.ts";
import { isNative } from "./judge-processes.ts";
import { type ScenarioOutcome, unexplored } from "./outcome.ts";
import { placeOf } from "./place.ts";
import type { ScenarioResult } from "./result.ts";
import { runProcessScenario } from "./run-processes.ts";
import { type Grading, runOn, startHost } from "./run-under-control.ts";

/** Runs the scenarios on a few hosts at once; each scenario's result does not depend on which, or on the others. */
export async function runAll(grading: Grading): Promise<readonly ScenarioOutcome[]> {
  const { chosen } = grading;
  const ledger = createLedger(grading);
  const under: number[] = [];
  const natively: number[] = [];
  for (const [at, scenario] of chosen.entries())
    (isNativeOnly(scenario) ? natively : under).push(at);
  await runUnderControl(grading, under, ledger);
  // These want the processors for themselves.
  for (const at of natively) {
    const scenario = chosen[at] as Scenario<unknown>;
    if (scenario.engine === "threads" || scenario.engine === "tasks") continue;
    ledger.start(at);
    ledger.finish(
      at,
      ledger.isDecided(scenario) ? notRun(scenario) : await runNatively(grading, scenario),
    );
  }
  return ledger.outcomes();
}

/** What has come out, and who is told of it. */
interface Ledger {
  start(at: number): void;
  finish(at: number, outcome: ScenarioOutcome): void;
  /** Whether a scenario fails already that says what parallel runs of this one could say. */
  isDecided(scenario: Scenario<unknown>): boolean;
  outcomes(): readonly ScenarioOutcome[];
}

function createLedger({ kata, chosen, options }: Grading): Ledger {
  const found: (ScenarioOutcome | undefined)[] = chosen.map(() => undefined);
  let done = 0;
  const tell = (at: number, outcome?: ScenarioOutcome): void => {
    options.onProgress?.({
      kata: kata.slug,
      scenario: chosen[at]?.id ?? "",
      ...(outcome === undefined
        ? { state: "started" }
        : { state: "finished", result: outcome.result }),
      done,
      total: chosen.length,
    });
  };
  return {
    start(at) {
      tell(at);
    },
    finish(at, outcome) {
      found[at] = outcome;
      done++;
      tell(at, outcome);
    },
    isDecided: ({ engine }) =>
      found.some(
        (outcome, i) =>
          outcome !== undefined &&
          outcome.result.verdict !== "pass" &&
          // The other part of a kata may be right: what tasks show says nothing about parallel threads.
          (engine !== "stress" || chosen[i]?.engine !== "tasks"),
      ),
    outcomes: () => found.filter((outcome) => outcome !== undefined),
  };
}

/** Takes scenarios one after the other on each of a few lanes, until there are none. */
async function runUnderControl(
  grading: Grading,
  order: readonly number[],
  ledger: Ledger,
): Promise<void> {
  const { chosen, options } = grading;
  const cpus = pinnableCpus();
  const halt = new AbortController();
  const signal = AbortSignal.any([
    halt.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  let next = 0;

  async function lane(slot: number): Promise<void> {
    /** By engine, and whether they keep one frozen instance of the submission. */
    const hosts = new Map<string, Host>();
    const run = async (
      scenario: Scenario<unknown>,
      stateless: boolean,
    ): Promise<ScenarioOutcome> => {
      if (scenario.engine === "processes")
        return runProcessScenario({ ...grading, scenario, sandbox: options.sandbox, signal });
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
      while (next < order.length) {
        const at = order[next++] as number;
        const scenario = chosen[at] as Scenario<unknown>;
        ledger.start(at);
        const stateless = grading.bundle.stateless && options.verify?.stateless !== false;
        const first = await run(scenario, stateless);
        const isFrozen = stateless && mayBeFrozen(first.result);
        ledger.finish(at, isFrozen ? await run(scenario, false) : first);
      }
    } catch (error) {
      halt.abort();
      throw error;
    } finally {
      await Promise.all([...hosts.values()].map((host) => host.kill()));
    }
  }

  const lanes = Math.min(options.hosts ?? usefulHosts(), Math.max(1, order.length));
  const { firstCpu = 0 } = options;
  rethrow(
    await Promise.allSettled(Array.from({ length: lanes }, (_, slot) => lane(firstCpu + slot))),
  );
}

/** Runs a scenario at native speed, in a process of its own. */
async function runNatively(
  { own, bundle, files, options }: Grading,
  scenario: StressScenario<unknown> | ProgramScenario<unknown> | ProcessScenario<unknown>,
): Promise<ScenarioOutcome> {
  const { sandbox, signal } = options;
  if (scenario.engine === "processes")
    return runProcessScenario({ own, bundle, files, scenario, sandbox, signal });
  if (scenario.engine === "program")
    return judgeProgram(
      scenario,
      await runProgram({ scenario, own, bundle, sandbox, signal }),
      files,
    );
  const shown = await runStress({ scenario, own, code: bundle.code, sandbox, signal });
  return judgeStress(scenario, shown, (frame) => placeOf({ bundle, files }, frame));
}

/** Whether a scenario is run at native speed only. */
function isNativeOnly(scenario: Scenario<unknown>): boolean {
  if (scenario.engine === "processes") return isNative(scenario);
  return scenario.engine !== "threads" && scenario.engine !== "tasks";
}

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

/** Parallel runs of a submission that fails under control may pass or not: they would decide nothing. */
function notRun(scenario: Scenario<unknown>): ScenarioOutcome {
  return unexplored(scenario, {
    verdict: "inconclusive",
    message:
      "not run: a scenario under control fails already, so parallel runs would decide nothing",
  });
}
