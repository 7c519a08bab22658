import type { Operation, Outcome } from "./operation.ts";
import { encode } from "./_value.ts";

/**
 * A value as a report shows it: `-0`, `"a"`, `[1, 2]`, `{ a: 1 }`,
 * `Map { "a" => 1 }`. What is no plain data is named by its kind, such as
 * `[object Promise]`.
 */
export function formatValue(value: unknown): string {
  const text = encode(value);
  if (text === undefined) return Object.prototype.toString.call(value);
  if (typeof value !== "object" || value === null) return text;
  if (Array.isArray(value)) return `[${value.map(formatValue).join(", ")}]`;
  if (value instanceof Set) return inBraces("Set ", [...value].map(formatValue));
  if (value instanceof Map) return inBraces("Map ", [...value].map(formatEntry));
  return inBraces("", Object.entries(value).map(formatProperty));
}

const formatEntry = ([key, value]: readonly [unknown, unknown]): string =>
  `${formatValue(key)} => ${formatValue(value)}`;

const formatProperty = ([key, value]: readonly [string, unknown]): string =>
  `${key}: ${formatValue(value)}`;

const inBraces = (kind: string, parts: readonly string[]): string =>
  parts.length === 0 ? `${kind}{}` : `${kind}{ ${parts.join(", ")} }`;

/** An outcome as a report shows it: `returns true`, `throws FULL`, `never returns`. */
export function formatOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "returned":
      return outcome.value === undefined ? "returns" : `returns ${formatValue(outcome.value)}`;
    case "threw":
      return `throws ${outcome.code}`;
    case "pending":
      return "never returns";
  }
}

/** An operation as a report shows it: `withdraw(8) returns true`. */
export function formatOperation({ name, args, outcome }: Operation): string {
  return `${name}(${args.map(formatValue).join(", ")}) ${formatOutcome(outcome)}`;
}
