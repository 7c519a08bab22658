import { at } from "./_at.ts";
import type { Model } from "./model.ts";
import type { Operation } from "./operation.ts";
import { mergeOrders, partsOf } from "./_parts.ts";
import { type Precedence, precedence } from "./_precedence.ts";
import { search, type SearchResult } from "./_search.ts";
import type { Consistency } from "./verdict.ts";

/** How a history is judged. */
export interface Judging<State> {
  readonly model: Model<State>;
  readonly consistency: Consistency;
  /** Whether to search the parts of the object one by one, where the model has parts. */
  readonly partition: boolean;
  readonly maxVisited: number;
}

/** A verdict in indexes of the operations that were judged. */
export interface Decision<State> {
  readonly result: SearchResult<State>;
  /** The one part of the object that `result` is about. */
  readonly part: string | undefined;
}

/**
 * Judges operations that are in canonical order.
 *
 * Where the model has parts, each is searched alone. One that is not legal
 * decides. Otherwise their orders are merged into one that keeps precedence
 * between the parts, too. For linearizability there is one, because it is local
 * (Herlihy and Wing, TOPLAS 12(3), 1990, theorem 1; as P-compositionality, Horn
 * and Kroening, FORTE 2015). Sequential consistency is not local, and a tie of
 * times is not covered by the theorem: without a merged order, the whole
 * history is searched.
 */
export function decide<State>(
  operations: readonly Operation[],
  order: Precedence,
  judging: Judging<State>,
): Decision<State> {
  const { model, partition } = judging;
  const partOf = model.partition?.bind(model);
  if (partition && partOf !== undefined) {
    const parts = partsOf(operations, partOf);
    const decision = parts.size > 1 ? decideParts(operations, order, parts, judging) : undefined;
    if (decision !== undefined) return decision;
  }
  return { result: search({ ...judging, operations, precedence: order }), part: undefined };
}

/** `undefined` when every part is legal, but the orders that were found do not fit together. */
function decideParts<State>(
  operations: readonly Operation[],
  order: Precedence,
  parts: ReadonlyMap<string, readonly number[]>,
  judging: Judging<State>,
): Decision<State> | undefined {
  const orders: (readonly number[])[] = [];
  let undecided: Decision<State> | undefined;
  for (const [part, indexes] of parts) {
    const some = indexes.map((index) => at(operations, index));
    const result = renumber(
      search({
        ...judging,
        operations: some,
        precedence: precedence(some, judging.consistency),
      }),
      indexes,
    );
    if (result.kind === "notLinearizable") return { result, part };
    if (result.kind === "inconclusive") undecided ??= { result, part };
    else orders.push(result.order);
  }
  if (undecided !== undefined) return undecided;
  const merged = mergeOrders(orders, order);
  return merged && { result: { kind: "linearizable", order: merged }, part: undefined };
}

/** Turns indexes of a part's operations into indexes of all operations. */
function renumber<State>(
  result: SearchResult<State>,
  indexes: readonly number[],
): SearchResult<State> {
  const inAll = (index: number): number => at(indexes, index);
  switch (result.kind) {
    case "linearizable":
      return { ...result, order: result.order.map(inAll) };
    case "inconclusive":
      return result;
    case "notLinearizable":
      return {
        ...result,
        longest: result.longest.map(inAll),
        unplaced: inAll(result.unplaced),
      };
  }
}
