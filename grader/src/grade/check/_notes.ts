import { GraderError } from "../error.ts";
import { readHints } from "../hints.ts";
import type { KataDefinition } from "../kata.ts";
import { readPredictions } from "../predictions.ts";

/** What is wrong with the hints and the questions of a kata. */
export function noteProblems(kata: KataDefinition): readonly string[] {
  return [
    ...collect(() => {
      const hints = readHints(kata);
      return [
        ...(hints.length === 3 ? [] : [`there are ${hints.length} hints instead of 3`]),
        ...(hints[0]?.includes("?") === true ? [] : ["the first hint must be a question"]),
      ];
    }),
    ...collect(() => {
      const { length } = readPredictions(kata);
      return length >= 2 && length <= 4
        ? []
        : [`there are ${length} predictions instead of 2 to 4`];
    }),
  ];
}

function collect(problems: () => readonly string[]): readonly string[] {
  try {
    return problems();
  } catch (error) {
    if (error instanceof GraderError) return [error.message];
    throw error;
  }
}
