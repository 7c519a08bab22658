// What changesets says and does: https://github.com/changesets/changesets.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { $, quote } from "zx";

import { innerEnvironment } from "../ensure-node.mjs";

/** A package to publish, as far as it is read here; changesets knows more about it. */
export interface Release {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
}

/** What is to be published, in groups, of which each needs those before it. */
export interface PublishPlan {
  readonly version: number;
  readonly plan: readonly (readonly Release[])[];
}

/** Whether there are changes that no version has yet. */
export function hasPending(root: string): boolean {
  return readdirSync(join(root, ".changeset")).some((name) => /^(?!README).*\.md$/.test(name));
}

/** The version that each package gets with the next `release:version`. */
export async function nextVersions(root: string): Promise<ReadonlyMap<string, string>> {
  if (!hasPending(root)) return new Map();
  const { releases } = (await answered(root, "status")) as {
    readonly releases: readonly {
      readonly name: string;
      readonly type: string;
      readonly newVersion: string;
    }[];
  };
  const changed = releases.filter(({ type }) => type !== "none");
  return new Map(changed.map(({ name, newVersion }) => [name, newVersion]));
}

/** What the registry does not have yet. */
export async function publishPlan(root: string): Promise<PublishPlan> {
  return (await answered(root, "publish-plan")) as PublishPlan;
}

/** Packs what a plan names into a folder, beside the plan. */
export async function pack(root: string, plan: PublishPlan, folder: string): Promise<void> {
  await inScratch(async (file) => {
    writeFileSync(file, JSON.stringify(plan));
    await changeset(root, ["pack", "--from-publish-plan", file, "--out-dir", folder]);
  });
}

/** The plan of a folder that was packed. */
export function packedPlan(folder: string): PublishPlan {
  return JSON.parse(readFileSync(join(folder, "publish-plan.json"), "utf8")) as PublishPlan;
}

/** Publishes a folder that was packed. */
export async function publish(root: string, folder: string): Promise<void> {
  await changeset(root, ["publish", "--from-pack-dir", folder, "--no-git-tag"]);
}

/** What a command of changesets writes with `--output`. */
async function answered(root: string, command: string): Promise<unknown> {
  return inScratch(async (file) => {
    await changeset(root, [command, "--output", file]);
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  });
}

async function inScratch<T>(work: (file: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), "release-"));
  try {
    return await work(join(scratch, "output.json"));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function changeset(root: string, args: readonly string[]): Promise<void> {
  const bin = join(root, "node_modules", "@changesets", "cli", "bin.js");
  const options = { cwd: root, env: innerEnvironment(process.env), quote, nothrow: true };
  const ran = await $({ ...options, quiet: true })`${process.execPath} ${bin} ${args}`;
  if (ran.exitCode !== 0) {
    throw new Error(`changeset ${args[0]} failed:\n${`${ran.stdout}${ran.stderr}`.trim()}`);
  }
}
