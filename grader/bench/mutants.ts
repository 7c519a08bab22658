/** How soon each mutant of bank-balance shows its first failure: our search, random scheduling, PCT, native stress. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type SubmissionBundle, bundleSubmission } from "../src/runtime/bundle.ts";
import { type HostFiles, bundleHost } from "../src/runtime/host-files.ts";
import { runStress } from "../src/runtime/stress/run.ts";
import type { Scenario, StressScenario } from "../src/scenario/index.ts";
import { type Found, type Search, firstFailure, showFound, startHost } from "./_first-failure.ts";
import { printTable } from "./_print.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Milliseconds after which a strategy is said not to have found the bug. */
const BUDGET = 2_000;

async function first(
  bundle: SubmissionBundle,
  own: HostFiles,
  search: Omit<Search, "budget">,
): Promise<Found | undefined> {
  const host = startHost(bundle, own, [search.scenario]);
  try {
    await host.receive();
    return await firstFailure(host, { ...search, budget: BUDGET });
  } finally {
    await host.kill();
  }
}

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
      showFound(ours),
      showFound(random),
      showFound(pct),
      showFound(native),
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
