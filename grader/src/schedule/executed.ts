/** What an execution did, as the search reads it. The arrays belong to the engine and are reused. */
export interface Executed {
  /** Number of steps. */
  readonly length: number;
  /** The action that was taken at each step. */
  readonly actions: Int32Array;
  /** The packed choices at each step, see `choicesOf`. */
  readonly choices: Int32Array;
  /** 128 bits for the state before each step: equal states have equal keys. */
  readonly keys: Int32Array;
}
