// What `npm test` and `npm run demo` run first, so that each is the only command on a fresh clone.
// Plain JavaScript without dependencies: it runs before there are any.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/**
 * Whether what is installed under `root` is older than its lockfile, or missing.
 *
 * @param {string} root the folder of the repository
 */
export function isStale(root) {
  /** @param {string[]} path */
  const written = (...path) => statSync(join(root, ...path), { throwIfNoEntry: false })?.mtimeMs;
  const installed = written("node_modules", ".package-lock.json");
  const locked = written("package-lock.json");
  // npm writes the two within milliseconds of each other, in either order.
  return installed === undefined || (locked !== undefined && locked > installed + 1000);
}

const root = fileURLToPath(new URL("..", import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url) && isStale(root)) {
  console.log("bootstrap: npm ci, because node_modules is missing or older than the lockfile");
  // `--loglevel=error`: on Node 20, npm warns once for every dependency that wants a newer one, and
  // then our postinstall brings it.
  const ci = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env["npm_execpath"];
  const { status } =
    npm === undefined
      ? spawnSync("npm", ci, { cwd: root, stdio: "inherit", shell: process.platform === "win32" })
      : spawnSync(process.execPath, [npm, ...ci], { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
