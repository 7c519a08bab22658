import { defineModel } from "../define-model.ts";
import { blocks, oneOf, throws, type Effect } from "../effect.ts";
import type { Model } from "../model.ts";

/** What is in the queue, and how many tasks were put and are not done. */
interface State {
  readonly items: readonly unknown[];
  readonly unfinished: number;
}

interface Options {
  readonly timeout?: number;
}

/**
 * A bounded queue that counts its tasks: `put`, `get`, `taskDone`, `join`, `qsize` and `unfinished`.
 * `items` were put before the first operation.
 *
 * A call without a timeout waits, and one with `timeout: 0` gives up exactly when it would have to.
 * Time is not in the model: a call with any other timeout may give up whenever it likes.
 */
export const joinableQueue = (maxsize: number, items: readonly unknown[] = []): Model<State> =>
  defineModel<State>({
    name: "joinable queue",
    initial: { items: [...items], unfinished: items.length },
    operations: {
      put: (state, item: unknown, options?: Options) => {
        const stored = { items: [...state.items, item], unfinished: state.unfinished + 1 };
        const isFull = state.items.length >= maxsize;
        return within(state, options, isFull ? undefined : [stored], throws(state, "FULL"));
      },
      get: (state, options?: Options) => {
        const [first, ...rest] = state.items;
        const isEmpty = state.items.length === 0;
        const taken: Effect<State> = [{ ...state, items: rest }, first];
        return within(state, options, isEmpty ? undefined : taken, throws(state, "EMPTY"));
      },
      taskDone: (state) =>
        state.unfinished === 0
          ? throws(state, "TASK_DONE")
          : [{ ...state, unfinished: state.unfinished - 1 }],
      join: (state, options?: Options) =>
        within(state, options, state.unfinished === 0 ? [state, true] : undefined, [state, false]),
      qsize: (state) => [state, state.items.length],
      unfinished: (state) => [state, state.unfinished],
    },
  });

/** What a call does that acts, or waits while it cannot, or gives up in time. */
function within(
  state: State,
  { timeout }: Options = {},
  act: Effect<State> | undefined,
  giveUp: Effect<State>,
): Effect<State> {
  if (timeout === undefined) return act ?? blocks;
  if (!(timeout >= 0)) return throws(state, "RangeError");
  if (act === undefined) return giveUp;
  return timeout === 0 ? act : oneOf(act, giveUp);
}
