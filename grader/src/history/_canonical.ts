import { at } from "./_at.ts";
import { HistoryError } from "./error.ts";
import { formatOperation } from "./format.ts";
import { type Operation, returnTime } from "./operation.ts";
import type { Precedence } from "./_precedence.ts";
import { encode } from "./_value.ts";

/**
 * The operations thread by thread, each thread's in the order of its calls.
 *
 * The threads of a scenario run the same program in every execution, so an
 * operation has the same index whatever the schedule was.
 */
export function canonicalOrder(history: readonly Operation[]): readonly Operation[] {
  for (const operation of history) {
    if (operation.call <= returnTime(operation)) continue;
    throw new HistoryError(
      "E_HISTORY_TIMES",
      `${formatOperation(operation)} of thread ${operation.thread} is called at ` +
        `${operation.call} and returns at ${operation.return}. A call cannot follow its return.`,
    );
  }
  return history.toSorted((a, b) => a.thread - b.thread || a.call - b.call);
}

/**
 * All that a verdict depends on, as one text: per operation its thread, name,
 * arguments and outcome, and which operations precede it. `undefined` when a
 * value is no plain data.
 *
 * Histories that differ only in the steps at which operations overlap have the
 * same signature, so thousands of schedules share a few.
 */
export function signature(
  operations: readonly Operation[],
  { before, words }: Precedence,
): string | undefined {
  let text = "";
  for (let index = 0; index < operations.length; index++) {
    const own = operationText(at(operations, index));
    if (own === undefined) return undefined;
    text += own;
    for (let word = 0; word < words; word++) text += `:${before[index * words + word]}`;
    text += ";";
  }
  return text;
}

function operationText({ thread, name, args, outcome }: Operation): string | undefined {
  const passed = encode(args);
  if (passed === undefined) return undefined;
  const call = `${thread}${JSON.stringify(name)}${passed}`;
  switch (outcome.kind) {
    case "pending":
      return `${call}?`;
    case "threw":
      return `${call}!${JSON.stringify(outcome.code)}`;
    case "returned": {
      const value = encode(outcome.value);
      return value === undefined ? undefined : `${call}=${value}`;
    }
  }
}
