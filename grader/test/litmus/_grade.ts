/** Grades the corpus: all of it is one submission, each program a scenario. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gradeKata } from "../../src/grade/grade-kata.ts";
import type { GradeOptions } from "../../src/grade/grade-options.ts";
import type { ScenarioResult } from "../../src/grade/result.ts";
import { kata } from "../runtime/threads/_grade-text.ts";
import { families } from "./_corpus.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The file that makes scenarios of the corpus. */
export const scenarioFile = `${folder}_scenarios.ts`;

/** The corpus as a submission: its own files, and an entry that exports every program. */
export function corpusFiles(): Map<string, string> {
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".ts"),
  );
  const entry = families.map((family) => `export * from "./${family.folder}/index.ts";`);
  return new Map([
    ["src/index.ts", entry.join("\n")],
    ...sources.map((path) => [`src/${path}`, readFileSync(folder + path, "utf8")] as const),
  ]);
}

/** Grades the programs with these ids, or all; the results by scenario id. */
export async function gradeCorpus(
  options: Pick<GradeOptions, "only" | "hosts"> = {},
): Promise<ReadonlyMap<string, ScenarioResult>> {
  const submission = { name: "litmus", files: corpusFiles() };
  const { scenarios } = await gradeKata(kata, submission, {
    scenarioFiles: [scenarioFile],
    ...options,
  });
  return new Map(scenarios.map((result) => [result.id, result]));
}
