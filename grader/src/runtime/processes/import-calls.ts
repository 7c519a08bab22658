/** Finds the `import(…)` of a child's module: in a compartment it is a function of the engine's. */
import { parse } from "acorn";
import { IMPORT_NAME } from "./protocol.ts";

/** The bundle `code` with every `import(…)` calling {@link IMPORT_NAME}, which is as long, so that no place changes. */
export function withImportCalls(code: string): string {
  if (!/\bimport\s*\(/.test(code)) return code;
  let changed = code;
  for (const at of importsIn(code))
    changed = changed.slice(0, at) + IMPORT_NAME + changed.slice(at + IMPORT_NAME.length);
  return changed;
}

function importsIn(code: string): readonly number[] {
  const found: number[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const { type, start } = node as { readonly type?: unknown; readonly start?: unknown };
    if (type === "ImportExpression") found.push(Number(start));
    for (const value of Object.values(node)) walk(value);
  };
  try {
    walk(parse(code, { ecmaVersion: "latest", allowReturnOutsideFunction: true }));
  } catch {
    // What cannot be parsed says so when it is compiled.
  }
  return found;
}
