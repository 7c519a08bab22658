import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gradeKata, prepareHosts } from "../../src/grade/grade-kata.ts";
import { readKata, scenarioFilesOf } from "../../src/grade/kata.ts";
import type { KataResult } from "../../src/grade/result.ts";
import type { HostFiles } from "../../src/runtime/host-files.ts";
import type { Sandbox } from "../../src/runtime/sandbox.ts";

/** Grades with the scenarios that everybody can read. */
export interface ZooGrader {
  grade(text: string, only?: readonly string[]): Promise<KataResult>;
}

/** How a zoo is made. */
export interface ZooOptions {
  /** The kata that the submissions are for: bank-balance, unless it is said. */
  readonly kata?: string;
  /** Changes our own modules, to weaken them. */
  readonly change?: (own: HostFiles) => Promise<HostFiles>;
  readonly sandbox?: Sandbox;
}

/** Makes what all gradings need, once. */
export async function openZoo(options: ZooOptions = {}): Promise<ZooGrader> {
  const { kata: slug = "bank-balance", change = (own) => Promise.resolve(own), sandbox } = options;
  const folder = fileURLToPath(new URL(`../../../katas/${slug}`, import.meta.url));
  const kata = readKata(folder);
  const { files: scenarioFiles } = scenarioFilesOf(kata, { hidden: false });
  const prepared = await change(await prepareHosts(scenarioFiles));
  const given = kata.given.map(
    (path) => [path, readFileSync(`${folder}/${path}`, "utf8")] as const,
  );
  return {
    grade: (text, only = ["T1"]) =>
      gradeKata(
        kata,
        { name: "cheat", files: new Map([["src/index.ts", text], ...given]) },
        {
          scenarioFiles,
          prepared,
          hosts: 1,
          only,
          cpuSeconds: 0.5,
          ...(sandbox !== undefined && { sandbox }),
        },
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
