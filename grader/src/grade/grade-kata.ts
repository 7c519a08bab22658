/** Grades one submission of one kata: bundles it, shares its scenarios out over host processes, scores what they show. */
import { pathToFileURL } from "node:url";
import { type BundleProblem, bundleSubmission } from "../runtime/bundle.ts";
import { type HostFiles, bundleHost } from "../runtime/host-files.ts";
import { instrument } from "../runtime/tasks/atomicity/instrument.ts";
import { MAX_THREADS } from "../runtime/threads/layout.ts";
import type { Scenario } from "../scenario/index.ts";
import type { GradeOptions } from "./grade-options.ts";
import { GraderError } from "./error.ts";
import type { Submission } from "./intake.ts";
import type { KataDefinition } from "./kata.ts";
import { type ScenarioOutcome, unexplored } from "./outcome.ts";
import { placeAt } from "./place.ts";
import type { KataResult } from "./result.ts";
import { runAll } from "./run-all.ts";
import { scenarioOf } from "./schedule-text.ts";
import { score } from "./score.ts";

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
  const { hidden = false, sandbox } = options;
  return { ...score(kata, outcomes, hidden), tier: sandbox?.tier ?? "T0" };
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

/** Asks for a value at most once, and not before it is wanted. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
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
