/** How soon each mutant of bank-balance shows its first failure: our search, random scheduling, PCT, native stress. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createJudge } from "../src/grade/judge.ts";
import {
  type HostFiles,
  type SubmissionBundle,
  bundleHost,
  bundleSubmission,
} from "../src/runtime/bundle.ts";
import type { HostCommand } from "../src/runtime/evidence.ts";
import { launchHost, pinnableCpus } from "../src/runtime/launch.ts";
import { runStress } from "../src/runtime/stress/run.ts";
import type { Scenario, StressScenario, ThreadScenario } from "../src/scenario/index.ts";
import { figure, median, printTable } from "./_print.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Milliseconds after which a strategy is said not to have found the bug. */
const BUDGET = 2_000;

interface Found {
  readonly schedules: number;
  readonly ms: number;
}

async function first(
  bundle: SubmissionBundle,
  own: HostFiles,
  { scenario, command }: { scenario: ThreadScenario<unknown>; command: HostCommand },
): Promise<Found | undefined> {
  const host = launchHost(
    {
      hostFile: own.host,
      start: {
        code: bundle.code,
        stateless: bundle.stateless,
        workerFile: own.worker,
        scenarioFile: own.scenarios,
        threads: { [scenario.id]: scenario.threads.length },
        arenaBytes: 1 << 20,
      },
      slot: 1,
    },
    pinnableCpus(),
  );
  try {
    const judge = createJudge(scenario);
    await host.receive();
    const began = performance.now();
    host.send(command);
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "outcome" && judge.judge(frame.outcome).length > 0) {
        return { schedules: frame.outcome.schedule, ms: performance.now() - began };
      }
      if (frame.kind === "explored" || frame.kind === "stuck" || performance.now() - began > BUDGET)
        return undefined;
    }
  } finally {
    await host.kill();
  }
}

const show = (found: readonly (Found | undefined)[]): string => {
  const hits = found.filter((item) => item !== undefined);
  if (hits.length === 0) return "not found";
  const text = `${figure(median(hits.map(({ schedules }) => schedules)))} / ${figure(median(hits.map(({ ms }) => ms)))} ms`;
  return hits.length === found.length ? text : `${text} (${hits.length} of ${found.length})`;
};

/** Runs the benchmark and prints its table. */
export async function benchMutants(runs: number): Promise<void> {
  const folder = join(root, "solutions/bank-balance/mutants");
  const scenarioFiles = ["test/public.ts", "hidden/scenarios.ts"].map((path) =>
    join(root, "katas/bank-balance", path),
  );
  const own = await bundleHost(scenarioFiles);
  const { scenarios } = (await import(pathToFileURL(own.scenarios).href)) as {
    scenarios: readonly Scenario<unknown>[];
  };
  const stress = scenarios.find(
    (scenario): scenario is StressScenario<unknown> => scenario.engine === "stress",
  );
  const rows: string[][] = [];
  for (const name of readdirSync(folder).toSorted()) {
    const text = readFileSync(join(folder, name), "utf8");
    const killer = /@killed-by (\S+)/.exec(text)?.[1] ?? "";
    const scenario = scenarios.find(({ id }) => id === killer);
    if (scenario?.engine !== "threads") continue;
    const bundle = await bundleSubmission(new Map([["src/index.ts", text]]), {
      entry: "src/index.ts",
      imports: ["@concurrency-katas/grader/kit", "node:worker_threads"],
    });
    if (!("code" in bundle)) throw new Error(bundle.message);
    const ours: (Found | undefined)[] = [];
    const random: (Found | undefined)[] = [];
    const pct: (Found | undefined)[] = [];
    const native: (Found | undefined)[] = [];
    for (let run = 0; run < runs; run++) {
      const id = scenario.id;
      const sample = { scenario: id, schedules: 100_000, seed: 1_000_003 * (run + 1) };
      ours.push(
        await first(bundle, own, {
          scenario,
          command: { kind: "explore", scenario: id, preemptions: 2, schedules: 60_000, extra: 0 },
        }),
      );
      random.push(
        await first(bundle, own, {
          scenario,
          command: { kind: "sample", strategy: "random", ...sample },
        }),
      );
      pct.push(
        await first(bundle, own, {
          scenario,
          command: { kind: "sample", strategy: "pct", ...sample },
        }),
      );
      if (stress !== undefined) native.push(await firstNative(stress, own, bundle));
    }
    rows.push([
      name.replace(/\.ts$/, ""),
      killer,
      show(ours),
      show(random),
      show(pct),
      show(native),
    ]);
  }
  printTable(
    `first failure of each mutant in its scenario: schedules (native: parallel runs) / time, medians of ${runs} runs, given up after ${BUDGET / 1_000} s`,
    ["mutant", "in", "our search", "random", "PCT", "native stress"],
    rows,
  );
}

async function firstNative(
  scenario: StressScenario<unknown>,
  own: HostFiles,
  bundle: SubmissionBundle,
): Promise<Found | undefined> {
  const timer = new AbortController();
  const timeout = setTimeout(() => {
    timer.abort();
  }, BUDGET);
  const began = performance.now();
  try {
    const { runs, end } = await runStress({
      scenario,
      own,
      code: bundle.code,
      signal: timer.signal,
    });
    const bad = runs.findIndex((run) => !scenario.check(run));
    if (bad === -1 && end === "done") return undefined;
    return { schedules: bad === -1 ? runs.length + 1 : bad + 1, ms: performance.now() - began };
  } catch {
    // Ended by the budget: a hang at native speed is a finding only for somebody who waits.
    return undefined;
  } finally {
    clearTimeout(timeout);
  }
}
