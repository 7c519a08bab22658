/** How soon each bug of the litmus corpus shows: our search, and every strategy that draws samples. */
import { pathToFileURL } from "node:url";
import { bundleSubmission } from "../src/runtime/bundle.ts";
import { bundleHost } from "../src/runtime/host-files.ts";
import type { Host } from "../src/runtime/launch.ts";
import type { ThreadScenario } from "../src/scenario/index.ts";
import type { SamplerName } from "../src/schedule/index.ts";
import { families } from "../test/litmus/_corpus.ts";
import { corpusFiles, scenarioFile } from "../test/litmus/_grade.ts";
import { imports } from "../test/runtime/threads/_grade-text.ts";
import { type Found, firstFailure, showFound, startHost } from "./_first-failure.ts";
import { printTable } from "./_print.ts";

/** A search is given up after so many schedules, or so many milliseconds. */
const SCHEDULES = 20_000;
const BUDGET = 2_000;

const samplers: readonly SamplerName[] = ["random", "pct", "idpct", "pctx", "pos", "urw"];
const all: readonly SamplerName[] = [...samplers, "portfolio"];

/** Programs that have a bug, by scenario id. */
const faulty = families.flatMap(({ programs }) =>
  Object.entries(programs).flatMap(([id, make]) => {
    const { name, expected } = make();
    return expected.verdict === "pass" ? [] : [{ id, name, preemptions: expected.preemptions }];
  }),
);

/** Runs the benchmark and prints its table; each sampler has `runs` seeds. */
export async function benchCorpus(runs: number): Promise<void> {
  const bundle = await bundleSubmission(corpusFiles(), { entry: "src/index.ts", imports });
  if (!("code" in bundle)) throw new Error(bundle.message);
  const own = await bundleHost([scenarioFile]);
  const { scenarios } = (await import(pathToFileURL(own.scenarios).href)) as {
    scenarios: readonly ThreadScenario<unknown>[];
  };
  let host: Host | undefined;
  const search = async (scenario: ThreadScenario<unknown>, sampler?: SamplerName, seed = 0) => {
    if (host === undefined || !host.usable()) {
      host = startHost(bundle, own, scenarios);
      await host.receive();
    }
    const common = { scenario: scenario.id, schedules: SCHEDULES } as const;
    const command =
      sampler === undefined
        ? ({ ...common, kind: "explore", preemptions: 1_000, extra: 0, ordered: false } as const)
        : ({ ...common, kind: "sample", strategy: sampler, seed: seed * 1_000_003 } as const);
    return firstFailure(host, { scenario, command, budget: BUDGET });
  };

  const rows: string[][] = [];
  const hits = new Map<string, number>();
  const count = (column: string, found: readonly (Found | undefined)[]): string => {
    if (found.every((item) => item !== undefined)) hits.set(column, (hits.get(column) ?? 0) + 1);
    return showFound(found);
  };
  for (const { id, name, preemptions } of faulty) {
    const scenario = scenarios.find((item) => item.id === id);
    if (scenario === undefined) continue;
    const cells = [count("ours", [await search(scenario)])];
    for (const sampler of all) {
      const found: (Found | undefined)[] = [];
      for (let seed = 1; seed <= runs; seed++) found.push(await search(scenario, sampler, seed));
      cells.push(count(sampler, found));
    }
    rows.push([name, String(preemptions), ...cells]);
  }
  await host?.kill();
  const total = ["ours", ...all].map((column) => `${hits.get(column) ?? 0} of ${faulty.length}`);
  rows.push(["found, by every seed", "", ...total]);
  printTable(
    `first failure of each program of the corpus: schedules / time, medians of ${runs} seeds, given up after ${SCHEDULES} schedules or ${BUDGET / 1_000} s`,
    ["program", "preemptions", "our search", ...all],
    rows,
  );
}
