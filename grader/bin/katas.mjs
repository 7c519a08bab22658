#!/usr/bin/env node
// The `katas` command, in plain JavaScript so that any Node can at least say that it is too old.
//
// In the repository it runs the TypeScript source, so it is never stale and nothing has to be built;
// installed from a registry it runs the build, because Node strips no types under node_modules.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** @param {string} path from this file */
const here = (path) => new URL(path, import.meta.url);

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (!((major === 22 && minor >= 18) || major === 24 || major >= 26)) {
  console.error(
    `katas needs Node ^22.18, ^24 or >=26, and this is ${process.version}: ` +
      "run it through npm or npx inside the repository, or install a newer Node.",
  );
  process.exit(2);
}

const source = fileURLToPath(here("../src/cli/main.ts"));
if (!existsSync(source) || /[\\/]node_modules[\\/]/.test(source)) {
  await import(here("../dist/cli/main.js").href);
} else {
  const argv = ["--conditions=@concurrency-katas/source", source, ...process.argv.slice(2)];
  const cache = fileURLToPath(here("../../node_modules/.cache/katas"));
  const env = { NODE_COMPILE_CACHE: cache, ...process.env };

  if (process.platform !== "win32" && process.execve !== undefined) {
    // Becomes the command instead of starting it (27 ms): with no second process, every signal, even
    // SIGKILL, reaches the grader itself.
    process.execve(process.execPath, [process.execPath, ...argv], env);
  } else {
    // Windows has no exec; there Node's children do not outlive it, and Ctrl+C reaches both.
    process.on("SIGINT", () => {});
    spawn(process.execPath, argv, { env, stdio: "inherit" }).on("exit", (code) => {
      process.exitCode = code ?? 1;
    });
  }
}
