/** The rows of an interleaving as text, ready to be laid out. */
import type { Story, StoryRow } from "../grade/result.ts";
import { encodeText } from "./encode.ts";

/** A row as text. */
export interface Cell {
  readonly column: number;
  /** `src/index.ts:21`, or nothing. */
  readonly place: string;
  readonly text: string;
  /** What the operation answered after this row, or nothing. */
  readonly returns: string;
  /** The column of the worker that was preempted right before, or -1. */
  readonly preempted: number;
}

/** What stands in the column of a worker that was preempted. */
export const PREEMPTED = "⚡ preempted";

/** The rows of a story as text; answers do not repeat the call where a worker makes only one. */
export function cellsOf({ rows, columns }: Story): readonly Cell[] {
  const calls = columns.map((_, column) => onlyCall(rows.filter((row) => row.column === column)));
  return rows.map((row, i): Cell => {
    const { column, place, text, times, returns = "", preempted } = row;
    const call = returns === "" ? undefined : calls[column];
    return {
      column,
      place: place === undefined ? "" : `${encodeText(place.file, 60)}:${place.line}`,
      text: encodeText(text, 120) + (times === undefined ? "" : `  ×${times}`),
      returns: encodeText(call === undefined ? returns : returns.slice(call.length + 1), 100),
      preempted: preempted ? (rows[i - 1]?.column ?? -1) : -1,
    };
  });
}

/** The one call that all answers of a worker belong to. */
function onlyCall(rows: readonly StoryRow[]): string | undefined {
  const calls = rows.flatMap(({ returns }) => {
    if (returns === undefined) return [];
    const match = /^(?<call>[^;]*\)) (?:returns|throws)\b[^;]*$/.exec(returns);
    return [match?.groups?.["call"]];
  });
  const [first] = calls;
  return calls.every((call) => call === first) ? first : undefined;
}
