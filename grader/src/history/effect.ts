/**
 * What an operation does when it runs alone: `[newState, result]` returns a
 * result, `[newState]` returns something that the specification leaves open.
 */
export type Effect<State, Result = unknown> =
  | readonly [state: State]
  | readonly [state: State, result: Result]
  | Throws<State>
  | Blocks
  | OneOf<State, Result>;

/** The effect of an operation that throws. Made by {@link throws}. */
export interface Throws<State> {
  readonly kind: "throws";
  readonly state: State;
  readonly code: string;
}

/** The effect of an operation that has to wait. Its one value is {@link blocks}. */
export interface Blocks {
  readonly kind: "blocks";
}

/** A choice that the specification leaves open. Made by {@link oneOf}. */
export interface OneOf<State, Result = unknown> {
  readonly kind: "oneOf";
  readonly effects: readonly Effect<State, Result>[];
}

/** Throws an error with this `code` (or, without one, this `name`) and leaves `state` behind. */
export function throws<State>(state: State, code: string): Throws<State> {
  return { kind: "throws", state, code };
}

/** Cannot take effect in this state: the call waits until another operation has changed it. */
export const blocks: Blocks = Object.freeze({ kind: "blocks" });

/** Any one of `effects`: a specification may be nondeterministic. */
export function oneOf<State, Result>(
  ...effects: readonly Effect<State, Result>[]
): OneOf<State, Result> {
  return { kind: "oneOf", effects };
}
