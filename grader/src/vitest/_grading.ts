import { dirname } from "node:path";
import { gradeKata } from "../grade/grade-kata.ts";
import { readSubmission } from "../grade/intake.ts";
import { scenarioFilesOf, type KataDefinition } from "../grade/kata.ts";
import type { KataResult, ScenarioResult } from "../grade/result.ts";
import type { SuiteOptions } from "./options.ts";

/** One grading under way, whose results come scenario by scenario. */
export interface Grading {
  /** Starts it, with these scenarios. */
  readonly start: (ids: readonly string[]) => void;
  /** What was found out about a scenario, as soon as it is known. */
  readonly scenario: (id: string) => Promise<ScenarioResult>;
  /** The grade. */
  readonly whole: () => Promise<KataResult>;
  /** Ends every host; what has no result yet will get none. */
  readonly stop: () => void;
}

/** A grading of the working tree's `kata`. */
export function prepareGrading(kata: KataDefinition, options: SuiteOptions): Grading {
  const found = new Map<string, PromiseWithResolvers<ScenarioResult>>();
  const whole = Promise.withResolvers<KataResult>();
  const controller = new AbortController();
  whole.promise.catch(() => {}); // the tests tell

  function pending(id: string): PromiseWithResolvers<ScenarioResult> {
    const existing = found.get(id);
    if (existing !== undefined) return existing;
    const created = Promise.withResolvers<ScenarioResult>();
    created.promise.catch(() => {});
    found.set(id, created);
    return created;
  }

  async function grade(ids: readonly string[]): Promise<void> {
    const courseRoot = dirname(dirname(kata.folder));
    const { files, hasHidden } = scenarioFilesOf(kata, options);
    try {
      const result = await gradeKata(kata, readSubmission(undefined, kata, courseRoot), {
        scenarioFiles: files,
        hidden: hasHidden,
        signal: controller.signal,
        onProgress(event) {
          if (event.result !== undefined) pending(event.scenario).resolve(event.result);
        },
        ...(options.replay === undefined ? { only: ids } : { replay: options.replay }),
        ...(options.hosts !== undefined && { hosts: options.hosts }),
      });
      for (const scenario of result.scenarios) pending(scenario.id).resolve(scenario);
      whole.resolve(result);
    } catch (error) {
      for (const id of ids) pending(id).reject(error);
      whole.reject(error);
    }
  }

  return {
    start: (ids) => void grade(ids),
    scenario: (id) => pending(id).promise,
    whole: () => whole.promise,
    stop: () => controller.abort(),
  };
}
