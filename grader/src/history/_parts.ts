import { at } from "./_at.ts";
import { include, isSubset } from "./_bit-sets.ts";
import type { Operation } from "./operation.ts";
import type { Precedence } from "./_precedence.ts";

/** The indexes of the operations on each part of an object. */
export function partsOf(
  operations: readonly Operation[],
  partOf: (operation: Operation) => string,
): ReadonlyMap<string, readonly number[]> {
  const parts = new Map<string, number[]>();
  for (const [index, operation] of operations.entries()) {
    const part = partOf(operation);
    const known = parts.get(part);
    if (known === undefined) parts.set(part, [index]);
    else known.push(index);
  }
  return parts;
}

/**
 * One order that keeps each of `orders` and the precedence between all their
 * operations. `undefined` when there is none.
 */
export function mergeOrders(
  orders: readonly (readonly number[])[],
  { before, words }: Precedence,
): readonly number[] | undefined {
  const placed = new Uint32Array(words);
  const merged: number[] = [];
  const rest = orders.map((order) => order.toReversed());
  const isReady = (order: readonly number[]): boolean => {
    const head = order.at(-1);
    return head !== undefined && isSubset(before, head * words, placed);
  };
  for (let order = rest.find(isReady); order !== undefined; order = rest.find(isReady)) {
    const index = at(order, order.length - 1);
    order.pop();
    include(placed, 0, index);
    merged.push(index);
  }
  return rest.every((order) => order.length === 0) ? merged : undefined;
}
