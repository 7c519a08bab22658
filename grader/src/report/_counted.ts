/** Which lines of a rubric count where scores are reported on push. */
import type { KataResult, RubricResult } from "../grade/result.ts";

/** Why a line earns nothing whose scenarios are not here, or were not asked for. */
export const NOT_RUN = "not run";

/** Whether a line was not asked for, or its scenarios are not here. */
export function isUnrun({ reason }: RubricResult): boolean {
  return reason === NOT_RUN;
}

/**
 * The lines that could be earned in this run. What was not run, because it is hidden and not here,
 * earns nothing and costs nothing, as in the exit code of `katas grade`.
 */
export function countedLines({ rubric }: KataResult): readonly RubricResult[] {
  return rubric.filter((line) => !isUnrun(line) && line.points > 0);
}

/** Whether a line has all of its points. */
export function isEarned({ earned, points }: RubricResult): boolean {
  return earned === points;
}
