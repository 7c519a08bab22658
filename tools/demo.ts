// The main job, end to end: a wrong submission fails with its interleaving, the reference passes.

import { spawnSync } from "node:child_process";

import { chalk, echo, path } from "zx";

const root = path.join(import.meta.dirname, "..");
const katas = path.join(root, "grader", "bin", "katas.mjs");

/** Grades one file as if a student had submitted it: the exit code of `katas grade`. */
function grade(title: string, submission: string): number | null {
  const args = ["grade", "--kata", "bank-balance", "--submission", submission];
  echo(`\n${chalk.bold(title)}\n${chalk.dim(`$ npx katas ${args.join(" ")}`)}\n`);
  return spawnSync(process.execPath, [katas, ...args], { cwd: root, stdio: "inherit" }).status;
}

const racy = grade(
  "withdraw checks, then acts",
  "solutions/bank-balance/mutants/check-then-sub.ts",
);
const reference = grade("The reference", "solutions/bank-balance/src/index.ts");
process.exitCode = racy === 1 && reference === 0 ? 0 : 1;
