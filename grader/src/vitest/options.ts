/** What the process that the student started tells the suite, and what the suite tells back. */
import { join } from "node:path";
import type { KataResult, ScenarioResult } from "../grade/result.ts";

/** The plain tests of a kata, where it has some. */
export function factsFileOf({ folder }: { readonly folder: string }): string {
  return join(folder, "test", "facts.test.ts");
}

/** What to run of a kata. Plain data: it travels to the process that runs the suite. */
export interface SuiteOptions {
  /** Absolute path of the kata. */
  readonly folder: string;
  /** Whether hidden scenarios take part, where they are present. */
  readonly hidden: boolean;
  /** Scenario ids; all unless given. */
  readonly only?: readonly string[];
  /** A replay id: that schedule is run, and nothing else. */
  readonly replay?: string;
  /** Host processes at once. */
  readonly hosts?: number;
  /** Milliseconds after which a plain test that never lets go of its thread is ended. */
  readonly patience: number;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly kata: SuiteOptions;
  }

  interface TaskMeta {
    /** What was found out about the scenario that this test stands for. */
    scenario?: ScenarioResult;
    /** What the whole kata earned; only where all of it was run, at its last test. */
    kata?: KataResult;
  }
}
