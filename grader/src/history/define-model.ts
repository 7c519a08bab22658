import type { Effect } from "./effect.ts";
import { HistoryError } from "./error.ts";
import type { Model } from "./model.ts";
import type { Operation } from "./operation.ts";
import { deepFreeze } from "./_freeze.ts";
import { collectTransitions, explains, type Transition } from "./_transition.ts";

/** One operation of a sequential specification: a pure function from a state and the arguments. */
export type OperationDefinition<State> = (state: State, ...args: never[]) => Effect<State>;

/** What {@link defineModel} takes: a first state, and what each operation does to a state. */
export interface ModelDefinition<State> {
  readonly name: string;
  /** Frozen, so that an operation that writes to it throws instead of spoiling later verdicts. */
  readonly initial: State;
  readonly operations: Readonly<Record<string, OperationDefinition<NoInfer<State>>>>;
  /** As in {@link Model}. */
  readonly key?: (state: NoInfer<State>) => string;
  /** As in {@link Model}. */
  readonly partition?: (operation: Operation) => string;
}

/**
 * The operations of a model, typed by the class that it specifies:
 * `operations: { … } satisfies OperationsOf<Account, number>`. A property that
 * is no method is an operation without arguments.
 */
export type OperationsOf<Target, State> = {
  readonly [Name in keyof Target]?: Target[Name] extends (...args: infer Args) => infer Result
    ? (state: State, ...args: Args) => Effect<State, Result>
    : (state: State) => Effect<State, Target[Name]>;
};

/**
 * Makes a {@link Model} of an object that is described one operation at a time.
 * What was observed is legal when it is the effect, or one of the effects, that
 * the operation has in that state.
 *
 * ```ts
 * const stack = defineModel({
 *   name: "stack",
 *   initial: [] as readonly number[],
 *   operations: {
 *     push: (items, item: number) => [[...items, item]],
 *     pop: (items) =>
 *       items.length === 0 ? throws(items, "EMPTY") : [items.slice(0, -1), items.at(-1)],
 *   },
 * });
 * ```
 */
export function defineModel<State>(definition: ModelDefinition<State>): Model<State> {
  const transitions = (state: State, operation: Operation): readonly Transition<State>[] => {
    const define = operationNamed(definition, operation.name);
    return collectTransitions(define(state, ...(operation.args as never[])));
  };
  return {
    name: definition.name,
    initial: deepFreeze(definition.initial),
    step(state, operation) {
      const states: State[] = [];
      for (const transition of transitions(state, operation)) {
        if (explains(transition, operation.outcome)) states.push(transition.state);
      }
      return states;
    },
    allowed: (state, operation) => transitions(state, operation).map(({ outcome }) => outcome),
    ...(definition.key && { key: definition.key }),
    ...(definition.partition && { partition: definition.partition }),
  };
}

function operationNamed<State>(
  { name, operations }: ModelDefinition<State>,
  wanted: string,
): OperationDefinition<State> {
  const operation = Object.hasOwn(operations, wanted) ? operations[wanted] : undefined;
  if (operation !== undefined) return operation;
  throw new HistoryError(
    "E_MODEL_OPERATION",
    `the model "${name}" does not specify "${wanted}", only ` +
      `[${Object.keys(operations).join(", ")}]. Specify it, or do not record it.`,
  );
}
