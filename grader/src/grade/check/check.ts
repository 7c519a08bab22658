import { existsSync } from "node:fs";
import { join } from "node:path";
import { GraderError } from "../error.ts";
import type { GradeOptions } from "../grade-kata.ts";
import type { Submission } from "../intake.ts";
import { scenarioFilesOf, type KataDefinition } from "../kata.ts";
import type { KataResult, ScenarioResult } from "../result.ts";
import { fileProblems } from "./_files.ts";
import { noteProblems } from "./_notes.ts";
import { subjectsOf, type Subject } from "./_subjects.ts";
import { correctProblems, mutantProblems, rubricProblems, stubProblems } from "./expectations.ts";

/** One thing that was proved about a kata, or not. */
export interface CheckItem {
  readonly kata: string;
  readonly kind: "files" | Subject["kind"];
  readonly name: string;
  /** What was seen, in a few words: `T1 race lost-update, 52/100`. */
  readonly seen: string;
  /** Why it does not hold; empty when it does. */
  readonly problems: readonly string[];
}

/** How to check a kata. */
export interface CheckOptions {
  /** The folder that holds `katas/` and `solutions/`. */
  readonly courseRoot: string;
  readonly gradeKata: (
    kata: KataDefinition,
    submission: Submission,
    options: GradeOptions,
  ) => Promise<KataResult>;
  /** Host processes at once. */
  readonly hosts?: number;
  /** Told what is being graded. */
  readonly onStart?: (kata: string, kind: CheckItem["kind"], name: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Proves that a kata's tests bite, item by item: its files are all there; the stub fails cleanly and
 * earns nothing; the reference and every alternative earn everything; every mutant falls by the
 * scenario, the verdict and the diagnosis that its header names, and not by stress alone. Every
 * grading gives the same result twice, and every replay id that it prints reproduces its failure.
 */
export async function* checkKata(
  kata: KataDefinition,
  options: CheckOptions,
): AsyncGenerator<CheckItem> {
  const solution = join(options.courseRoot, "solutions", kata.slug);
  const problems = [...fileProblems(kata, solution), ...noteProblems(kata)];
  const item = { kata: kata.slug, kind: "files", name: "files" } as const;
  yield { ...item, seen: problems.length === 0 ? "all there" : "", problems };
  if (!existsSync(solution)) return;

  for (const subject of subjectsOf(kata, options.courseRoot)) {
    options.signal?.throwIfAborted();
    options.onStart?.(kata.slug, subject.kind, subject.name);
    yield await checkSubject(kata, subject, options);
  }
}

async function checkSubject(
  kata: KataDefinition,
  subject: Subject,
  options: CheckOptions,
): Promise<CheckItem> {
  const { kind, name, submission } = subject;
  const grade = (replay?: string): Promise<KataResult> =>
    gradeOnce(kata, submission, options, replay);
  try {
    const result = await grade();
    const again = await grade();
    const problems = [...subject.problems, ...gradeProblems(kata, subject, result)];
    const difference = firstDifference(result, again);
    if (difference !== undefined) problems.push(`two gradings differ in ${difference}`);
    for (const scenario of result.scenarios) {
      const { story } = scenario;
      if (story === undefined) continue;
      const replayed = await grade(story.replay);
      problems.push(...replayProblems(scenario, replayed));
    }
    return { kata: kata.slug, kind, name, seen: seenIn(subject, result), problems };
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    const problem =
      error instanceof GraderError
        ? `${error.code}: ${error.message}`
        : `the grader failed: ${String(error)}`;
    return { kata: kata.slug, kind, name, seen: "", problems: [...subject.problems, problem] };
  }
}

function gradeOnce(
  kata: KataDefinition,
  submission: Submission,
  { gradeKata, hosts, signal }: CheckOptions,
  replay: string | undefined,
): Promise<KataResult> {
  const { files, hasHidden } = scenarioFilesOf(kata, { hidden: true });
  return gradeKata(kata, submission, {
    scenarioFiles: files,
    hidden: hasHidden,
    ...(replay !== undefined && { replay }),
    ...(hosts !== undefined && { hosts }),
    ...(signal !== undefined && { signal }),
  });
}

function gradeProblems(
  kata: KataDefinition,
  subject: Subject,
  result: KataResult,
): readonly string[] {
  switch (subject.kind) {
    case "stub":
      return stubProblems(result);
    case "reference":
      return [...correctProblems(result), ...rubricProblems(kata, result)];
    case "alternative":
      return correctProblems(result);
    case "mutant":
      return subject.header === undefined ? [] : mutantProblems(kata, subject.header, result);
  }
}

/** Whether a replay shows the failure that it was printed for: the same verdict, bug and story. */
function replayProblems(scenario: ScenarioResult, replayed: KataResult): readonly string[] {
  const { id, verdict, bugClass, got, story } = scenario;
  const again = replayed.scenarios.find((one) => one.id === id);
  const about = `replay ${story?.replay}`;
  if (again === undefined) return [`${about} runs nothing`];
  if (again.verdict !== verdict) return [`${about} gives ${again.verdict} instead of ${verdict}`];
  const difference = firstDifference(
    { bugClass, got, rows: story?.rows },
    { bugClass: again.bugClass, got: again.got, rows: again.story?.rows },
  );
  return difference === undefined ? [] : [`${about} differs in ${difference}`];
}

function seenIn(subject: Subject, { earned, points, scenarios, rubric }: KataResult): string {
  const score = `${earned}/${points}`;
  if (subject.kind !== "mutant" || subject.header === undefined) return score;
  const { killedBy } = subject.header;
  const killer = scenarios.find(({ id }) => id === killedBy);
  const reason = rubric.find(({ id }) => id === killedBy)?.reason;
  const words = killer === undefined ? [reason] : [killer.verdict, killer.bugClass];
  return [killedBy, ...words, score].filter((word) => word !== undefined).join(" ");
}

/** Where two values of plain data differ first: `scenarios.3.evidence.states: 12 and 14`. */
function firstDifference(a: unknown, b: unknown): string | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return `: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const rest = firstDifference(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
    );
    if (rest !== undefined) return rest.startsWith(":") ? `${key}${rest}` : `${key}.${rest}`;
  }
  return ": the order of their fields";
}
