// `npm run release`, `npm run release:dry`: publishes what may be published, or says what that is.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";

import { $, argv, echo, path, quote } from "zx";

import { innerEnvironment } from "./ensure-node.mjs";
import { hasPending, pack, packedPlan, publish } from "./release/changesets.ts";
import { heldOf, prepare } from "./release/prepare.ts";
import { shown } from "./release/show.ts";

const USAGE = `npm run release:dry -- [--files] [--now DATE]
npm run release -- [--pack DIR | --from DIR] [--now DATE]`;

const root = path.join(import.meta.dirname, "..");

/** Where packages of our scope go. */
async function registryOf(): Promise<string> {
  const options = { cwd: root, env: innerEnvironment(process.env), quote };
  const keys = ["@concurrency-katas:registry", "registry"];
  const { stdout } = await $({ ...options, quiet: true })`npm config list --json`;
  const config = JSON.parse(stdout) as Readonly<Record<string, string>>;
  const url = keys.map((key) => config[key]).find((value) => value !== undefined);
  if (url === undefined) throw new Error("npm has no registry: npm config set registry URL");
  return url;
}

/** The moment that embargoes are judged at. Another than now is for looking ahead, and for tests. */
function momentOf(flag: unknown, { registry, isDry }: { registry: string; isDry: boolean }): Date {
  if (flag === undefined) return new Date();
  const now = new Date(typeof flag === "string" ? flag : Number.NaN);
  if (Number.isNaN(now.getTime())) throw new Error("--now must be as 2027-03-01T00:00:00Z");
  const isLoopback = /^https?:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d+)?\//.test(registry);
  if (isDry || isLoopback) return now;
  throw new Error(`--now is not for ${registry}: leave it out, or add --dry`);
}

async function release(): Promise<void> {
  const registry = await registryOf();
  const isDry = argv["dry"] === true;
  const now = momentOf(argv["now"], { registry, isDry });
  const from = argv["from"] as string | undefined;
  if (from !== undefined) return send(path.resolve(from), now, registry);

  if (!isDry && hasPending(root)) {
    throw new Error("changes wait for a version: npm run release:version, and commit");
  }
  const prepared = await prepare(root, now);
  echo(shown(prepared, { registry, allFiles: argv["files"] === true }).trimEnd());
  if (prepared.problems.length > 0) throw new Error("nothing was published");
  if (isDry) return;
  const target = argv["pack"] as string | undefined;
  if (target !== undefined) return pack(root, prepared.plan, path.resolve(target));
  const folder = mkdtempSync(path.join(tmpdir(), "release-"));
  try {
    await pack(root, prepared.plan, folder);
    await send(folder, now, registry);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Publishes a folder that was packed, unless something in it may not be published now. */
async function send(folder: string, now: Date, registry: string): Promise<void> {
  const plan = packedPlan(folder);
  const held = heldOf(root, plan, now);
  if (held.length > 0) throw new Error(`nothing was published:\n  ${held.join("\n  ")}`);
  const releases = plan.plan.flat();
  if (releases.length > 0) await publish(root, folder);
  echo("");
  for (const { name, version } of releases) echo(`published ${name} ${version} to ${registry}`);
  if (releases.length === 0) echo("nothing to publish");
}

const known = new Set(["_", "dry", "files", "now", "pack", "from"]);
const strange = Object.keys(argv).filter((flag) => !known.has(flag));
if (strange.length > 0 || argv._.length > 0) {
  echo(USAGE);
  process.exitCode = 2;
} else {
  try {
    await release();
  } catch (error) {
    echo(`release: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
