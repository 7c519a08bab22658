import type { Effect } from "./effect.ts";
import type { Outcome } from "./operation.ts";
import { sameValue } from "./_value.ts";

/** One way in which an operation may take effect. */
export interface Transition<State> {
  readonly state: State;
  readonly outcome: Outcome;
  /** Whether any returned value is as good as the one in `outcome`. */
  readonly anyValue: boolean;
}

/** Appends to `found` every transition that `effect` stands for. */
export function collectTransitions<State>(
  effect: Effect<State>,
  found: Transition<State>[] = [],
): Transition<State>[] {
  if (!("kind" in effect)) {
    const outcome: Outcome = { kind: "returned", value: effect[1] };
    found.push({ state: effect[0], outcome, anyValue: effect.length === 1 });
    return found;
  }
  switch (effect.kind) {
    case "throws":
      found.push({
        state: effect.state,
        outcome: { kind: "threw", code: effect.code },
        anyValue: false,
      });
      return found;
    case "oneOf":
      for (const one of effect.effects) collectTransitions(one, found);
      return found;
    case "blocks":
      return found;
  }
}

/** Whether a call that ended as `observed` may have been this transition. */
export function explains<State>(transition: Transition<State>, observed: Outcome): boolean {
  const { outcome } = transition;
  switch (observed.kind) {
    case "pending":
      return true;
    case "threw":
      return outcome.kind === "threw" && outcome.code === observed.code;
    case "returned":
      if (outcome.kind !== "returned") return false;
      return transition.anyValue || sameValue(outcome.value, observed.value);
  }
}
