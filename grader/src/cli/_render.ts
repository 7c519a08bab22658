import type { GradeResult, KataResult, ScenarioResult } from "../grade/result.ts";
import type { Io } from "./io.ts";
export function renderedGrade(result: GradeResult, _io: Io): string {
  return `${result.earned}/${result.points}\n`;
}
export function renderedScenario(result: ScenarioResult, _kata: KataResult, _io: Io): string {
  return `${result.id} ${result.verdict}\n`;
}
