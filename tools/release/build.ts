// `npm run build -w solutions/NAME`: what Node runs of a solution that is installed. Node takes types
// out of TypeScript, but of none below `node_modules`.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";

import { findKata } from "../../grader/src/grade/kata.ts";
import { filesBelow } from "../starter/files.ts";

/** Where a module names another that runs as a worker or a process; the compiler leaves that alone. */
const STARTED = /(new URL\(\s*["'`][^"'`]+)\.ts(["'`],\s*import\.meta\.url)/g;

const solution = process.cwd();
const root = join(import.meta.dirname, "..", "..");
const dist = join(solution, "dist");
const { folder, given } = findKata(root, basename(solution));

// A solution imports what the kata gives as if it stood beside it.
const beside = mkdtempSync(join(solution, ".build-"));
try {
  rmSync(dist, { recursive: true, force: true });
  cpSync(join(solution, "src"), join(beside, "src"), { recursive: true });
  for (const path of given) cpSync(join(folder, path), join(beside, path));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: false,
      rootDir: ".",
      outDir: dist,
      declaration: true,
      customConditions: [],
    },
    include: ["src", "given"],
  };
  writeFileSync(join(beside, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", beside], { stdio: "inherit" });
  process.exitCode = status ?? 1;
  if (status === 0) {
    for (const path of filesBelow(dist).filter((path) => path.endsWith(".js"))) {
      const text = readFileSync(join(dist, path), "utf8");
      writeFileSync(join(dist, path), text.replaceAll(STARTED, "$1.js$2"));
    }
  }
} finally {
  rmSync(beside, { recursive: true, force: true });
}
