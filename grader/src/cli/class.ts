import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { classResult } from "../grade/class/assemble.ts";
import { estimateFrom } from "../grade/class/estimate.ts";
import { type ClassJob, gradeClass, MOST_DEATHS } from "../grade/class/grade-class.ts";
import { openJournal, type Journal } from "../grade/class/journal.ts";
import { isRevision } from "../grade/class/revision.ts";
import { GraderError } from "../grade/error.ts";
import type { prepareHosts } from "../grade/grade-kata.ts";
import { scenarioFilesOf } from "../grade/kata.ts";
import type { KataResult } from "../grade/result.ts";
import { oneLine } from "../grade/text.ts";
import { usefulHosts } from "../runtime/launch.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import { toJson } from "../report/index.ts";
import { chooseKatas } from "./_choose.ts";
import { earlierResult } from "./_class-compare.ts";
import { KNOWN, requireClassFolder } from "./_class-folder.ts";
import { alikeIn } from "./_class-alike.ts";
import { gradesOf } from "./_class-grades.ts";
import { planClass, type ClassPlan } from "./_class-jobs.ts";
import { planText } from "./_class-plan.ts";
import { classProgress } from "./_class-progress.ts";
import { sandboxFor } from "./_isolation.ts";
import { withPack } from "./_packs.ts";
import { writeClass } from "./_class-results.ts";
import { writeWhole } from "./_write-file.ts";
import type { Io } from "./io.ts";
import type { ClassFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas class`: grades every submission of a class and writes what came out. Returns the exit code. */
export async function gradeWholeClass(path: string, flags: ClassFlags, io: Io): Promise<number> {
  if (flags.pack === undefined) return gradeStudents(path, flags, io);
  if (!flags.hidden) {
    throw new GraderError("E_BAD_FLAG", "--pack and --no-hidden exclude each other: give one");
  }
  const { courseRoot, katas } = chooseKatas(io, flags.kata);
  const where = { courseRoot, slugs: katas.map(({ slug }) => slug) };
  return withPack(flags.pack, where, io, () => gradeStudents(path, flags, io));
}

async function gradeStudents(path: string, flags: ClassFlags, io: Io): Promise<number> {
  const choice = chooseKatas(io, flags.kata);
  if (flags.at !== undefined && !isRevision(flags.at)) {
    throw new GraderError(
      "E_BAD_FLAG",
      `--at ${oneLine(flags.at, 60)} is neither a commit nor a branch or tag: try --at HEAD`,
    );
  }
  const lanes = flags.jobs ?? usefulHosts();
  const asked = {
    path: resolve(io.cwd, path),
    choice,
    hidden: flags.hidden,
    at: flags.at,
    shard: flags.shard ?? { shard: 1, of: 1 },
  };
  if (flags.plan === true) return printPlan(asked, { lanes, flags }, io);

  const sandbox = sandboxFor(flags.isolation, io);
  const out = requireClassFolder(flags.out, io);
  const earlier = earlierResult(out, flags, io);
  const journal = openJournal(join(out, KNOWN.journal));
  try {
    const plan = await planClass({ ...asked, scratch: out }, io);
    const jobs = jobsOf(plan);
    const retry = flags.retry === true;
    const failed = await gradeAll(
      jobs,
      { journal, lanes, hidden: flags.hidden, retry, sandbox },
      io,
    );
    const known = { get: (key: string) => journal.get(key), failed };
    const grades = gradesOf(plan, known, await alikeIn(plan, choice.courseRoot, io));
    for (const { key, student, kata } of jobs) {
      const why = failed.get(key);
      if (why !== undefined)
        io.stderr.write(`katas: ${student} ${kata.slug} is not graded: ${why}\n`);
    }
    if (flags.shard === undefined) {
      const result = classResult(grades);
      const code = writeClass(
        { out, result, earlier, acceptLower: flags.acceptLower === true },
        io,
      );
      return failed.size > 0 ? EXIT.failed : code;
    }
    const { shard, of } = flags.shard;
    const file = `part-${shard}-of-${of}.json`;
    const part = { schema: "concurrency-katas/class-part/v1", shard, of, ...grades } as const;
    writeWhole(join(out, file), toJson(part));
    io.stdout.write(
      `katas class: shard ${shard} of ${of} is in ${file}; katas merge puts all together\n`,
    );
    return failed.size > 0 ? EXIT.failed : EXIT.passed;
  } finally {
    rmSync(join(out, "clones"), { recursive: true, force: true });
    journal.close();
  }
}

/** Everything that this machine is to grade, kata by kata: what a kata needs is made once. */
function jobsOf({ katas, rows }: ClassPlan): readonly ClassJob[] {
  return katas.flatMap((_, column) => rows.flatMap((row) => row[column]?.job ?? []));
}

interface Grading {
  readonly journal: Journal;
  readonly lanes: number;
  readonly hidden: boolean;
  readonly retry: boolean;
  readonly sandbox: Sandbox | undefined;
}

async function gradeAll(
  jobs: readonly ClassJob[],
  { journal, lanes, hidden, retry, sandbox }: Grading,
  io: Io,
): Promise<ReadonlyMap<string, string>> {
  const progress = classProgress(jobs, journal, lanes, io);
  const prepared = new Map<string, ReturnType<typeof prepareHosts> | undefined>();
  const grade = async (
    { kata, submission }: ClassJob,
    lane: number,
    signal: AbortSignal,
  ): Promise<KataResult> => {
    const { files, hasHidden } = scenarioFilesOf(kata, { hidden });
    if (!prepared.has(kata.slug)) prepared.set(kata.slug, io.prepareHosts?.(files));
    const own = await prepared.get(kata.slug);
    return io.gradeKata(kata, submission, {
      scenarioFiles: files,
      hidden: hasHidden,
      ...(own !== undefined && { prepared: own }),
      // Many submissions are graded faster side by side, on one host each.
      hosts: 1,
      firstCpu: lane,
      ...(sandbox !== undefined && { sandbox }),
      signal,
    });
  };
  try {
    const failed = await gradeClass(jobs, {
      journal,
      lanes,
      grade,
      ...(retry && { mostDeaths: Infinity }),
      ...progress,
      signal: io.signal,
    });
    return new Map([...fatal(jobs, journal), ...failed]);
  } catch (error) {
    if (io.signal.aborted) {
      progress.clear();
      const done = jobs.filter(({ key }) => journal.get(key) !== undefined).length;
      io.stderr.write(
        `katas: stopped after ${done} of ${jobs.length} gradings; the same command goes on from there\n`,
      );
    }
    throw error;
  } finally {
    progress.clear();
  }
}

/** What was not graded because the grader did not survive it. */
function fatal(
  jobs: readonly ClassJob[],
  journal: Journal,
): readonly (readonly [string, string])[] {
  return jobs
    .filter(({ key }) => journal.get(key) === undefined && journal.deaths(key) >= MOST_DEATHS)
    .map(({ key }) => [
      key,
      `it was gone in the middle of this ${MOST_DEATHS} times, and does not begin again without --retry`,
    ]);
}

async function printPlan(
  asked: Omit<Parameters<typeof planClass>[0], "scratch">,
  { lanes, flags }: { readonly lanes: number; readonly flags: ClassFlags },
  io: Io,
): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), "katas-"));
  const file =
    flags.out === undefined ? undefined : join(resolve(io.cwd, flags.out), KNOWN.journal);
  const journal = file !== undefined && existsSync(file) ? openJournal(file) : undefined;
  try {
    // All machines are planned, whichever this is.
    const plan = await planClass({ ...asked, shard: { shard: 1, of: 1 }, scratch }, io);
    io.stdout.write(
      planText(plan, {
        lanes,
        of: flags.shard?.of ?? 1,
        isDone: (key) => journal?.get(key) !== undefined,
        estimate: estimateFrom(journal?.entries() ?? []),
      }),
    );
    return EXIT.passed;
  } finally {
    journal?.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
