/**
 * What the student's source says about two steps: whether a value was computed from another,
 * whether there was a check.
 */
import type { SourcePlace } from "../../result.ts";
import { atomicArguments } from "../expression.ts";
import type { Access, TraceReading } from "../reading.ts";
import { type SourceLookup, samePlace, sourceBetween, windowAt } from "../source.ts";
import { asNumber } from "./finding.ts";

/** Where two steps of one operation stand, seen from the innermost function that both are in. */
export interface Meeting {
  readonly first: SourcePlace | undefined;
  readonly second: SourcePlace | undefined;
}

/**
 * The places of two steps in the function that both belong to; their own places where there is
 * none.
 */
export function meetingOf(first: Access, second: Access, { lookup }: TraceReading): Meeting {
  for (const frame of second.step.frames) {
    const inner = lookup.locate(frame);
    if (inner === undefined || frame.name === undefined) continue;
    for (const candidate of first.step.frames) {
      const place = candidate.name === frame.name ? lookup.locate(candidate) : undefined;
      if (place?.file === inner.file) return { first: place, second: inner };
    }
  }
  return { first: first.access, second: second.access };
}

/**
 * Whether the value that `write` stored was computed from what `read` saw. The source has to say
 * so; where it does not speak against it, it is enough that the two differ by just an argument of
 * the operation that both are part of.
 */
export function computedFrom(read: Access, write: Access, reading: TraceReading): boolean {
  const value = writtenExpression(write, reading.lookup);
  if (value !== undefined && isConstant(value)) return false;
  if (value !== undefined && isWrittenFrom(value, meetingOf(read, write, reading))) return true;
  return write.op !== "exchange" && differByArgument(read, write);
}

/** Whether the source keeps what `read` saw in a variable that the value of `write` mentions. */
export function isKept(read: Access, write: Access, reading: TraceReading): boolean {
  const value = writtenExpression(write, reading.lookup);
  const { first } = meetingOf(read, write, reading);
  return (
    Boolean(value) &&
    first !== undefined &&
    variablesOf(first.text).some((name) => mentions(value as string, name))
  );
}

function isConstant(value: string): boolean {
  return /^(?:-?[\d_.]+n?|[A-Z][A-Z\d_]*|(?:this\.)?#?[A-Z][\w$]*\.[\w$]+)$/.test(value);
}

function isWrittenFrom(value: string, { first, second }: Meeting): boolean {
  if (value === "") return true;
  if (first === undefined || second === undefined) return false;
  if (first.file === second.file && first.line === second.line) return /[-+*/%|&^]/.test(value);
  return variablesOf(first.text).some((name) => mentions(value, name));
}

function differByArgument(read: Access, { after, operation }: Access): boolean {
  const [from, to] = [asNumber(read.before), asNumber(after)];
  if (from === undefined || to === undefined || from === to || operation === undefined)
    return false;
  const difference = Math.abs(to - from);
  return operation.args.some(
    (value) => typeof value === "number" && Math.abs(value) === difference,
  );
}

/** The expression of the stored value; "" for `+=` and `++`, which compute it from the cell. */
function writtenExpression(write: Access, lookup: SourceLookup): string | undefined {
  if (write.access === undefined) return undefined;
  const window = windowAt(write.access, lookup);
  if (write.op === "store" || write.op === "exchange") return atomicArguments(write.op, window)[2];
  const line = window.text.split("\n")[0] ?? "";
  if (/\]\s*!?\s*(?:\+\+|--)|(?:\+\+|--)\s*[\w$.#]+\[/.test(line)) return "";
  const assignment = /\]\s*!?\s*(?<operator>[-+*/%&|^]|<<|>>>?|\*\*)?=(?![=>])(?<value>.*)$/.exec(
    line,
  );
  if (assignment?.groups === undefined) return undefined;
  const { operator, value } = assignment.groups;
  return operator === undefined ? value?.replace(/;\s*\}?\s*$/, "").trim() : "";
}

/** The variables that a line assigns: `const b = …`. */
function variablesOf(line: string): readonly string[] {
  const assignments = /(?<![\w$.#\]])(?<name>[A-Za-z_$][\w$]*)\s*(?::[^=;]*)?=(?![=>])/g;
  return [...line.matchAll(assignments)].flatMap(({ groups }) => groups?.["name"] ?? []);
}

function mentions(expression: string, name: string): boolean {
  return new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(expression);
}

const CONDITION = /\b(?:if|while|switch)\b|\?(?![.?])|&&|\|\||[<>]=?\s|[!=]==?/;

/** Whether the source between two steps decides something. */
export function decidesBetween({ first, second }: Meeting, lookup: SourceLookup): boolean {
  if (first === undefined || second === undefined || samePlace(first, second)) return false;
  return CONDITION.test(sourceBetween(first, second, lookup).replaceAll("=>", ""));
}
