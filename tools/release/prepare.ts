// Decides what of this repository goes out at a moment.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { Secrets } from "../starter/leaks.ts";
import { type PublishPlan, nextVersions, publishPlan } from "./changesets.ts";
import { type Contents, build, contentsOf, problemsIn } from "./contents.ts";
import { embargoOn } from "./embargo.ts";
import { type Package, publicPackages } from "./packages.ts";

/** A package that the registry does not have in this version. */
export interface Candidate {
  readonly package: Package;
  /** The version that it has now, and the one that changes are waiting for. */
  readonly version: string;
  readonly next?: string;
  /** Why it stays here. */
  readonly held?: string;
}

/** What would go out at a moment, and what would stay. */
export interface Prepared {
  readonly now: Date;
  readonly candidates: readonly Candidate[];
  /** Of what goes out, by name. */
  readonly contents: ReadonlyMap<string, Contents>;
  readonly problems: readonly string[];
  /** Without what stays. */
  readonly plan: PublishPlan;
}

/** What goes out at a moment: not published yet, under no embargo, and built. */
export async function prepare(root: string, now: Date): Promise<Prepared> {
  const [next, whole] = await Promise.all([nextVersions(root), publishPlan(root)]);
  const unpublished = new Set(whole.plan.flat().map(({ name }) => name));
  const candidates = publicPackages(root)
    .filter(({ manifest: { name } }) => unpublished.has(name) || next.has(name))
    .map((pkg) => candidateOf(pkg, next, now));
  const going = candidates.filter(({ held }) => held === undefined).map((one) => one.package);
  if (going.length === 0) {
    return { now, candidates, contents: new Map(), problems: [], plan: without(whole, going) };
  }
  await build(root, [...graderFor(root, going), ...going]);
  const contents = await contentsOf(root, going);
  const secrets = new Secrets(root);
  const problems = going.flatMap((pkg) => {
    const packed = contents.get(pkg.manifest.name);
    return packed === undefined ? [] : problemsIn(root, pkg, packed, secrets);
  });
  return { now, candidates, contents, problems, plan: without(whole, going) };
}

/** Solutions are compiled against the grader as it is installed: it is built where it is not. */
function graderFor(root: string, going: readonly Package[]): readonly Package[] {
  const isBuilt = existsSync(join(root, "grader", "dist", "index.d.ts"));
  if (isBuilt || going.some(({ folder }) => folder === "grader")) return [];
  return publicPackages(root).filter(({ folder }) => folder === "grader");
}

function candidateOf(pkg: Package, next: ReadonlyMap<string, string>, now: Date): Candidate {
  const { name, version } = pkg.manifest;
  const held = pkg.kata && embargoOn(pkg.kata, now);
  const later = next.get(name);
  return {
    package: pkg,
    version,
    ...(later !== undefined && { next: later }),
    ...(held !== undefined && { held }),
  };
}

function without({ version, plan }: PublishPlan, going: readonly Package[]): PublishPlan {
  const names = new Set(going.map(({ manifest }) => manifest.name));
  return { version, plan: plan.map((group) => group.filter(({ name }) => names.has(name))) };
}

/**
 * What of a packed plan is under an embargo now, whoever packed it: an embargo may have been moved
 * since, and what was packed elsewhere is not believed.
 */
export function heldOf(root: string, { plan }: PublishPlan, now: Date): readonly string[] {
  const packages = new Map(publicPackages(root).map((pkg) => [pkg.manifest.name, pkg]));
  return plan.flat().flatMap(({ name }) => {
    const pkg = packages.get(name);
    if (pkg === undefined) return [`${name} is no package of this repository`];
    const held = pkg.kata && embargoOn(pkg.kata, now);
    return held === undefined ? [] : [`${name} is under an embargo: ${held}`];
  });
}
