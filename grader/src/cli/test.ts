import { GraderError } from "../grade/error.ts";
import type { KataDefinition } from "../grade/kata.ts";
import { loadScenarios } from "../vitest/scenarios.ts";
import { chooseKata, requireScenarios, splitIds } from "./_choose.ts";
import { explained } from "./_explain.ts";
import { progressOn } from "./_progress.ts";
import { look, wantsColor, type Io } from "./io.ts";
import type { TestFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas test`: what `npm test -w kata-x` runs. Returns the exit code. */
export async function test(flags: TestFlags, io: Io): Promise<number> {
  const { kata } = chooseKata(io, flags.kata);
  const only = await chosenIds(flags, kata);
  if (flags.explain === true) {
    io.stdout.write(
      explained(kata, await loadScenarios(kata, flags), only, wantsColor(io, io.stdout)),
    );
    return EXIT.passed;
  }

  const { runKataTests } = await import("../vitest/run.ts");
  const progress = progressOn(io.stderr);
  const passed = await runKataTests(kata.folder, {
    hidden: flags.hidden,
    ...(only !== undefined && { only }),
    ...(flags.replay !== undefined && { replay: flags.replay }),
    ...(flags.testNamePattern !== undefined && { testNamePattern: flags.testNamePattern }),
    ...(flags.jobs !== undefined && { hosts: flags.jobs }),
    watch: flags.watch === true,
    signal: io.signal,
    output: {
      print: (text) => io.stdout.write(text),
      status: (text) => (text === "" ? progress.clear() : progress.show(text)),
      ...look(io),
    },
  });
  return passed ? EXIT.passed : EXIT.failed;
}

/** The scenarios that the flags ask for, all of which are here; `undefined` for all that are. */
async function chosenIds(
  { only, replay, hidden, testNamePattern }: TestFlags,
  kata: KataDefinition,
): Promise<readonly string[] | undefined> {
  if (only !== undefined && replay !== undefined) {
    throw new GraderError("E_BAD_FLAG", "--only and --replay exclude each other: give one of them");
  }
  if (testNamePattern !== undefined) requirePattern(testNamePattern);
  const ids = replay === undefined ? only && splitIds(only) : [replay.split(":")[0]!];
  if (ids === undefined) return undefined;
  if (replay === undefined) requireScenarios(ids, [kata]);
  const groups = await loadScenarios(kata, { hidden });
  const here = groups.flatMap(({ scenarios }) => scenarios.map(({ id }) => id));
  const missing = ids.find((id) => !here.includes(id));
  if (missing !== undefined) {
    const isKnown = kata.rubric.some(({ scenarios }) => scenarios.includes(missing));
    throw new GraderError(
      replay === undefined ? "E_BAD_FLAG" : "E_BAD_REPLAY",
      isKnown
        ? `${missing} is a hidden scenario, and it is not here; there is ${here.join(", ")}`
        : `${replay ?? missing} is of no scenario; there is ${here.join(", ")}`,
    );
  }
  return replay === undefined ? ids : undefined;
}

function requirePattern(pattern: string): void {
  try {
    RegExp(pattern);
  } catch {
    throw new GraderError(
      "E_BAD_FLAG",
      `-t ${pattern} is no regular expression: escape it with \\`,
    );
  }
}
