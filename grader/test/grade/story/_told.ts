import type { Story } from "../../../src/grade/result.ts";
import {
  type Diagnosis,
  type DiagnosisFacts,
  type StoryContext,
  buildStory,
  diagnose,
} from "../../../src/grade/story/index.ts";
import type { TraceEvidence } from "../../../src/runtime/evidence.ts";
import { type Program, lookupIn, simulate } from "./_simulate.ts";

/** The story of a program's execution. */
export function storyOf(
  program: Program,
  more: Partial<StoryContext> = {},
  trace = simulate(program),
): Story {
  return buildStory(trace, {
    ...lookupIn(program.source),
    preemptions: trace.steps.filter(({ preempts }) => preempts).length,
    minimal: true,
    schedule: 2,
    replay: "T2:7Hk2",
    threads: program.threads.length,
    ...more,
  });
}

/**
 * A story on one line a row: `B 22 sub 8 → balance 2 ⇒ withdraw(8) returns true`, `!` where
 * somebody was preempted.
 */
export function told({ rows, columns, waiters }: Story): readonly string[] {
  const letter = (column: number): string => (columns[column] ?? "?").replace("worker ", "");
  return [
    ...rows.map(({ column, preempted, place, text, times, returns }) =>
      [
        letter(column),
        ...(preempted ? ["!"] : []),
        ...(place === undefined ? [] : [place.line]),
        text,
        ...(times === undefined ? [] : [`×${times}`]),
        ...(returns === undefined ? [] : [`⇒ ${returns}`]),
      ].join(" "),
    ),
    ...waiters.map(
      ({ column, text, place }) => `${letter(column)} ${place?.line ?? "-"} … ${text}`,
    ),
  ];
}

/**
 * The diagnosis of a program's execution; the verdict is the one that its end has, unless given.
 */
export function diagnosisOf(
  program: Program,
  facts: Partial<DiagnosisFacts> = {},
  trace: TraceEvidence = simulate(program),
): Diagnosis {
  const { end } = trace;
  return diagnose(trace, {
    ...lookupIn(program.source),
    verdict: end === "deadlock" || end === "livelock" || end === "crash" ? end : "violation",
    expected: "",
    contract: "",
    threads: program.threads.length,
    ...facts,
  });
}
