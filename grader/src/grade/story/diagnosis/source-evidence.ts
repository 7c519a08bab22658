/** What the student's source says about two steps: whether a value was computed from another, whether there was a check. */
import { atomicArguments } from "../expression.ts";
import type { Access } from "../reading.ts";
import { type SourceLookup, samePlace, sourceBetween, windowAt } from "../source.ts";
import { asNumber } from "./finding.ts";

/**
 * Whether the value that `write` stored was computed from what `read` saw: the source says so, or the two differ by
 * just an argument of the operation that both are part of.
 */
export function computedFrom(read: Access, write: Access, lookup: SourceLookup): boolean {
  return differByArgument(read, write) || isWrittenSo(read, write, lookup);
}

function differByArgument(read: Access, { after, operation }: Access): boolean {
  const [from, to] = [asNumber(read.before), asNumber(after)];
  if (from === undefined || to === undefined || from === to || operation === undefined) return false;
  return operation.args.some((argument) => typeof argument === "number" && Math.abs(to - from) === Math.abs(argument));
}

function isWrittenSo(read: Access, write: Access, lookup: SourceLookup): boolean {
  if (read.access === undefined || write.access === undefined) return false;
  const value = writtenExpression(write, lookup);
  if (value === undefined) return false;
  if (read.access.file === write.access.file && read.access.line === write.access.line) {
    return value === "" || /\bload\s*\(|\[/.test(value);
  }
  return variablesOf(read.access.text).some((name) => mentions(value, name));
}

/** The expression of the stored value; "" for `+=` and `++`, which compute it from the cell. */
function writtenExpression(write: Access, lookup: SourceLookup): string | undefined {
  if (write.access === undefined) return undefined;
  const window = windowAt(write.access, lookup);
  if (write.op === "store" || write.op === "exchange") return atomicArguments(write.op, window)[2];
  const line = window.text.split("\n")[0] ?? "";
  if (/\]\s*!?\s*(?:\+\+|--)|(?:\+\+|--)\s*[\w$.#]+\[/.test(line)) return "";
  const assignment = /\]\s*!?\s*(?<operator>[-+*/%&|^]|<<|>>>?|\*\*)?=(?![=>])(?<value>.*)$/.exec(line);
  if (assignment?.groups === undefined) return undefined;
  return assignment.groups["operator"] === undefined ? assignment.groups["value"]?.trim() : "";
}

/** The variables that a line assigns: `const b = …`. */
function variablesOf(line: string): readonly string[] {
  return [...line.matchAll(/(?<![\w$.#\]])(?<name>[A-Za-z_$][\w$]*)\s*(?::[^=;]*)?=(?![=>])/g)].flatMap(
    ({ groups }) => groups?.["name"] ?? [],
  );
}

function mentions(expression: string, name: string): boolean {
  return new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(expression);
}

const CONDITION = /\b(?:if|while|switch|for)\b|\?(?!\.)|&&|\|\||[<>](?!>)=?|[!=]==?/;

/** Whether the source between two steps decides something. */
export function decidesBetween(read: Access, act: Access, lookup: SourceLookup): boolean {
  if (read.access === undefined || act.access === undefined) return false;
  if (samePlace(read.access, act.access)) return false;
  return CONDITION.test(sourceBetween(read.access, act.access, lookup).replaceAll("=>", ""));
}
