import type { ScenarioResult } from "../grade/result.ts";

/** A scenario's result as text without colours. */
export function plainStory(result: ScenarioResult, slug: string): string {
  return `${slug} ${result.id} ${result.verdict} ${result.message ?? ""}`;
}
