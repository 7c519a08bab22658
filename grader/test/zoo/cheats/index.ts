import type { Cheat, EngineCheat } from "../_cheat.ts";
import { answers } from "./answers.ts";
import { ends } from "./ends.ts";
import { forgeries } from "./forgeries.ts";
import { harms } from "./harms.ts";
import { processCheats } from "./processes.ts";
import { taskCheats } from "./tasks.ts";

/** All submissions of the zoo for bank-balance, and so against the engine of threads. */
export const cheats: readonly Cheat[] = [...ends, ...forgeries, ...answers, ...harms];

/** Those against the other engines, by the kata that they are for. */
export const engineCheats: readonly (readonly [kata: string, cheats: readonly EngineCheat[]])[] = [
  ["as-completed", taskCheats],
  ["fork-join", processCheats],
];
