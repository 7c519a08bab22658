/** The stable codes of {@link HistoryError}. */
export type HistoryErrorCode = "E_BUG" | "E_HISTORY_TIMES" | "E_MODEL_OPERATION" | "E_MODEL_STATE";

/**
 * Wrong use of this folder by the author of a model or a scenario. A wrong
 * submission never causes one: whatever it returns is judged, not rejected.
 */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
