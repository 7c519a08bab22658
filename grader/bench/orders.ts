/**
 * Orders of tasks per second, ours beside fast-check's scheduler on the same program; and for each mutant of
 * as-completed, in how many campaigns of a second each of them finds it.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createTaskJudge } from "../src/grade/judge-orders.ts";
import { bundleSubmission } from "../src/runtime/bundle.ts";
import { bundleHost } from "../src/runtime/host-files.ts";
import type { TasksExplored } from "../src/runtime/evidence.ts";
import { type Host, HostEnded } from "../src/runtime/launch.ts";
import { launchTasks } from "../src/runtime/tasks/launch.ts";
import type { Scenario, TaskScenario } from "../src/scenario/index.ts";
import { campaign } from "./_fast-check-tasks.ts";
import { figure, median, printTable } from "./_print.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Milliseconds of a campaign. */
const BUDGET = 1_000;
/** Orders of six tasks in one measurement. */
const ORDERS = 72 * 720;
const imports = ["@concurrency-katas/grader/kit"];

async function started(text: string, scenarioFiles: readonly string[]) {
  const bundle = await bundleSubmission(new Map([["src/index.ts", text]]), {
    entry: "src/index.ts",
    imports,
  });
  if (!("code" in bundle)) throw new Error(bundle.message);
  const own = await bundleHost(scenarioFiles);
  const { code, stateless } = bundle;
  const files = await own.tasks();
  const start = (): Host => launchTasks({ files, code, stateless, scenarioFile: own.scenarios });
  return { own, start };
}

async function exploredBy(host: Host): Promise<TasksExplored> {
  for (;;) {
    const frame = await host.receive();
    if (frame.kind === "broken" || frame.kind === "stuck") throw new Error(JSON.stringify(frame));
    if (frame.kind === "orders-done") return frame.explored;
  }
}

async function benchRate(runs: number): Promise<void> {
  const reference = join(root, "solutions/as-completed/src/index.ts");
  const scenarioFile = file("programs/orders.ts");
  const { own, start } = await started(readFileSync(reference, "utf8"), [scenarioFile]);
  const { scenarios } = (await import(pathToFileURL(own.scenarios).href)) as {
    scenarios: readonly TaskScenario<unknown>[];
  };
  const [scenario] = scenarios as [TaskScenario<unknown>];
  const kata: unknown = await import(pathToFileURL(reference).href);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const host = start();
    await host.receive();
    // The first round warms the code up.
    for (const round of [0, 1]) {
      const began = performance.now();
      host.send({ kind: "orders", scenario: "A" });
      const { sizes } = await exploredBy(host);
      const orders = sizes.reduce((sum, size) => sum + size.orders, 0);
      if (round === 1) ours.push((orders / (performance.now() - began)) * 1_000);
    }
    await host.kill();
    await campaign(scenario, kata, { seed: run, budget: 60_000, orders: 2_000 });
    const { orders, milliseconds } = await campaign(scenario, kata, {
      seed: run,
      budget: 60_000,
      orders: 10_000,
    });
    theirs.push((orders / milliseconds) * 1_000);
  }
  const row = (name: string, figures: readonly number[], target: string): string[] => [
    name,
    figure(Math.min(...figures)),
    figure(median(figures)),
    figure(Math.max(...figures)),
    target,
  ];
  printTable(
    `orders of six tasks per second (${runs} runs of ${figure(ORDERS)}, fast-check 10,000)`,
    ["", "min", "median", "max", "target"],
    [row("every order, ours", ours, figure(50_000)), row("drawn, fast-check", theirs, "")],
  );
}

/** Milliseconds to the first failure, start of the host not included; undefined when none was found in time. */
async function firstFailure(
  host: Host,
  scenario: TaskScenario<unknown>,
): Promise<number | undefined> {
  const judge = createTaskJudge(scenario);
  const began = performance.now();
  const inTime = (): number | undefined => {
    const milliseconds = performance.now() - began;
    return milliseconds <= BUDGET ? milliseconds : undefined;
  };
  host.send({ kind: "orders", scenario: scenario.id });
  try {
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "orders" && frame.executions.some((one) => judge(one) !== undefined))
        return inTime();
      if (frame.kind === "ready" && frame.error !== undefined) return inTime();
      if (frame.kind === "stuck") return inTime();
      if (frame.kind === "orders-done") return undefined;
    }
  } catch (error) {
    if (error instanceof HostEnded) return undefined;
    throw error;
  }
}

async function benchFinds(runs: number): Promise<void> {
  const folder = join(root, "solutions/as-completed/mutants");
  const scenarioFiles = ["test/public.ts", "hidden/scenarios.ts"].map((path) =>
    join(root, "katas/as-completed", path),
  );
  const rows: string[][] = [];
  for (const name of readdirSync(folder).toSorted()) {
    const path = join(folder, name);
    const text = readFileSync(path, "utf8");
    const { own, start } = await started(text, scenarioFiles);
    const { scenarios } = (await import(pathToFileURL(own.scenarios).href)) as {
      scenarios: readonly Scenario<unknown>[];
    };
    const killer = /@killed-by (\S+)/.exec(text)?.[1] ?? "";
    const scenario = scenarios.find(({ id }) => id === killer);
    if (scenario?.engine !== "tasks") continue;
    const times: number[] = [];
    let theirs = 0;
    let unsupported = false;
    for (let run = 0; run < runs; run++) {
      const host = start();
      await host.receive();
      const time = await firstFailure(host, scenario);
      if (time !== undefined) times.push(time);
      await host.kill();
      const shown = await inChild({ path, scenarios: own.scenarios, id: scenario.id, seed: run });
      unsupported ||= shown === "unsupported";
      if (shown === "found") theirs++;
    }
    rows.push([
      name.replace(/\.ts$/, ""),
      killer,
      `${times.length} of ${runs}`,
      times.length === 0 ? "" : `${figure(median(times))} ms`,
      unsupported ? "needs a clock" : `${theirs} of ${runs}`,
    ]);
  }
  printTable(
    `mutants of as-completed found within a second (${runs} campaigns each)`,
    ["mutant", "scenario", "ours", "median", "fast-check"],
    rows,
  );
}

/** One campaign of fast-check, in a process that may hang. */
async function inChild(job: {
  readonly path: string;
  readonly scenarios: string;
  readonly id: string;
  readonly seed: number;
}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "campaign-"));
  const script = join(folder, "campaign.mjs");
  writeFileSync(
    script,
    `import { campaign } from ${JSON.stringify(pathToFileURL(file("_fast-check-tasks.ts")).href)};
     const { scenarios } = await import(${JSON.stringify(pathToFileURL(job.scenarios).href)});
     const kata = await import(${JSON.stringify(pathToFileURL(job.path).href)});
     const scenario = scenarios.find(({ id }) => id === ${JSON.stringify(job.id)});
     const { found, unsupported } = await campaign(scenario, kata, { seed: ${job.seed}, budget: ${BUDGET}, orders: 1_000_000 });
     process.stdout.write(unsupported ? "unsupported" : found ? "found" : "missed");
     process.exit(0);`,
  );
  const args = ["--conditions=@concurrency-katas/source", script];
  const shown = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { timeout: 10 * BUDGET, cwd: root }, (_, stdout) => {
      resolve(stdout);
    });
  });
  rmSync(folder, { recursive: true });
  return shown;
}

/** Runs the benchmark and prints its tables. */
export async function benchOrders(runs: number): Promise<void> {
  await benchRate(runs);
  await benchFinds(runs);
}
