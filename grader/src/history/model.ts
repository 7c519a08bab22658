import type { Operation, Outcome } from "./operation.ts";

/**
 * A sequential specification: what each operation may do when it runs alone.
 *
 * States are immutable plain data. Every method is pure and reads only an
 * operation's `name`, `args`, `outcome` and `thread`, never its times: verdicts
 * are remembered by exactly these. Most specifications are a few lines of
 * `defineModel`; this interface is for those that need the thread (a
 * re-entrant lock) or an unbounded choice.
 */
export interface Model<State> {
  readonly name: string;
  readonly initial: State;
  /**
   * The states that `operation` may lead to from `state` with the outcome that
   * was observed. None: the specification does not allow it here. For a
   * pending operation: every state it may lead to with any outcome.
   */
  step(state: State, operation: Operation): readonly State[];
  /** The outcomes that `state` allows, for the explanation of a failure. None: it has to wait. */
  allowed?(state: State, operation: Operation): readonly Outcome[];
  /**
   * Equal text for equal states. Needed only where a state holds more than
   * primitives, arrays, plain objects, `Map` and `Set`.
   */
  key?(state: State): string;
  /**
   * The independent part of the object that `operation` touches, such as a
   * dictionary's key. Every operation touches exactly one part, and `step`
   * depends on nothing but that part of the state.
   */
  partition?(operation: Operation): string;
}
