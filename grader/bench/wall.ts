/** What a student waits for: the whole of `npm test -w kata-bank-balance`, on the stub, the racy version, the reference. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, median, printTable } from "./_print.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the benchmark in a copy of the tree and prints its table. */
export async function benchWall(runs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "katas-bench-"));
  try {
    for (const part of ["package.json", "tsconfig.base.json", "katas", "grader", "solutions"]) {
      cpSync(join(root, part), join(folder, part), {
        recursive: true,
        filter: (path) => !path.includes("node_modules"),
      });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const rows: string[][] = [];
    for (const [name, source] of [
      ["stub", "katas/bank-balance/src/index.ts"],
      ["racy version", "katas/bank-balance/given/racy.ts"],
      ["reference", "solutions/bank-balance/src/index.ts"],
    ] as const) {
      cpSync(join(root, source), join(folder, "katas/bank-balance/src/index.ts"));
      const firsts: number[] = [];
      const wholes: number[] = [];
      for (let run = 0; run <= runs; run++) {
        const { first, whole } = await once(folder);
        if (run === 0) continue;
        firsts.push(first);
        wholes.push(whole);
      }
      rows.push([
        name,
        figure(median(firsts), 2),
        figure(median(wholes), 2),
        figure(Math.max(...wholes), 2),
      ]);
    }
    rows.push(["target", "2.00", "10.00", ""]);
    printTable(
      `npm test -w kata-bank-balance, seconds (medians of ${runs} runs)`,
      ["", "first result", "whole", "max"],
      rows,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function once(folder: string): Promise<{ first: number; whole: number }> {
  const began = performance.now();
  const child = spawn("npm", ["test", "-w", "kata-bank-balance"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let first = Number.NaN;
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    if (Number.isNaN(first) && /(?:✓|✗|×|PASS|FAIL)/.test(chunk))
      first = (performance.now() - began) / 1_000;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return { first, whole: (performance.now() - began) / 1_000 };
}
