/**
 * The error that katas throw. Look at its `code`, not at its text:
 *
 * ```ts
 * if (queueIsFull) throw new KataError("FULL");
 * ```
 *
 * An error does not travel well between threads: `postMessage` delivers a plain
 * `Error` without the `code`. Send the `code` instead, and make a new error.
 */
export class KataError extends Error {
  override readonly name = "KataError";
  /** Says what went wrong, in a word that never changes, such as `FULL`. */
  readonly code: string;

  constructor(code: string, message: string = code) {
    super(message);
    this.code = code;
  }
}
