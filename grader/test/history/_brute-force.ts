import type { Consistency, Model, Operation } from "../../src/history/index.ts";

/**
 * What the definition says, and nothing clever: tries every order of every choice of operations
 * that are all the completed ones and any of the pending ones.
 */
export function isLegal<State>(
  history: readonly Operation[],
  model: Model<State>,
  consistency: Consistency,
): boolean {
  const pending = history.filter(({ outcome }) => outcome.kind === "pending");
  return subsets(pending).some((absent) =>
    permutations(history.filter((operation) => !absent.includes(operation))).some((order) =>
      isWitness(order, history, model, consistency),
    ),
  );
}

/** Whether `order`, of some operations of `history`, keeps their precedence and is allowed. */
export function isWitness<State>(
  order: readonly Operation[],
  history: readonly Operation[],
  model: Model<State>,
  consistency: Consistency,
): boolean {
  const keepsPrecedence = order.every((later, index) =>
    order.slice(0, index).every((sooner) => !mustPrecede(later, sooner, history, consistency)),
  );
  return keepsPrecedence && statesAfter(order, model).length > 0;
}

/** Every state in which `order` may end. None when the model does not allow it. */
export function statesAfter<State>(
  order: readonly Operation[],
  model: Model<State>,
): readonly State[] {
  return order.reduce<readonly State[]>(
    (states, operation) => states.flatMap((state) => model.step(state, operation)),
    [model.initial],
  );
}

/** How many completed operations the legal beginning of an order can have. */
export function mostPlaced<State>(
  history: readonly Operation[],
  model: Model<State>,
  consistency: Consistency,
  order: readonly Operation[] = [],
): number {
  const isCompleted = ({ outcome }: Operation): boolean => outcome.kind !== "pending";
  const isReady = (operation: Operation): boolean =>
    !order.includes(operation) &&
    history.every(
      (other) =>
        order.includes(other) ||
        !isCompleted(other) ||
        !mustPrecede(other, operation, history, consistency),
    );
  const longer = history.filter(isReady).map((operation) => [...order, operation]);
  return Math.max(
    order.filter(isCompleted).length,
    ...longer
      .filter((next) => statesAfter(next, model).length > 0)
      .map((next) => mostPlaced(history, model, consistency, next)),
  );
}

/** The calls of one thread do not overlap, and `history` has them in their order. */
export function mustPrecede(
  a: Operation,
  b: Operation,
  history: readonly Operation[],
  consistency: Consistency,
): boolean {
  if (a.thread === b.thread) return history.indexOf(a) < history.indexOf(b);
  return consistency === "linearizable" && a.return < b.call;
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((order) => [item, ...order]),
  );
}
