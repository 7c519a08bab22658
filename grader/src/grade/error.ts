/** The stable codes of {@link GraderError}. */
export type GraderErrorCode =
  | "E_BAD_FLAG"
  | "E_NO_COURSE"
  | "E_NO_KATA"
  | "E_BAD_KATA"
  | "E_BAD_SCENARIOS"
  | "E_NO_SUBMISSION"
  | "E_BAD_SUBMISSION"
  | "E_BAD_ROSTER"
  | "E_BAD_CLASS"
  | "E_BAD_JOURNAL"
  | "E_BUSY"
  | "E_NO_CLASSROOM"
  | "E_NO_GIT"
  | "E_NO_SANDBOX"
  | "E_BAD_REPLAY"
  | "E_BAD_CERTIFICATE"
  | "E_BAD_PACK"
  | "E_NO_HINT"
  | "E_NO_PREDICTIONS"
  | "E_BAD_PREDICTIONS"
  | "E_WRITE"
  | "E_BUG";

/**
 * Wrong use of the grader, or a broken course. A wrong submission is a verdict, never one of these.
 *
 * The message is one line and says what happened, where, and what to do about it; the `katas`
 * command prints it as it is and exits with 2.
 */
export class GraderError extends Error {
  override readonly name = "GraderError";
  readonly code: GraderErrorCode;

  constructor(code: GraderErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
