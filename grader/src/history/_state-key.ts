import { HistoryError } from "./error.ts";
import { formatValue } from "./format.ts";
import type { Model } from "./model.ts";
import { encode } from "./_value.ts";

/** Equal texts for equal states: the model's own key, or the state as a text. */
export function stateKey<State>(model: Model<State>, state: State): string {
  const key = model.key ? model.key(state) : encode(state);
  if (key !== undefined) return key;
  throw new HistoryError(
    "E_MODEL_STATE",
    `the model "${model.name}" has a state that is no plain data, ${formatValue(state)}. ` +
      "Give the model a key(state).",
  );
}
