import type { GradeResult } from "../grade/result.ts";
import { countedLines, isEarned } from "./_counted.ts";
import { encodeText, plainText } from "./encode.ts";

/** What Classroom 50 knows of a submission; its runner hands it over in environment variables. */
export interface Classroom50Submission {
  readonly classroom: string;
  readonly assignment: string;
  readonly type: "individual" | "group" | "team";
  /** Login of the owner of the repository. */
  readonly owner: string;
  /** `submit/…`. */
  readonly tag: string;
  readonly commit: string;
  readonly release: string;
  readonly review: string;
  /** `2026-11-21T19:38:00Z`; the runner puts the time of the commit there. */
  readonly datetime: string;
}

/**
 * The result as the `result.json` of Classroom 50, `classroom50/result/v1`: a test for each line of
 * the rubric that was run, all points or none.
 */
export function toClassroom50(result: GradeResult, submission: Classroom50Submission): string {
  const tests = result.katas.flatMap((kata) =>
    countedLines(kata).map((line) => ({
      "test-name": plainText(`${kata.kata} ${line.id} ${line.title}`, 120),
      passed: isEarned(line),
      score: line.earned,
      "max-score": line.points,
    })),
  );
  const { classroom, assignment, type, owner, tag, commit, release, review, datetime } = submission;
  const text = {
    schema: "classroom50/result/v1",
    classroom: encodeText(classroom, 200),
    assignment: encodeText(assignment, 200),
    assignment_type: type,
    owner: encodeText(owner, 200),
    submission: encodeText(tag, 400),
    commit: encodeText(commit, 1_000),
    release: encodeText(release, 1_000),
    review: encodeText(review, 1_000),
    datetime,
    score: tests.reduce((sum, { score }) => sum + score, 0),
    "max-score": tests.reduce((sum, test) => sum + test["max-score"], 0),
    tests,
  };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}
