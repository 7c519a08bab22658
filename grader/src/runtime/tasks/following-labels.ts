/** Follows the plan of a replay, which may name what is to come by the hash of its label. */
import { type Reordering, textHash } from "../../schedule/index.ts";
import type { TaskChoice } from "../evidence.ts";
import type { Choose } from "./seen.ts";

/** A plan that is being followed. */
export interface Followed {
  readonly choose: Choose;
  /** What was chosen: as numbers, and as labels. */
  readonly taken: readonly Reordering[];
  readonly labels: readonly string[];
  /** The choice at which the plan could not be followed, or -1; to be asked at the end. */
  diverged(): number;
}

/** Begins to follow `plan`. */
export function followLabels(plan: readonly TaskChoice[]): Followed {
  const taken: Reordering[] = [];
  const labels: string[] = [];
  let next = 0;
  let diverged = -1;
  return {
    taken,
    labels,
    choose(count, choice, allLabels) {
      const wanted = plan[next];
      if (wanted?.choice !== choice) return 0;
      next++;
      const options = allLabels();
      const option =
        wanted.option ?? options.findIndex((label) => textHash(label) === wanted.label);
      if (option < 0 || option >= count) {
        if (diverged === -1) diverged = choice;
        return 0;
      }
      labels.push(options[option] as string);
      if (option > 0) taken.push({ choice, option });
      return option;
    },
    diverged: () => (diverged === -1 && next < plan.length ? (plan[next]?.choice ?? -1) : diverged),
  };
}
