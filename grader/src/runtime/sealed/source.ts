/**
 * Makes a bundle fit for a compartment. `ses` refuses some syntax by its text, wherever that stands; where a string
 * only mentions it, it is spelled differently here, so that `"a --> b"` is no crime.
 */
import { quotedRanges } from "./quoted.ts";
import type { Frame } from "./stack.ts";

/** A bundle whose text was changed a little. */
export interface PreparedSource {
  readonly text: string;
  /** The place in the bundle of a place in the changed text. */
  restore(frame: Frame): Frame;
}

/** Syntax that has no place in a compartment; line and column are those of the bundle, from 1. */
export class ForbiddenSyntax extends SyntaxError {
  override readonly name = "SyntaxError";
  readonly line: number;
  readonly column: number;

  constructor(what: string, { line, column }: { readonly line: number; readonly column: number }) {
    super(`${what} is not available to a submission`);
    this.line = line;
    this.column = column;
  }
}

/** What `ses` refuses, and forms of `import` that it does not know yet. A property may be called `import`. */
const refused = /<!--|-->|(?<![.\w$#])import(?=\s*(?:\(|\.|\/[/*]))/gu;

const respelled = new Map([
  ["<!--", "\\x3c!--"],
  ["-->", "--\\x3e"],
  ["import", "\\x69mport"],
]);

/** Changes a bundle; throws {@link ForbiddenSyntax} where what is refused stands in the code itself. */
export function prepareSource(code: string): PreparedSource {
  const found = [...code.matchAll(refused)];
  if (found.length === 0) return { text: code, restore: (frame) => frame };
  const quoted = quotedRanges(code);
  const shifts: { readonly line: number; readonly column: number; readonly by: number }[] = [];
  let text = "";
  let end = 0;
  for (const { 0: match, index } of found) {
    const position = positionOf(code, index);
    if (!quoted.some(({ from, to }) => from <= index && index < to)) {
      throw new ForbiddenSyntax(nameOf(match, code.slice(index)), position);
    }
    const replacement = respelled.get(match) ?? match;
    text += code.slice(end, index) + replacement;
    end = index + match.length;
    shifts.push({ ...position, by: replacement.length - match.length });
  }
  text += code.slice(end);
  return {
    text,
    restore(frame) {
      let { column } = frame;
      for (const shift of shifts) {
        if (shift.line === frame.line && shift.column < column) column -= shift.by;
      }
      return { ...frame, column };
    },
  };
}

/**
 * For everything else that a compartment evaluates, such as the argument of `Function`: refuses, without looking
 * whether it is code, the forms of `import` that `ses` lets pass. What it throws is caught by a submission, so it
 * is an error of the language.
 */
export function refuseImportForms(source: string): string {
  if (/(?<![.\w$#])import\s*\./u.test(source)) {
    throw new SyntaxError("import is not available to a submission");
  }
  return source;
}

function nameOf(match: string, rest: string): string {
  if (match !== "import") return `an HTML comment (${match})`;
  return /^import\s*\.\s*\w+/.exec(rest)?.[0].replaceAll(/\s/g, "") ?? "import()";
}

function positionOf(
  code: string,
  index: number,
): { readonly line: number; readonly column: number } {
  const before = code.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: index - lineStart + 1 };
}
