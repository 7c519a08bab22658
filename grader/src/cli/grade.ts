import { resolve } from "node:path";
import type { CertifiedScenario } from "../grade/certify.ts";
import { GraderError } from "../grade/error.ts";
import { isSingleFile, readSubmission, type Submission } from "../grade/intake.ts";
import type { KataDefinition } from "../grade/kata.ts";
import type { KataResult } from "../grade/result.ts";
import { oneLine } from "../grade/text.ts";
import { isEarned, isUnrun, renderGrade, toJson } from "../report/index.ts";
import { gradeOne, gradeResult, ungraded } from "./_grading.ts";
import { requireFolder, writeCertificates } from "./_certificates.ts";
import { chooseKatas, requireScenarios, splitIds } from "./_choose.ts";
import { type Formatter, formatterOf } from "./_formats.ts";
import { sandboxFor } from "./_isolation.ts";
import { withPack } from "./_packs.ts";
import { requireResultFile, writeWhole } from "./_write-file.ts";
import { look, type Io } from "./io.ts";
import type { GradeFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas grade`: grades a submission and prints what it earned. Returns the exit code. */
export async function grade(flags: GradeFlags, io: Io): Promise<number> {
  if (flags.pack === undefined) return gradeAll(flags, io);
  if (!flags.hidden) {
    throw new GraderError("E_BAD_FLAG", "--pack and --no-hidden exclude each other: give one");
  }
  const { courseRoot, katas } = chooseKatas(io, flags.kata);
  const where = { courseRoot, slugs: katas.map(({ slug }) => slug) };
  return withPack(flags.pack, where, io, () => gradeAll(flags, io));
}

async function gradeAll(flags: GradeFlags, io: Io): Promise<number> {
  const { courseRoot, katas: named } = chooseKatas(io, flags.kata);
  const only = flags.only === undefined ? undefined : splitIds(flags.only);
  if (only !== undefined) requireScenarios(only, named);
  const katas = only === undefined ? named : named.filter((kata) => hasAny(kata, only));
  const path = flags.submission === undefined ? undefined : resolve(io.cwd, flags.submission);
  if (path !== undefined && isSingleFile(path)) requireOneKata(path, flags, katas);
  const sandbox = sandboxFor(flags.isolation, io);
  const file = requireResultFile(flags.json, io);
  const folder = requireFolder(flags.certificates, io);
  const formatters = requireFormatters(flags, katas.length, io);
  const out = requireFolder(flags.out, io);

  const submissions = readAll(path, katas, courseRoot);
  const results: KataResult[] = [];
  for (const [kata, submission] of submissions) {
    if (submission instanceof GraderError) {
      io.stderr.write(`katas: ${kata.slug} scores 0: ${oneLine(submission.message)}\n`);
      results.push(ungraded(kata, submission, flags.hidden));
      continue;
    }
    const ids = only?.filter((id) => hasAny(kata, [id]));
    const certified: CertifiedScenario[] = [];
    results.push(
      await gradeOne(
        kata,
        submission,
        {
          hidden: flags.hidden,
          ...(ids !== undefined && { only: ids }),
          ...(flags.jobs !== undefined && { hosts: flags.jobs }),
          ...(sandbox !== undefined && { sandbox }),
          ...(folder !== undefined && { onCertified: (one) => certified.push(one) }),
        },
        io,
      ),
    );
    if (folder !== undefined) await writeCertificates(folder, kata, submission, certified);
  }

  const name = [...submissions.values()].find((found) => !(found instanceof GraderError))!.name;
  const result = gradeResult(name, results);
  const json = toJson(result);
  const place = flags.submission === undefined ? {} : { submission: flags.submission };
  if (file !== undefined) writeWhole(file, json);
  const files = formatters.flatMap((formatter) => formatter(result, out ?? ""));
  const [first] = out === undefined ? files : [];
  if (out !== undefined) for (const { path, text } of files) writeWhole(path, text);
  if (first !== undefined) io.stdout.write(first.text);
  else io.stdout.write(flags.json === "-" ? json : renderGrade(result, { ...look(io), ...place }));

  return results.every(isPassed) ? EXIT.passed : EXIT.failed;
}

/** What makes the files of each `--format`; without `--out`, there is one file, and it is printed. */
function requireFormatters(
  { format = [], out, json }: GradeFlags,
  katas: number,
  io: Io,
): readonly Formatter[] {
  const refuse = (message: string): never => {
    throw new GraderError("E_BAD_FLAG", message);
  };
  const formats = [...new Set(format)];
  if (out !== undefined && formats.length === 0) refuse("--out needs a --format");
  if (out === undefined && formats.length > 0) {
    if (json === "-") refuse("--json - and --format both print: give --format an --out folder");
    if (formats.length > 1) refuse("several formats need an --out folder");
    if (formats[0] === "classroom" && katas > 1) {
      refuse("--format classroom is a file for each kata: give it an --out folder, or one --kata");
    }
  }
  return formats.map((name) => formatterOf(name, io));
}

/** True when every scenario that was run passes, and nothing that was run has cost points. */
function isPassed({ scenarios, rubric }: KataResult): boolean {
  return (
    scenarios.length > 0 &&
    scenarios.every(({ verdict }) => verdict === "pass") &&
    rubric.every((line) => isEarned(line) || isUnrun(line))
  );
}

function requireOneKata(path: string, flags: GradeFlags, katas: readonly KataDefinition[]): void {
  if (flags.kata !== undefined && katas.length === 1) return;
  throw new GraderError(
    "E_BAD_FLAG",
    `${oneLine(path)} is a file: say with one --kata which kata it is for`,
  );
}

/**
 * What was handed in for each kata, or why there is nothing. One bad kata of many does not stop the
 * others; where there is nothing to grade at all, the first reason is thrown.
 */
function readAll(
  path: string | undefined,
  katas: readonly KataDefinition[],
  courseRoot: string,
): ReadonlyMap<KataDefinition, Submission | GraderError> {
  const found = new Map<KataDefinition, Submission | GraderError>();
  for (const kata of katas) {
    try {
      found.set(kata, readSubmission(path, kata, courseRoot));
    } catch (error) {
      if (!(error instanceof GraderError)) throw error;
      found.set(kata, error);
    }
  }
  const all = [...found.values()];
  const [first] = all;
  if (first instanceof GraderError && all.every((one) => one instanceof GraderError)) throw first;
  return found;
}

function hasAny({ rubric }: KataDefinition, ids: readonly string[]): boolean {
  return rubric.some(({ scenarios }) => scenarios.some((id) => ids.includes(id)));
}
