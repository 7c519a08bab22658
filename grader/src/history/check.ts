import { canonicalOrder, signature } from "./_canonical.ts";
import { type Decision, decide, type Judging } from "./_decide.ts";
import { explain } from "./_explain.ts";
import type { Model } from "./model.ts";
import type { Operation } from "./operation.ts";
import { precedence } from "./_precedence.ts";
import type { Consistency, HistoryVerdict } from "./verdict.ts";

/** How to check, and how hard to try. */
export interface CheckOptions {
  /** `linearizable` unless told otherwise. */
  readonly consistency?: Consistency;
  /** Whether to search the model's parts one by one, as it does unless told otherwise. */
  readonly partition?: boolean;
  /** How many pairs of placed operations and state to visit, 200,000 unless told otherwise. */
  readonly maxVisited?: number;
  /** How many states the explanation of a failure lists, 4 unless told otherwise. */
  readonly maxStates?: number;
}

/** How to check many histories. */
export interface CheckerOptions extends CheckOptions {
  /** How many histories to remember, 10,000 unless told otherwise. `0`: none. */
  readonly memo?: number;
}

/** Checks histories against one model, and remembers verdicts. */
export interface HistoryChecker<State> {
  check(history: readonly Operation[]): HistoryVerdict<State>;
  /** How many checks were answered from memory, and how many needed a search. */
  counts(): { readonly remembered: number; readonly searched: number };
}

/**
 * Makes a checker for the many executions of one scenario, whose histories
 * recur. The memo changes no verdict, not even its evidence: it is keyed by all
 * that a search reads, and holds no operations. When it is full, it forgets its
 * oldest entry.
 */
export function createHistoryChecker<State>(
  model: Model<State>,
  options: CheckerOptions = {},
): HistoryChecker<State> {
  const { consistency = "linearizable", maxStates = 4, memo: capacity = 10_000 } = options;
  const { partition = true, maxVisited = 200_000 } = options;
  const judging: Judging<State> = { model, consistency, partition, maxVisited };
  const memo = new Map<string, Decision<State>>();
  let remembered = 0;
  let searched = 0;
  return {
    check(history) {
      const operations = canonicalOrder(history);
      const order = precedence(operations, consistency);
      const key = capacity > 0 ? signature(operations, order) : undefined;
      const known = key === undefined ? undefined : memo.get(key);
      if (known === undefined) searched++;
      else remembered++;
      const decision = known ?? decide(operations, order, judging);
      if (known === undefined && key !== undefined) remember(memo, capacity, key, decision);
      return explain(decision, operations, model, maxStates);
    },
    counts: () => ({ remembered, searched }),
  };
}

/**
 * Decides whether a history is linearizable: whether its operations can be put
 * into an order that `model` allows, and in which an operation that returned
 * before another was called comes first. For many histories of one model,
 * {@link createHistoryChecker} is faster.
 */
export function checkLinearizable<State>(
  history: readonly Operation[],
  model: Model<State>,
  options: CheckOptions = {},
): HistoryVerdict<State> {
  return createHistoryChecker(model, { ...options, memo: 0 }).check(history);
}

function remember<Value>(
  memo: Map<string, Value>,
  capacity: number,
  key: string,
  value: Value,
): void {
  const [oldest] = memo.size < capacity ? [] : memo.keys();
  if (oldest !== undefined) memo.delete(oldest);
  memo.set(key, value);
}
