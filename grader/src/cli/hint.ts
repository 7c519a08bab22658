import { createColors } from "picocolors";
import { GraderError } from "../grade/error.ts";
import { chooseKata } from "./_choose.ts";
import { readHints } from "../grade/hints.ts";
import { wantsColor, type Io } from "./io.ts";
import type { HintFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas hint`: prints one hint, and how to get the next. Hints are free. Returns the exit code. */
export async function hint(level: string, flags: HintFlags, io: Io): Promise<number> {
  const { kata } = chooseKata(io, flags.kata);
  const hints = readHints(kata);
  const text = /^[1-9]$/.test(level) ? hints[Number(level) - 1] : undefined;
  if (text === undefined) {
    throw new GraderError(
      "E_NO_HINT",
      `${kata.slug} has hints 1 to ${hints.length}, and none "${level}": ask for one of them`,
    );
  }
  const { bold, dim } = createColors(wantsColor(io, io.stdout));
  const next = Number(level) + 1;
  const more =
    next <= hints.length
      ? `The next one says more: npm run hint -w kata-${kata.slug} -- ${next}`
      : `This is the last one. The rest is in katas/${kata.slug}/lesson.md`;
  io.stdout.write(
    `${bold(`Hint ${level} of ${hints.length} for ${kata.slug}`)}\n\n${text}\n\n${dim(more)}\n`,
  );
  return EXIT.passed;
}
