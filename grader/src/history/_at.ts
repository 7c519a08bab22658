import { HistoryError } from "./error.ts";

/** The item at `index`, which is known to exist. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item !== undefined) return item;
  throw new HistoryError(
    "E_BUG",
    `index ${index} is outside ${items.length} items. Please report this, with the history.`,
  );
}
