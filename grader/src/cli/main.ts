/** The `katas` command: hands the process over to {@link run}. */
import process from "node:process";
import { findSandbox } from "../runtime/sandbox.ts";
import type { Io } from "./io.ts";
import { run } from "./run.ts";

const controller = new AbortController();
let interrupted: number | undefined;

for (const [signal, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
  process.on(signal, () => {
    // Whoever asks a second time does not want to wait any longer; the hosts notice it by themselves.
    if (interrupted !== undefined) process.exit(code);
    interrupted = code;
    controller.abort();
  });
}

// The reader of our output is gone, as with `| head`: there is nothing left to do.
process.stdout.on("error", () => process.exit(interrupted ?? 1));

const { stdin, stdout, stderr, env } = process;
const io: Io = {
  cwd: process.cwd(),
  env,
  stdin,
  stdout,
  stderr,
  signal: controller.signal,
  // The grader proper is loaded by whoever grades: a hint should not wait for it.
  gradeKata: async (...grading) => (await import("../grade/grade-kata.ts")).gradeKata(...grading),
  prepareHosts: async (...files) => (await import("../grade/grade-kata.ts")).prepareHosts(...files),
  findSandbox,
};
const code = await run(process.argv.slice(2), io);
process.exitCode = interrupted ?? code;
