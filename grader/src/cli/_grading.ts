import type { CertifiedScenario } from "../grade/certify.ts";
import type { GraderError } from "../grade/error.ts";
import { scenarioFilesOf, type KataDefinition } from "../grade/kata.ts";
import type { Submission } from "../grade/intake.ts";
import type { GradeResult, KataResult } from "../grade/result.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import { loadScenarios } from "../vitest/scenarios.ts";
import type { Io } from "./io.ts";
import { graderVersion } from "./program.ts";
import { progressOn } from "./_progress.ts";

/** What is common to all katas of a grading. */
export interface Grading {
  readonly hidden: boolean;
  readonly only?: readonly string[];
  readonly replay?: string;
  readonly hosts?: number;
  readonly sandbox?: Sandbox;
  readonly verify?: CertifiedScenario;
  readonly onCertified?: (certified: CertifiedScenario) => void;
}

/** Grades one kata, telling on a terminal how it comes along. */
export async function gradeOne(
  kata: KataDefinition,
  submission: Submission,
  { hidden, ...grading }: Grading,
  io: Io,
): Promise<KataResult> {
  const progress = progressOn(io.stderr);
  const { files, hasHidden } = scenarioFilesOf(kata, { hidden });
  progress.show(`${kata.slug}  preparing`);
  try {
    await loadScenarios(kata, { hidden }); // says what is wrong with them
    return await io.gradeKata(kata, submission, {
      ...grading,
      scenarioFiles: files,
      hidden: hasHidden,
      signal: io.signal,
      onProgress: ({ scenario, state, done, total }) => {
        const what = state === "started" ? scenario : "";
        progress.show(`${kata.slug}  ${done}/${total}  ${what}`);
      },
    });
  } finally {
    progress.clear();
  }
}

/** The result for a kata for which there is none: nothing was handed in, or nothing that can be graded. */
export function ungraded(kata: KataDefinition, reason: GraderError, hidden: boolean): KataResult {
  return {
    kata: kata.slug,
    title: kata.title,
    earned: 0,
    points: kata.rubric.reduce((sum, { points }) => sum + points, 0),
    hidden,
    rubric: kata.rubric.map(({ id, title, group, points, scenarios }) => ({
      id,
      title,
      group,
      points,
      earned: 0,
      scenarios,
      reason: UNGRADED[reason.code] ?? "cannot be read",
    })),
    scenarios: [],
  };
}

const UNGRADED: Partial<Record<GraderError["code"], string>> = {
  E_NO_SUBMISSION: "not handed in",
  E_BUG: "not graded",
};

/** Adds up the katas of a submission. */
export function gradeResult(submission: string, katas: readonly KataResult[]): GradeResult {
  return {
    schema: "concurrency-katas/result/v1",
    grader: graderVersion(),
    submission,
    earned: katas.reduce((sum, { earned }) => sum + earned, 0),
    points: katas.reduce((sum, { points }) => sum + points, 0),
    katas,
  };
}
