import type { ClassPart, ClassResult } from "../grade/class/result.ts";
import type { GradeResult } from "../grade/result.ts";
import { encodeLines } from "./encode.ts";

/**
 * The result as JSON text that is the same for equal results: keys in alphabetical order, two
 * spaces, a line break at the end. Texts are encoded, with their line breaks kept.
 */
export function toJson(result: GradeResult | ClassResult | ClassPart): string {
  return `${JSON.stringify(canonical(result), undefined, 2)}\n`;
}

/**
 * Longest text of a result; texts are capped where they come in, and a list of lines is longer than
 * one text.
 */
const LIMIT = 20_000;

function canonical(value: unknown): unknown {
  if (typeof value === "string") return encodeLines(value, LIMIT).join("\n");
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}
