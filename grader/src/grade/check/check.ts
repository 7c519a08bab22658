import { existsSync } from "node:fs";
import { join } from "node:path";
import { GraderError } from "../error.ts";
import type { prepareHosts } from "../grade-kata.ts";
import type { GradeOptions } from "../grade-options.ts";
import type { Submission } from "../intake.ts";
import { scenarioFilesOf, type KataDefinition } from "../kata.ts";
import type { KataResult, ScenarioResult } from "../result.ts";
import { usefulHosts } from "../../runtime/launch.ts";
import { fileProblems } from "./_files.ts";
import { inLanes } from "../lanes.ts";
import { noteProblems } from "./_notes.ts";
import { subjectsOf, type Subject } from "./subjects.ts";
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
  /** Bundles the grader's own modules once for all gradings of a kata. */
  readonly prepareHosts?: typeof prepareHosts;
  /** Host processes at once. */
  readonly hosts?: number;
  /** Where processes are started, too: mutants in every scenario, alternatives twice. */
  readonly whole?: boolean;
  /** Told what is being graded. */
  readonly onStart?: (kata: string, kind: CheckItem["kind"], name: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Proves that a kata's tests bite, item by item: its files are all there; the stub fails cleanly and
 * earns nothing; the reference and every alternative earn everything; every mutant falls by the
 * scenario, the verdict and the diagnosis that its header names, and not by stress alone. Every
 * grading gives the same result twice, and every replay id that it prints reproduces its failure.
 *
 * Starting processes takes ten times as long as all else. Where a kata does, of a mutant only that
 * scenario is run, and an alternative is graded once, unless `whole` is asked for.
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

  const { files, hasHidden } = scenarioFilesOf(kata, { hidden: true });
  const prepared = await options.prepareHosts?.(files);
  const grading: GradeOptions = {
    scenarioFiles: files,
    hidden: hasHidden,
    ...(prepared !== undefined && { prepared }),
    ...(options.hosts !== undefined && { hosts: options.hosts }),
    ...(options.signal !== undefined && { signal: options.signal }),
  };
  const subjects = subjectsOf(kata, options.courseRoot);
  // Many submissions are graded faster side by side, on one host each, than one after the other on all of them.
  yield* inLanes(subjects, options.hosts ?? usefulHosts(), (subject, lane) => {
    options.signal?.throwIfAborted();
    options.onStart?.(kata.slug, subject.kind, subject.name);
    const grade: Grade = (part) =>
      options.gradeKata(kata, subject.submission, {
        ...grading,
        ...part,
        hosts: 1,
        firstCpu: lane,
      });
    return checkSubject(kata, subject, grade, options);
  });
}

/** Grades one subject: all of it, some scenarios, or one schedule. */
type Grade = (part?: Pick<GradeOptions, "only" | "replay">) => Promise<KataResult>;

async function checkSubject(
  kata: KataDefinition,
  subject: Subject,
  grade: Grade,
  { whole = false, signal }: CheckOptions,
): Promise<CheckItem> {
  const item = { kata: kata.slug, kind: subject.kind, name: subject.name };
  try {
    const isCostly = !whole && kata.engines.includes("processes");
    const killer = isCostly ? killerOf(kata, subject) : undefined;
    const result = await grade(killer === undefined ? undefined : { only: [killer] });
    const problems = [
      ...subject.problems,
      ...gradeProblems(kata, subject, result),
      ...(isCostly && subject.kind === "alternative" ? [] : await repeat(subject, result, grade)),
    ];
    for (const scenario of result.scenarios) {
      const { replay } = scenario.story ?? scenario.timeline ?? {};
      if (replay === undefined) continue;
      problems.push(...replayProblems(scenario, await grade({ replay })));
    }
    return { ...item, seen: seenIn(subject, result, killer !== undefined), problems };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const problem =
      error instanceof GraderError
        ? `${error.code}: ${error.message}`
        : `the grader failed: ${String(error)}`;
    return { ...item, seen: "", problems: [...subject.problems, problem] };
  }
}

/** The scenario that a mutant falls by; a derived item has none of its own. */
function killerOf({ rubric }: KataDefinition, subject: Subject): string | undefined {
  if (subject.kind !== "mutant") return undefined;
  const killedBy = subject.header?.killedBy ?? "";
  return rubric.some(({ scenarios }) => scenarios.includes(killedBy)) ? killedBy : undefined;
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

/**
 * Grades a second time: both results must be equal byte by byte. What passes in a mutant says nothing that the
 * reference does not say, so of a mutant that fails only the scenarios that fail are run again.
 */
async function repeat(
  { kind }: Subject,
  result: KataResult,
  grade: Grade,
): Promise<readonly string[]> {
  const only = result.scenarios.filter(({ verdict }) => verdict !== "pass").map(({ id }) => id);
  const isPart = kind === "mutant" && only.length > 0;
  const again = await grade(isPart ? { only } : undefined);
  const difference = isPart
    ? firstDifference(partOf(result, only), partOf(again, only))
    : firstDifference(result, again);
  return difference === undefined ? [] : [`two gradings differ in ${difference}`];
}

function partOf({ scenarios }: KataResult, ids: readonly string[]): object {
  return { scenarios: scenarios.filter(({ id }) => ids.includes(id)) };
}

/** Whether a replay shows the failure that it was printed for: the same verdict, bug and story. */
function replayProblems(scenario: ScenarioResult, replayed: KataResult): readonly string[] {
  const { id, verdict, bugClass, got } = scenario;
  const again = replayed.scenarios.find((one) => one.id === id);
  const about = `replay ${(scenario.story ?? scenario.timeline)?.replay}`;
  if (again === undefined) return [`${about} runs nothing`];
  if (again.verdict !== verdict) return [`${about} gives ${again.verdict} instead of ${verdict}`];
  const difference = firstDifference(
    { bugClass, got, rows: rowsOf(scenario) },
    { bugClass: again.bugClass, got: again.got, rows: rowsOf(again) },
  );
  return difference === undefined ? [] : [`${about} differs in ${difference}`];
}

function rowsOf({ story, timeline }: ScenarioResult): object | undefined {
  return (story ?? timeline)?.rows;
}

function seenIn(
  subject: Subject,
  { earned, points, scenarios, rubric }: KataResult,
  isPart: boolean,
): string {
  const score = isPart ? undefined : `${earned}/${points}`;
  if (subject.kind !== "mutant" || subject.header === undefined) return score ?? "";
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
