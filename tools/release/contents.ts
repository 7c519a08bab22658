// What is in a package, and what must not be.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { $, type ProcessOutput, quote } from "zx";

import { innerEnvironment } from "../ensure-node.mjs";
import type { Secrets } from "../starter/leaks.ts";
import type { Manifest, Package } from "./packages.ts";

/** What npm puts into a package. */
export interface Contents {
  /** Bytes that are downloaded. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Paths below the package's folder. */
  readonly files: readonly string[];
}

/** Builds packages, each before those that need it. */
export async function build(root: string, packages: readonly Package[]): Promise<void> {
  for (const { folder } of packages) {
    const ran = await npm(root, ["run", "build", "--workspace", folder, "--silent"]);
    if (ran.exitCode !== 0) throw new Error(`${folder} does not build:\n${ran.stdout}`);
  }
}

/** What `npm pack` would put into packages, by name; built files are there once they are built. */
export async function contentsOf(
  root: string,
  packages: readonly Package[],
): Promise<ReadonlyMap<string, Contents>> {
  const chosen = packages.flatMap(({ folder }) => ["--workspace", folder]);
  const flags = ["--dry-run", "--json", "--ignore-scripts"];
  const { stdout } = await npm(root, ["pack", ...flags, ...chosen]);
  const packed = Object.values(JSON.parse(stdout) as Readonly<Record<string, Packed>>);
  return new Map(
    packed.map(({ name, size, unpackedSize, files }) => {
      return [name, { size, unpackedSize, files: files.map(({ path }) => path) }];
    }),
  );
}

interface Packed {
  readonly name: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Why a package must not be published as it is: something is missing, or something is secret. */
export function problemsIn(
  root: string,
  { folder, manifest, kata }: Package,
  { files }: Contents,
  secrets: Secrets,
): readonly string[] {
  const missing = [...targetsOf(manifest)].filter((target) => !isThere(target, files));
  return [
    ...missing.map((target) => `${folder}/package.json names ${target}, which is not packed`),
    ...files.flatMap((path) => {
      const content = readFileSync(join(root, folder, path));
      return secrets
        .leaksIn(path, content, kata?.slug)
        .map(({ text }) => `${folder}/${path} gives away ${JSON.stringify(text)}`);
    }),
  ];
}

/** The files that a package offers. What only holds in this repository is not among them. */
function* targetsOf({ bin = {}, exports = {} }: Manifest): Generator<string> {
  yield* Object.values(bin);
  for (const target of Object.values(exports)) {
    if (typeof target === "string") yield target;
    else {
      const { "@concurrency-katas/source": _, ...packed } = target;
      yield* Object.values(packed);
    }
  }
}

function isThere(target: string, files: readonly string[]): boolean {
  const [before = "", after] = target.replace(/^\.\//, "").split("*");
  if (after === undefined) return files.includes(before);
  return files.some((path) => path.startsWith(before) && path.endsWith(after));
}

async function npm(root: string, args: readonly string[]): Promise<ProcessOutput> {
  const options = { cwd: root, env: innerEnvironment(process.env), quote };
  return $({ ...options, quiet: true, nothrow: true })`npm ${args}`;
}
