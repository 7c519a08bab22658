/** Grades texts: a submission and a scenario file, neither of which has to exist. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gradeKata } from "../../../src/grade/grade-kata.ts";
import type { GradeOptions } from "../../../src/grade/grade-options.ts";
import type { KataDefinition } from "../../../src/grade/kata.ts";
import type { KataResult } from "../../../src/grade/result.ts";

/** The modules that a submission may import, as every kata of engine T allows them. */
export const imports = ["@concurrency-katas/grader/kit", "node:worker_threads"];

/** A kata without a rubric. */
export const kata: KataDefinition = {
  folder: "/nowhere",
  slug: "programs",
  title: "programs",
  order: 1,
  level: 1,
  concepts: [],
  editable: ["src/index.ts"],
  given: [],
  imports,
  exports: [],
  engines: ["threads"],
  profile: "sealed",
  rubric: [],
};

/** Runs `use` with the paths of `files`, which exist as long as it runs. */
export async function withFiles<R>(
  files: Readonly<Record<string, string>>,
  use: (paths: readonly string[]) => Promise<R>,
): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), "programs-"));
  try {
    const paths = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    return await use(paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Grades a submission against a scenario file, both texts. */
export function gradeText(
  submission: string,
  scenarios: string,
  options: Partial<GradeOptions> = {},
): Promise<KataResult> {
  return withFiles({ "scenarios.js": scenarios }, (scenarioFiles) =>
    gradeKata(
      kata,
      { name: "submission", files: new Map([["src/index.ts", submission]]) },
      { scenarioFiles, ...options },
    ),
  );
}
