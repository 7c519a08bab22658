/** `npm run bench -- class [STUDENTS]`: a synthetic class, as `katas class` grades it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClassResult } from "../src/grade/class/result.ts";
import { findSandbox } from "../src/runtime/sandbox.ts";
import { figure, printTable } from "./_print.ts";
import { katasWithReference, writeClass } from "./_synthetic-class.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = fileURLToPath(new URL("../bin/katas.mjs", import.meta.url));

/** One run of `katas class`. */
interface Run {
  readonly seconds: number;
  /** Submissions that have a result. */
  readonly graded: number;
  /** Gradings that were done for them: the same files are graded once. */
  readonly gradings: number;
  /** Of the grader alone, in MiB. */
  readonly peak: number;
  /** What came out for whom; not by which state of the grader, which somebody may be changing. */
  readonly students: string;
}

/** Grades the whole class two at a time, and a tenth of it one and two at a time. */
export async function benchClass(students = 200): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "katas-bench-"));
  const katas = katasWithReference(root);
  try {
    const few = Math.max(1, Math.round(students / 10));
    writeClass(join(folder, "all"), { root, katas, students });
    writeClass(join(folder, "few"), { root, katas, students: few });
    const rows: (readonly string[])[] = [];
    const measure = async (name: string, jobs: number): Promise<Run> => {
      const run = await gradeClass(
        ["class", join(folder, name), "-k", ...katas.map(({ slug }) => slug)],
        join(folder, `${name}-${jobs}`),
        jobs,
      );
      const { seconds, graded, gradings, peak } = run;
      const size = name === "all" ? students : few;
      rows.push([
        `${size} students, ${jobs} at a time`,
        figure(graded),
        figure(gradings),
        figure(seconds),
        figure(gradings / seconds, 2),
        figure(peak),
      ]);
      return run;
    };
    const one = await measure("few", 1);
    const two = await measure("few", 2);
    await measure("all", 2);
    printTable(
      `a class with ${katas.length} katas, isolation ${findSandbox().tier}; two at a time are ` +
        `${figure(one.seconds / two.seconds, 2)} × as fast as one, ` +
        `and their results are ${one.students === two.students ? "the same" : "DIFFERENT"}`,
      ["", "graded", "gradings", "s", "gradings/s", "peak MiB"],
      rows,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function gradeClass(what: readonly string[], out: string, jobs: number): Promise<Run> {
  const isolation = findSandbox().tier === "T2" ? "bubblewrap" : "compartment";
  const from = performance.now();
  const child = spawn(
    process.execPath,
    [bin, ...what, "-o", out, "-j", String(jobs), "--isolation", isolation],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, 500);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`katas class ended with ${code}`);
  const { students } = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as ClassResult;
  const gradings = readFileSync(join(out, "journal"), "utf8").match(/"key":/g)?.length ?? 0;
  const cells = students.flatMap(({ katas }) => katas);
  return {
    graded: cells.filter(({ state }) => state === "graded").length,
    seconds: (performance.now() - from) / 1_000,
    gradings,
    peak,
    students: JSON.stringify(students),
  };
}

/** The most memory that a process had, in MiB, as Linux tells. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
