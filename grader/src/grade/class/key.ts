/** What makes two gradings the same: everything that can change a result is in the key. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { digestsOf } from "../certificate-file.ts";
import { digestOf } from "../certify.ts";
import type { Submission } from "../intake.ts";
import type { KataDefinition } from "../kata.ts";

/** What a grading is of, as digests. Whose submission it is changes nothing. */
export interface GradingSubject {
  readonly kata: string;
  /** Of the files that the student may change. */
  readonly submission: string;
  /** Of the kata: its `kata.json` without the embargo, scenarios and given files. */
  readonly course: string;
  /** Of the grader. */
  readonly grader: string;
}

/** One name for a grading. */
export function gradingKey(subject: GradingSubject): string {
  const { kata, submission, course, grader } = subject;
  return digestOf(JSON.stringify([kata, submission, course, grader]));
}

/** Of what a student handed in; what the course gave is the course's. */
export function submissionDigest({ files }: Submission): string {
  const own = [...files].filter(([path]) => path.startsWith("src/"));
  return digestOf(JSON.stringify(digestsOf(new Map(own))));
}

/** Of everything in a kata that decides about a submission. */
export function courseDigest(
  { folder }: KataDefinition,
  { hidden }: { readonly hidden: boolean },
): string {
  const folders = ["test", "given", ...(hidden ? ["hidden"] : [])];
  const files = folders.flatMap((name) =>
    filesBelow(join(folder, name), /(?<!\.test)\.ts$/).map((path) => `${name}/${path}`),
  );
  return digestOf(JSON.stringify([definitionDigest(folder), digestOfFiles(folder, files)]));
}

/** Of what the `kata.json` in `folder` says, but for when its solutions are published: that may move. */
export function definitionDigest(folder: string): string {
  const file = JSON.parse(readFileSync(join(folder, "kata.json"), "utf8")) as object;
  const { embargo: _, ...definition } = file as Record<string, unknown>;
  return digestOf(JSON.stringify(definition));
}

/** Of a program: the modules below `folder`. */
export function programDigest(folder: string): string {
  return digestOfFiles(folder, filesBelow(folder, /\.[jt]s$/));
}

function digestOfFiles(root: string, paths: readonly string[]): string {
  const texts = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  return digestOf(JSON.stringify(digestsOf(texts)));
}

/** Paths with slashes, so that a digest is the same everywhere. */
function filesBelow(folder: string, pattern: RegExp): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .map((path) => path.replaceAll("\\", "/"));
}
