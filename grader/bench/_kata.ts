import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Subject, subjectsOf } from "../src/grade/check/subjects.ts";
import { type KataDefinition, prepareHosts, readKata } from "../src/grade/index.ts";
import type { GradeOptions } from "../src/grade/grade-options.ts";
import { scenarioFilesOf } from "../src/grade/kata.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A kata with its subjects, and what each grading of them needs, made once. */
export interface OpenKata {
  readonly kata: KataDefinition;
  readonly subjects: readonly Subject[];
  readonly options: Pick<GradeOptions, "scenarioFiles" | "prepared" | "hidden">;
}

/** Reads the kata named `slug`, with its hidden scenarios. */
export async function openKata(slug: string): Promise<OpenKata> {
  const kata = readKata(join(root, "katas", slug));
  const { files: scenarioFiles } = scenarioFilesOf(kata, { hidden: true });
  const prepared = await prepareHosts(scenarioFiles);
  return {
    kata,
    subjects: subjectsOf(kata, root),
    options: { scenarioFiles, prepared, hidden: true },
  };
}
