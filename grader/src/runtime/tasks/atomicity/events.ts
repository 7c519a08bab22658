/** What an instrumented execution reports. Plain data, in the order in which it happened. */

/** A place in the submission's bundle; both from 1. */
export interface BundlePlace {
  readonly line: number;
  readonly column: number;
}

interface Happened {
  /** The call of a function that does it; 0 outside of any. */
  readonly activation: number;
  readonly place: BundlePlace;
  /** As the source has it: a function, "" where it has no name; `await`, `yield`; `count`, `this.#state`, `cache.get(key)`. */
  readonly name: string;
  /** What the engine says about the moment, such as how many of its own events there are so far. */
  readonly stamp: number;
}

/** A function is called; of a generator, its first `next`. */
export interface Entered extends Happened {
  readonly kind: "enter";
  /** The activation that runs at this moment; 0 = none: it is the engine, or the scenario, that calls. */
  readonly caller: number;
  /** The activation in which the function was made; 0 = none. */
  readonly creator: number;
  /** The activation that asked for this call, as by handing the function to `then`; 0 = none is known. */
  readonly asker: number;
}

/** A function is suspended at an `await` or a `yield`, goes on after it, or ends. */
export interface Switched extends Happened {
  readonly kind: "suspend" | "resume" | "leave";
}

/** A variable, or a property, is read or written. */
export interface Accessed extends Happened {
  readonly kind: "read" | "write";
  /** The object, or the instance of the scope that declares the variable. */
  readonly object: number;
  /** The property or variable, or a key of a Map; undefined = all of the object. */
  readonly key: string | undefined;
  /** What was written, so that equal values can be told; undefined where it is not known. */
  readonly value?: string;
  /** True of a write whose value does not depend on anything. */
  readonly isConstant?: boolean;
}

/** Anything that happened. */
export type ActivityEvent = Entered | Switched | Accessed;

/** What takes part: a read, a write, a suspension. */
export interface Involved {
  /** How the source calls the cell here; `await`, `yield`, `for await`. */
  readonly name: string;
  readonly place: BundlePlace;
  readonly stamp: number;
}

/** One of the two tasks, by the call that it begins with. */
export interface InvolvedTask {
  readonly activation: number;
  /** The function's name; "" where it has none. */
  readonly name: string;
  /** It is the n-th call of that function. */
  readonly call: number;
}
