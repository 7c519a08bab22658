/** The open choices of a moment: bits 0 to 7 are threads, bits 8 to 15 the timeouts of their sleeps. */
import { lowest } from "../masks.ts";
import { ActionFlag } from "../plan.ts";

/** Choices that there can be at most. */
export const CHOICES = 16;

/** The action that a choice stands for. */
export function actionOf(choice: number): number {
  return choice < 8 ? choice : (choice - 8) | ActionFlag.timeout;
}

/** The choice of the highest value, `values[first + choice]`; of equal ones the lowest. */
export function highest(mask: number, values: Int32Array, first: number): number {
  let best = lowest(mask);
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const choice = lowest(rest);
    if ((values[first + choice] as number) > (values[first + best] as number)) best = choice;
  }
  return best;
}
