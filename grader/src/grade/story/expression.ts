/**
 * Finds, in a line of the student's source, the expression that names the shared cell of a step.
 */
import { isMutexStep } from "./mutex-step.ts";

/** A cell as the student wrote it: `this.#cells` and `from`; a lock has no index. */
export interface CellExpression {
  readonly base: string;
  readonly index?: string;
}

/** Source text that begins with the line of the step. */
export interface SourceWindow {
  readonly text: string;
  /** Offset of the step's column in `text`; undefined where the line's indentation is not known. */
  readonly offset: number | undefined;
}

interface Candidate extends CellExpression {
  readonly start: number;
  readonly end: number;
  readonly assigned: boolean;
}

/** What an access looks like in source. */
type Shape = "element" | "atomic" | "lock";

const LONGEST = 28;

/**
 * The cell that a step with operation `op` accesses, as the student names it.
 *
 * Where several expressions of the line fit, the column decides; where it cannot, none is named.
 */
export function cellExpression(op: string, window: SourceWindow): CellExpression | undefined {
  const shape = shapeOf(op);
  const firstLine = window.text.search(/\n|$/);
  const all = candidates(op, shape, window.text).filter(({ start }) => start < firstLine);
  const fitting = shape === "element" ? ofDirection(all, op, window.offset) : all;
  const chosen = choose(fitting, window.offset);
  return chosen === undefined ? undefined : shorten(chosen);
}

/** The arguments of the `Atomics` call that a step stands for, or none. */
export function atomicArguments(op: string, window: SourceWindow): readonly string[] {
  const firstLine = window.text.search(/\n|$/);
  const calls = atomicCalls(op, window.text).filter(({ start }) => start < firstLine);
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return only.args;
  return nearest(calls, window.offset)?.args ?? [];
}

function shapeOf(op: string): Shape {
  if (op === "read" || op === "write") return "element";
  return isMutexStep({ op }) ? "lock" : "atomic";
}

function candidates(op: string, shape: Shape, text: string): readonly Candidate[] {
  switch (shape) {
    case "element":
      return elements(text);
    case "lock":
      return [...text.matchAll(/[!?]?\.\s*(?:lock|unlock|withLock)\s*\(/g)].flatMap((match) => {
        const base = memberBefore(text, match.index);
        const start = match.index - base.length;
        const end = match.index + match[0].length;
        return base === "" ? [] : [{ base, start, end, assigned: false }];
      });
    case "atomic":
      return atomicCalls(op, text).flatMap(({ args: [base, index], start, end }) =>
        base === undefined ? [] : [{ base, index: index ?? "0", start, end, assigned: false }],
      );
  }
}

function atomicCalls(
  op: string,
  text: string,
): readonly { readonly args: readonly string[]; readonly start: number; readonly end: number }[] {
  return [...text.matchAll(new RegExp(`(?<![\\w$#])${op}\\s*\\(`, "g"))].map((match) => {
    const open = match.index + match[0].length - 1;
    const close = closing(text, open);
    return { args: splitArguments(text.slice(open + 1, close)), start: match.index, end: open };
  });
}

/**
 * Every `base[index]` of the text; of `rows[i][j]` the whole, since what is shared is the innermost
 * view.
 */
function elements(text: string): readonly Candidate[] {
  const found: Candidate[] = [];
  for (let open = text.indexOf("["); open !== -1; open = text.indexOf("[", open + 1)) {
    const base = memberBefore(text, open);
    if (base === "" || /^(?:return|case|of|in|const|let|new|typeof)$/.test(base)) continue;
    const close = closing(text, open);
    const index = text.slice(open + 1, close).trim();
    if (index === "") continue;
    const rest = text.slice(close + 1, close + 12);
    const assigned =
      /^\s*!?\s*(?:=(?![=>])|\+\+|--|(?:[-+*/%&|^]|<<|>>>?|\*\*|&&|\|\||\?\?)=)/.test(rest);
    found.push({ base, index, start: open - base.length, end: close + 1, assigned });
  }
  return found.filter(
    ({ start, end }) => !found.some((other) => other.start === start && other.end > end),
  );
}

/** Of the elements of a line, those that a read or a write can be about. */
function ofDirection(
  all: readonly Candidate[],
  op: string,
  offset: number | undefined,
): readonly Candidate[] {
  const assigned = all.filter((candidate) => candidate.assigned);
  if (op === "write" && assigned.length > 0) return assigned;
  if (op === "read" && offset === undefined && all.length > assigned.length) {
    return all.filter((candidate) => !candidate.assigned);
  }
  return all;
}

function choose(
  candidates: readonly Candidate[],
  offset: number | undefined,
): Candidate | undefined {
  const [first] = candidates;
  if (first === undefined) return undefined;
  const alike = candidates.every(({ base, index }) => base === first.base && index === first.index);
  return alike ? first : nearest(candidates, offset);
}

/** The shortest candidate that the offset lies in, else the one that begins closest to it. */
function nearest<T extends { readonly start: number; readonly end: number }>(
  candidates: readonly T[],
  offset: number | undefined,
): T | undefined {
  if (offset === undefined) return undefined;
  const size = ({ start, end }: T): number => end - start;
  const distance = ({ start }: T): number => Math.abs(start - offset);
  const inside = candidates.filter(({ start, end }) => start <= offset && offset <= end);
  if (inside.length > 0) return inside.toSorted((a, b) => size(a) - size(b))[0];
  return candidates.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** The member expression that ends before `end`: `this.#cells`, `rows[i]`, `view`. */
function memberBefore(text: string, end: number): string {
  let at = end;
  while (at > 0) {
    const character = text[at - 1] as string;
    if (/[\w$#.]/.test(character) || ((character === "!" || character === "?") && at < text.length))
      at--;
    else if (character === "]") {
      const open = opening(text, at - 1);
      if (open === -1) break;
      at = open;
    } else break;
  }
  return text.slice(at, end).replace(/^[!?.]+/, "");
}

const brackets: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Offset of the bracket that closes the one at `open`; the end of the text if none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at] as string;
    if (character in brackets) depth++;
    else if (character === ")" || character === "]" || character === "}") {
      depth--;
      if (depth === 0) return at;
    }
  }
  return text.length;
}

function opening(text: string, close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (text[at] === "]") depth++;
    else if (text[at] === "[" && --depth === 0) return at;
  }
  return -1;
}

function splitArguments(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character in brackets) depth++;
    else if (character === ")" || character === "]" || character === "}") depth--;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === "" ? parts : [...parts, last];
}

/**
 * Without what says nothing in a report: `this.`, `#`, `!`. Undefined when it is still too long, or
 * a call.
 */
function shorten({ base, index }: CellExpression): CellExpression | undefined {
  const short = shortText(base);
  if (short === "" || /[^\w$.[\]]/.test(short) || short.length > LONGEST) return undefined;
  if (index === undefined) return { base: short };
  const place = shortText(index);
  return place.length > LONGEST || /[^\w$.[\]+\-*/% ()]/.test(place)
    ? undefined
    : { base: short, index: place };
}

function shortText(text: string): string {
  return text
    .replace(/\bthis\??\.|[#!]/g, "")
    .replaceAll("?.", ".")
    .replace(/\s+/g, " ")
    .trim();
}
