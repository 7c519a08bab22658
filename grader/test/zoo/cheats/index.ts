import type { Cheat } from "../_cheat.ts";
import { answers } from "./answers.ts";
import { ends } from "./ends.ts";
import { forgeries } from "./forgeries.ts";
import { harms } from "./harms.ts";

/** All submissions of the zoo. */
export const cheats: readonly Cheat[] = [...ends, ...forgeries, ...answers, ...harms];
