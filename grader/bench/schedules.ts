/** Schedules per second and per core of the futex-mutex counter, with real workers, and the host's peak memory. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleSubmission } from "../src/runtime/bundle.ts";
import { bundleHost } from "../src/runtime/host-files.ts";
import type { ExploredEvidence } from "../src/runtime/evidence.ts";
import { type Host, launchHost, pinnableCpus } from "../src/runtime/launch.ts";
import { figure, median, printTable } from "./_print.ts";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const SCHEDULES = 20_000;

async function exploredBy(host: Host): Promise<ExploredEvidence> {
  for (;;) {
    const frame = await host.receive();
    if (frame.kind === "broken" || frame.kind === "stuck") throw new Error(JSON.stringify(frame));
    if (frame.kind === "explored") return frame.explored;
  }
}

/** Runs the benchmark and prints its table. */
export async function benchSchedules(runs: number): Promise<void> {
  const bundle = await bundleSubmission(
    new Map([["src/index.ts", readFileSync(file("programs/counter.ts"), "utf8")]]),
    {
      entry: "src/index.ts",
      imports: [],
    },
  );
  if (!("code" in bundle)) throw new Error(bundle.message);
  const own = await bundleHost([file("programs/scenarios.ts")]);
  const rows: string[][] = [];
  for (const { workers, target, stateless } of [
    { workers: 2, target: 30_000, stateless: true },
    { workers: 4, target: 15_000, stateless: true },
    { workers: 2, target: 0, stateless: false },
  ]) {
    const perSecond: number[] = [];
    const memory: number[] = [];
    let steps = 0;
    for (let run = 0; run < runs; run++) {
      const host = launchHost(
        {
          hostFile: own.host,
          start: {
            code: bundle.code,
            stateless: bundle.stateless && stateless,
            workerFile: own.worker,
            scenarioFile: own.scenarios,
            threads: { W2: 2, W4: 4 },
            arenaBytes: 1 << 20,
          },
          slot: 1,
        },
        pinnableCpus(),
      );
      await host.receive();
      // The first round warms the code up.
      for (const round of [0, 1]) {
        let schedules = 0;
        const began = performance.now();
        while (schedules < SCHEDULES) {
          host.send({
            kind: "explore",
            scenario: `W${workers}`,
            preemptions: 3,
            schedules: SCHEDULES,
            extra: 0,
          });
          const explored = await exploredBy(host);
          schedules += explored.schedules;
          steps = explored.steps / explored.schedules;
        }
        if (round === 1) perSecond.push((schedules / (performance.now() - began)) * 1_000);
      }
      memory.push(host.peakMemory());
      await host.kill();
    }
    rows.push([
      `${workers} workers${stateless ? "" : ", module instantiated anew"}`,
      figure(steps, 1),
      figure(Math.min(...perSecond)),
      figure(median(perSecond)),
      figure(Math.max(...perSecond)),
      target === 0 ? "" : figure(target),
      figure(median(memory) / 2 ** 20),
    ]);
  }
  printTable(
    `schedules per second and core, at most 3 preemptions (${runs} runs of 20,000 schedules)`,
    ["", "steps", "min", "median", "max", "target", "peak MiB"],
    rows,
  );
}
