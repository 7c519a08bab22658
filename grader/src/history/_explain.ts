import { at } from "./_at.ts";
import type { Decision } from "./_decide.ts";
import type { Model } from "./model.ts";
import type { Operation } from "./operation.ts";
import type { HistoryVerdict } from "./verdict.ts";

/** Turns a decision in indexes into a verdict about these operations. */
export function explain<State>(
  { result, part }: Decision<State>,
  operations: readonly Operation[],
  model: Model<State>,
  maxStates: number,
): HistoryVerdict<State> {
  const operationAt = (index: number): Operation => at(operations, index);
  switch (result.kind) {
    case "inconclusive":
      return result;
    case "linearizable":
      return { kind: "linearizable", order: result.order.map(operationAt) };
    case "notLinearizable": {
      const unplaced = operationAt(result.unplaced);
      return {
        kind: "notLinearizable",
        part,
        longest: result.longest.map(operationAt),
        unplaced,
        states: result.states.slice(0, maxStates).map((state) => ({
          state,
          allowed: model.allowed?.(state, unplaced),
        })),
        omittedStates: Math.max(0, result.states.length - maxStates),
      };
    }
  }
}
