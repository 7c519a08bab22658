import { resolve } from "node:path";
import { findCourseRoot, findKata } from "../grade/kata.ts";
import { readSubmission } from "../grade/intake.ts";
import { renderScenario } from "../report/index.ts";
import { gradeOne } from "./_grading.ts";
import { look, type Io } from "./io.ts";
import type { ReplayFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas replay`: runs one schedule again and tells what it does now. Returns the exit code. */
export async function replay(
  name: string,
  id: string,
  flags: ReplayFlags,
  io: Io,
): Promise<number> {
  const courseRoot = findCourseRoot(io.cwd);
  const kata = findKata(courseRoot, name);
  const path = flags.submission === undefined ? undefined : resolve(io.cwd, flags.submission);
  const submission = readSubmission(path, kata, courseRoot);
  const result = await gradeOne(kata, submission, { hidden: flags.hidden, replay: id }, io);
  const place = flags.submission === undefined ? {} : { submission: flags.submission };
  for (const scenario of result.scenarios) {
    io.stdout.write(renderScenario(scenario, { ...look(io), ...place, kata: kata.slug }));
  }
  return result.scenarios.every(({ verdict }) => verdict === "pass") ? EXIT.passed : EXIT.failed;
}
