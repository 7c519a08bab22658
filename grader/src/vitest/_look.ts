import type { KataResult, ScenarioResult } from "../grade/result.ts";

interface Look {
  readonly color: boolean;
  readonly columns: number;
}

/** One scenario as it is printed. */
export function scenarioText(result: ScenarioResult, _look: Look & { slug: string }): string {
  return `${result.verdict === "pass" ? "✓" : "✗"} ${result.id} ${result.title} ${result.message ?? ""}\n`;
}

/** The points of a kata. */
export function pointsTable({ earned, points }: KataResult, _look: Look): string {
  return `${earned}/${points}\n`;
}
