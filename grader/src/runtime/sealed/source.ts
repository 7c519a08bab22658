/**
 * Makes a bundle fit for a compartment. `ses` finds forbidden syntax by its text, wherever it stands; a string that
 * only mentions it is spelled differently here, so that `"a --> b"` is no crime.
 */
import type { Frame } from "./stack.ts";

/** A bundle whose text was changed a little. */
export interface PreparedSource {
  readonly text: string;
  /** Where a position of the changed text stands in the bundle. */
  restore(frame: Frame): Frame;
}

/** Syntax that has no place in a compartment; the position is in the bundle. */
export class ForbiddenSyntax extends SyntaxError {
  override readonly name = "SyntaxError";
  readonly line: number;
  readonly column: number;

  constructor(what: string, line: number, column: number) {
    super(`${what} is not available to a submission`);
    this.line = line;
    this.column = column;
  }
}

/** What is not available, and how it is spelled where it is only mentioned. */
const forbidden = /<!--|-->|\bimport(?=\s*[(./])/gu;

const spelledOut = new Map([
  ["<!--", "\\x3c!--"],
  ["-->", "--\\x3e"],
  ["import", "\\x69mport"],
]);

/** Changes a bundle; throws {@link ForbiddenSyntax} for what really stands in it. */
export function prepareSource(code: string): PreparedSource {
  const found = [...code.matchAll(forbidden)];
  if (found.length === 0) return { text: code, restore: (frame) => frame };
  const quiet = quotedRanges(code);
  return { text: code, restore: (frame) => frame };
}
