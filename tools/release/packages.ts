// What of this repository can be published.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { findKata, type KataDefinition } from "../../grader/src/grade/kata.ts";

/** What a package.json says, as far as a release reads it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** A package that can be published. */
export interface Package {
  /** Below the repository: `solutions/bank-balance`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The kata that it solves; the grader solves none. */
  readonly kata?: KataDefinition;
}

/**
 * Every package that is not private, the grader first.
 *
 * @throws GraderError if a solution is to no kata, or to a broken one
 */
export function publicPackages(root: string): readonly Package[] {
  const solutions = readdirSync(join(root, "solutions"))
    .filter((slug) => existsSync(join(root, "solutions", slug, "package.json")))
    .sort()
    .map((slug) => `solutions/${slug}`);
  return ["grader", ...solutions].flatMap((folder) => {
    const manifest = manifestIn(root, folder);
    if (manifest.private === true) return [];
    if (folder === "grader") return [{ folder, manifest }];
    return [{ folder, manifest, kata: findKata(root, basename(folder)) }];
  });
}

function manifestIn(root: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}
