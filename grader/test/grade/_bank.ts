/** The bank-balance kata with its solutions, for tests that want real submissions. */
import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gradeKata, prepareHosts } from "../../src/grade/grade-kata.ts";
import type { GradeOptions } from "../../src/grade/grade-options.ts";
import { readKata, scenarioFilesOf } from "../../src/grade/kata.ts";
import type { KataResult, ScenarioResult } from "../../src/grade/result.ts";
import type { HostFiles } from "../../src/runtime/host-files.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const kata = readKata(`${root}katas/bank-balance`);
const { files: scenarioFiles } = scenarioFilesOf(kata, { hidden: true });
let prepared: Promise<HostFiles> | undefined;

/** A solution's text by its path below `solutions/bank-balance`. */
export const solution = (path: string): string =>
  readFileSync(`${root}solutions/bank-balance/${path}`, "utf8");

/** A mutant: its name, its text, and what its header says of it. */
export interface Mutant {
  readonly name: string;
  readonly text: string;
  /** The scenario that kills it, or the item that it loses. */
  readonly killedBy: string;
}

/** Every mutant. */
export const mutants: readonly Mutant[] = readdirSync(`${root}solutions/bank-balance/mutants`).map(
  (file) => {
    const text = solution(`mutants/${file}`);
    const killedBy = /@killed-by (\S+)/.exec(text)?.[1] ?? "";
    return { name: basename(file, ".ts"), text, killedBy };
  },
);

/** Grades a text; stress scenarios are left out unless they are asked for. */
export async function grade(
  text: string,
  options: Partial<GradeOptions> = {},
): Promise<KataResult> {
  prepared ??= prepareHosts(scenarioFiles);
  return gradeKata(
    kata,
    { name: "submission", files: new Map([["src/index.ts", text]]) },
    { scenarioFiles, hidden: true, prepared: await prepared, ...options },
  );
}

/** The result of one scenario. */
export async function gradeOne(text: string, id: string): Promise<ScenarioResult> {
  const { scenarios } = await grade(text, { only: [id] });
  return scenarios[0] as ScenarioResult;
}

/** The result of one schedule. */
export async function replay(text: string, id: string): Promise<ScenarioResult> {
  const { scenarios } = await grade(text, { replay: id });
  return scenarios[0] as ScenarioResult;
}
