import { createJudge } from "../src/grade/judge.ts";
import type { SubmissionBundle } from "../src/runtime/bundle.ts";
import type { HostFiles } from "../src/runtime/host-files.ts";
import type { HostCommand } from "../src/runtime/evidence.ts";
import { type Host, launchHost, pinnableCpus } from "../src/runtime/launch.ts";
import type { ThreadScenario } from "../src/scenario/index.ts";
import { figure, median } from "./_print.ts";

/** The first failure of a search: which schedule it was, and when it was told. */
export interface Found {
  readonly schedules: number;
  readonly ms: number;
}

/** A search for a failure. */
export interface Search {
  readonly scenario: ThreadScenario<unknown>;
  /** How to search; the host gets it as it is. */
  readonly command: HostCommand;
  /** Milliseconds after which it is given up. */
  readonly budget: number;
}

/** Starts a host for scenarios of a submission. */
export function startHost(
  bundle: SubmissionBundle,
  own: HostFiles,
  scenarios: readonly ThreadScenario<unknown>[],
): Host {
  const start = {
    code: bundle.code,
    stateless: bundle.stateless,
    workerFile: own.worker,
    scenarioFile: own.scenarios,
    threads: Object.fromEntries(scenarios.map(({ id, threads }) => [id, threads.length])),
    arenaBytes: 1 << 20,
  };
  return launchHost({ hostFile: own.host, start, slot: 1 }, pinnableCpus());
}

/** Searches on a host that is ready, and leaves it ready for the next search where it lives. */
export async function firstFailure(
  host: Host,
  { scenario, command, budget }: Search,
): Promise<Found | undefined> {
  const judge = createJudge(scenario);
  const began = performance.now();
  let found: Found | undefined;
  host.send(command);
  const timer = setTimeout(() => {
    host.send({ kind: "stop" });
  }, budget);
  try {
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "outcome" && found === undefined) {
        if (judge.judge(frame.outcome).length === 0) continue;
        found = { schedules: frame.outcome.schedule, ms: performance.now() - began };
        host.send({ kind: "stop" });
      }
      if (frame.kind === "explored" || frame.kind === "stuck" || frame.kind === "setup-failed")
        return found;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What some searches found, as a cell of a table: the medians, and how many of them found it. */
export function showFound(found: readonly (Found | undefined)[]): string {
  const hits = found.filter((item) => item !== undefined);
  if (hits.length === 0) return "not found";
  const schedules = figure(median(hits.map((item) => item.schedules)));
  const text = `${schedules} / ${figure(median(hits.map(({ ms }) => ms)))} ms`;
  return hits.length === found.length ? text : `${text} (${hits.length} of ${found.length})`;
}
