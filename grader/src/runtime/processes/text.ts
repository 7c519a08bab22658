/** Values and ends as a failure is told. Pids are no news: they are told by whose they are. */
import { formatValue } from "../../history/index.ts";
import { plainOf } from "../tasks/plain.ts";

/** Longest text of a value. */
const LONGEST = 90;

/** Tells values of an execution; `names` gives each pid a name. */
export function textOf(value: unknown, names: ReadonlyMap<number, string>): string {
  const text = formatValue(plainOf(value)).replaceAll(
    /\b\d+\b/g,
    (digits) => names.get(Number(digits)) ?? digits,
  );
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** `0`, `7`, `SIGKILL`. */
export function endText({
  code,
  signal,
}: {
  readonly code: number | null;
  readonly signal: string | null;
}): string {
  return signal ?? String(code);
}
