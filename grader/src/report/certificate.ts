import type { ScenarioResult } from "../grade/result.ts";
import { evidenceLabel } from "./_labels.ts";
import { encodeText } from "./encode.ts";

/** A certificate that was checked, in lines: whether it holds, and what it takes as given. */
export function renderVerified(
  { id, verdict, evidence, message = "" }: ScenarioResult,
  { kata, given }: { readonly kata: string; readonly given: readonly string[] },
): string {
  const name = `kata-${kata} ${id}`;
  if (verdict !== "pass") return `${name}  does not hold: ${encodeText(message)}\n`;
  const states = `${evidence.states.toLocaleString("en")} states`;
  const lines = [`${name}  holds: ${evidenceLabel(evidence)}, ${states}`];
  return `${[...lines, ...given.map((what) => `  taken as given: ${what}`)].join("\n")}\n`;
}
