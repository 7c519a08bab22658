/** Grades a submission against one scenario of tasks, both texts. */
import type { GradeOptions } from "../../../src/grade/grade-options.ts";
import type { ScenarioResult } from "../../../src/grade/result.ts";
import { gradeText } from "../threads/_grade-text.ts";

/** `body` has `kata` and `tasks`; `rest` is further fields of the scenario. */
export async function gradeTasks(
  submission: string,
  body: string,
  { rest = "", ...options }: Partial<GradeOptions> & { readonly rest?: string } = {},
): Promise<ScenarioResult> {
  const scenario = `{ engine: "tasks", id: "A1", title: "t", group: "S", contract: "c", expected: "e",
    body: async (kata, tasks) => { ${body} }, ${rest} }`;
  const result = await gradeText(submission, `export default [${scenario}];`, options);
  return result.scenarios[0] as ScenarioResult;
}
