import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { SerializedError, TestError } from "vitest";

/** Why a plain test failed, or a file could not be loaded. */
export type Failure = SerializedError | TestError;

/** What was thrown, the difference, and the lines of the kata that it went through. */
export function describeFailure(
  error: Failure,
  { folder, colour }: { readonly folder: string; readonly colour: boolean },
): string {
  const lines = [titleOf(error)];
  const diff = "diff" in error ? error.diff : undefined;
  if (typeof diff === "string" && diff !== "") {
    const text = colour ? diff : stripVTControlCharacters(diff);
    lines.push("", ...text.trim().split("\n"), "");
  }
  for (const { file, line, column } of error.stacks ?? []) {
    const path = relative(folder, file).replaceAll("\\", "/");
    if (!path.startsWith("..")) lines.push(`at ${path}:${line}:${column}`);
  }
  return lines.map((line) => `      ${line}`.trimEnd()).join("\n");
}

function titleOf({ name, message }: SerializedError): string {
  const text = stripVTControlCharacters(message).split("\n").join("\n      ");
  return name === undefined || name === "Error" || name === "AssertionError"
    ? text
    : `${name}: ${text}`;
}
