import fc from "fast-check";
import type { Model, Operation, Outcome } from "../../src/history/index.ts";

/** The calls that a random history may make, and outcomes that are wrong more often than right. */
export interface Vocabulary {
  readonly calls: readonly (readonly [name: string, ...args: readonly unknown[]])[];
  readonly outcomes: readonly Outcome[];
}

export const returned = (value?: unknown): Outcome => ({ kind: "returned", value });
export const threw = (code: string): Outcome => ({ kind: "threw", code });

/**
 * Histories of up to six operations of up to three threads, whose outcomes come from running them:
 * each takes effect at one step between its call and its return. Calls that still have to wait
 * when the steps are used up are pending, and so may be a call that did take effect.
 */
export const legalHistory = <State>(
  model: Model<State>,
  { calls }: Vocabulary,
): fc.Arbitrary<readonly Operation[]> =>
  fc
    .record({
      programs: fc
        .constantFrom([6], [3, 3], [4, 2], [2, 2, 2], [3, 2, 1], [2, 1])
        .chain((sizes) =>
          fc.tuple(
            ...sizes.map((size) =>
              fc.array(fc.constantFrom(...calls), { minLength: size, maxLength: size }),
            ),
          ),
        ),
      // Who goes next, whether the clock ticks before, and how a free choice falls.
      steps: fc.array(fc.tuple(fc.nat(2), fc.boolean(), fc.nat(5)), {
        minLength: 12,
        maxLength: 30,
        size: "max",
      }),
    })
    .map(({ programs, steps }) => run(model, programs, steps));

/** The same, with up to three outcomes that are not what happened. Some are legal all the same. */
export const anyHistory = <State>(
  model: Model<State>,
  vocabulary: Vocabulary,
): fc.Arbitrary<readonly Operation[]> =>
  fc
    .tuple(
      legalHistory(model, vocabulary),
      fc.array(fc.tuple(fc.nat(5), fc.constantFrom(...vocabulary.outcomes)), { maxLength: 3 }),
    )
    .map(([history, changes]) =>
      changes.reduce((changed, [index, outcome]) => {
        const operation = changed[index];
        return operation === undefined || operation.outcome.kind === "pending"
          ? changed
          : changed.with(index, { ...operation, outcome });
      }, history),
    );

interface Running {
  /** The calls that are still to be made. */
  readonly program: (readonly [name: string, ...args: readonly unknown[]])[];
  /** The operation that was called and has not returned. */
  operation?: Operation | undefined;
  effect?: Outcome | undefined;
}

function run<State>(
  model: Model<State>,
  programs: readonly Vocabulary["calls"][],
  steps: readonly (readonly [thread: number, tick: boolean, choice: number])[],
): readonly Operation[] {
  const threads = programs.map((program): Running => ({ program: [...program] }));
  const history: Operation[] = [];
  let state = model.initial;
  let now = 0;
  for (const [index, tick, choice] of steps) {
    const thread = threads[index % threads.length]!;
    if (tick) now++;
    if (thread.operation === undefined) {
      const call = thread.program.shift();
      if (call === undefined) continue;
      const [name, ...args] = call;
      thread.operation = {
        id: history.length,
        thread: threads.indexOf(thread),
        name,
        args,
        outcome: { kind: "pending" },
        call: now,
        return: Infinity,
      };
      history.push(thread.operation);
    } else if (thread.effect === undefined) {
      const allowed = model.allowed?.(state, thread.operation) ?? [];
      thread.effect = allowed[choice % allowed.length];
      if (thread.effect === undefined) continue;
      state = model.step(state, { ...thread.operation, outcome: thread.effect })[0]!;
    } else {
      history[history.indexOf(thread.operation)] = {
        ...thread.operation,
        outcome: thread.effect,
        return: now,
      };
      thread.operation = thread.effect = undefined;
    }
  }
  return history;
}
