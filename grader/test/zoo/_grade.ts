import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gradeKata, prepareHosts } from "../../src/grade/grade-kata.ts";
import { readKata, scenarioFilesOf } from "../../src/grade/kata.ts";
import type { HostFiles } from "../../src/runtime/bundle.ts";
import type { KataResult } from "../../src/grade/result.ts";

const FOLDER = fileURLToPath(new URL("../../../katas/bank-balance", import.meta.url));

/** The kata that the cheats are written for. */
export const kata = readKata(FOLDER);

/** Grades with the scenarios that everybody can read. */
export interface ZooGrader {
  readonly own: HostFiles;
  grade(text: string, only?: readonly string[]): Promise<KataResult>;
}

/** Makes what all gradings need, once. */
export async function openZoo(
  change: (own: HostFiles) => HostFiles | Promise<HostFiles> = (own) => own,
): Promise<ZooGrader> {
  const { files: scenarioFiles } = scenarioFilesOf(kata, { hidden: false });
  const own = await change(await prepareHosts(scenarioFiles));
  const given = kata.given.map(
    (path) => [path, readFileSync(`${FOLDER}/${path}`, "utf8")] as const,
  );
  return {
    own,
    grade: (text, only = ["T1"]) =>
      gradeKata(
        kata,
        { name: "cheat", files: new Map([["src/index.ts", text], ...given]) },
        { scenarioFiles, prepared: own, hosts: 1, only, cpuSeconds: 0.5 },
      ),
  };
}

/** Everything that a verdict says. */
export function wordsOf({ scenarios }: KataResult): string {
  return scenarios
    .map(({ verdict, bugClass, got, message, diagnosis }) =>
      [verdict, bugClass, got, message, diagnosis].filter((it) => it !== undefined).join("; "),
    )
    .join("\n");
}
