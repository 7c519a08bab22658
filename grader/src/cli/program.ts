import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { GraderError } from "../grade/error.ts";
import type { Io } from "./io.ts";

const FORMATS = ["summary", "annotations", "classroom", "classroom50"] as const;

const ISOLATIONS = ["bubblewrap", "compartment"] as const;

/** What stands between a submission and the machine. */
export type Isolation = (typeof ISOLATIONS)[number];

/** A form of the result for what runs on a push. */
export type Format = (typeof FORMATS)[number];

/**
 * The `katas` command line. Each command reports its exit code to `exit`; what a command needs is
 * loaded when it runs.
 */
export function createProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command("katas")
    .description("Runs and grades concurrency katas: every interleaving, not a lucky one.")
    .version(graderVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => {} })
    .usage("<command> [options]")
    .argument("[command]")
    .action((name: string | undefined) => {
      const known = program.commands.map((command) => command.name()).join(", ");
      const what = name === undefined ? "no command given" : `there is no command "${name}"`;
      throw new GraderError("E_BAD_FLAG", `${what}; there is ${known}: see katas --help`);
    });

  program
    .command("grade")
    .description("Grade a submission: all katas of the course, or some of them.")
    .option("-s, --submission <path>", "what to grade (default: this working tree)", filled)
    .option("-k, --kata <name...>", "only these katas")
    .option("--only <id...>", "only these scenarios")
    .option("--no-hidden", "without the hidden scenarios, where they are present")
    .option("--pack <file>", "with the hidden scenarios of FILE, which katas pack made", filled)
    .option("-j, --jobs <n>", "host processes at once (default: one per processor)", jobs)
    .option("--json <file>", "write the result to FILE as well; - prints it instead", filled)
    .option("--certificates <folder>", "write a certificate of each scenario that passes", filled)
    .addOption(
      new Option("--format <name...>", "print the result for a platform instead").choices(FORMATS),
    )
    .option("--out <folder>", "write the files of --format there, and print as usual", filled)
    .addOption(isolation("compartment"))
    .addHelpText(
      "after",
      `
PATH is a repository with katas/<name>/src, a folder with <name>/src, or, with one --kata, a file
that stands for its src/index.ts. Nothing else of it is read, and given/ comes from the course.

Formats: summary is a job summary of GitHub Actions, annotations are workflow commands, classroom is
what classroom-resources/autograding-grading-reporter reads, classroom50 the result.json of
Classroom 50. In --out they are summary.md, annotations.txt, classroom-<kata>.json and result.json.

Exit code: 0 every scenario that ran passes and no points are lost, 1 some are, 2 wrong use,
130 interrupted. Hidden scenarios that are not here, or not among --only, earn nothing and cost
nothing.`,
    )
    .action(async (flags: GradeFlags) => exit(await (await import("./grade.ts")).grade(flags, io)));

  program
    .command("test")
    .description("Test the kata in whose folder this is typed: what `npm test -w kata-x` runs.")
    .option("-k, --kata <name>", "another kata", filled)
    .option("--only <id...>", "only these scenarios")
    .option("--replay <id>", "run the schedule of a failure again, and no other", filled)
    .option("-t, --testNamePattern <pattern>", "only tests whose name matches", filled)
    .option("-w, --watch", "run again whenever a file is saved")
    .option("--explain", "print what each scenario checks, and run nothing")
    .option("--no-hidden", "without the hidden scenarios, where they are present")
    .option("-j, --jobs <n>", "host processes at once (default: one per processor)", jobs)
    .addHelpText("after", "\nExit code: 0 all tests pass, 1 some do not, 2 wrong use.")
    .action(async (flags: TestFlags) => exit(await (await import("./test.ts")).test(flags, io)));

  program
    .command("replay")
    .description("Run one schedule of a kata again, as printed below a failure.")
    .argument("<kata>", "name of the kata")
    .argument("<id>", "replay id, such as T2:BgEzk1gBAA")
    .option("-s, --submission <path>", "what to run it on (default: this working tree)", filled)
    .option("--no-hidden", "without the hidden scenarios, where they are present")
    .addHelpText("after", "\nExit code: 0 it passes now, 1 it still fails, 2 wrong use.")
    .action(async (kata: string, id: string, flags: ReplayFlags) =>
      exit(await (await import("./replay.ts")).replay(kata, id, flags, io)),
    );

  program
    .command("verify")
    .description("Check certificates: run everything that they record again, and look for gaps.")
    .argument("<file...>", "what `katas grade --certificates` wrote")
    .option("-s, --submission <path>", "what they are about (default: this working tree)", filled)
    .addHelpText("after", "\nExit code: 0 they hold, 1 one does not, 2 wrong use.")
    .action(async (files: readonly string[], flags: VerifyFlags) =>
      exit(await (await import("./verify.ts")).verify(files, flags, io)),
    );

  program
    .command("hint")
    .description("Print a hint for the kata in whose folder this is typed.")
    .argument("[level]", "1 is a question, 2 a direction, 3 nearly the solution", "1")
    .option("-k, --kata <name>", "another kata", filled)
    .action(async (level: string, flags: HintFlags) =>
      exit(await (await import("./hint.ts")).hint(level, flags, io)),
    );

  program
    .command("predict")
    .description("Ask what a schedule will do, before anything is written.")
    .option("-k, --kata <name>", "another kata", filled)
    .option("-a, --answer <id=value...>", "answer without being asked; a value or its letter")
    .addHelpText("after", "\nExit code: 0 every answer is right, 1 one is not, 2 wrong use.")
    .action(async (flags: PredictFlags) =>
      exit(await (await import("./predict.ts")).predict(flags, io)),
    );

  program
    .command("pack")
    .description("Put the hidden scenarios of katas into one file, for katas grade --pack.")
    .argument("<file>", "the file to write")
    .option("-k, --kata <name...>", "only these katas")
    .option("--seal", "encrypt it with the key in KATAS_PACK_KEY")
    .addHelpText("after", "\nExit code: 0 it is written, 2 wrong use.")
    .action(async (file: string, flags: PackFlags) =>
      exit((await import("./pack.ts")).pack(file, flags, io)),
    );

  program
    .command("check")
    .description("Prove that the katas bite: stubs, references, alternatives and mutants.")
    .option("-k, --kata <name...>", "only these katas")
    .option("-j, --jobs <n>", "host processes at once (default: one per processor)", jobs)
    .option("--whole", "where processes are started, too: mutants in every scenario, all twice")
    .option("--json <file>", "write what was found to FILE as well; - prints it instead", filled)
    .addHelpText("after", "\nExit code: 0 everything holds, 1 something does not, 2 wrong use.")
    .action(async (flags: CheckFlags) => exit(await (await import("./check.ts")).check(flags, io)));

  program
    .command("class")
    .description("Grade the submissions of a whole class; after a kill, the same command goes on.")
    .argument("<class>", "a folder with a submission in each folder, or a roster (CSV)")
    .option("-o, --out <folder>", "where all results go", filled)
    .option("-k, --kata <name...>", "only these katas")
    .option("--at <commit>", "read every clone at this commit, as HEAD (default: as it lies there)")
    .option("--no-hidden", "without the hidden scenarios, where they are present")
    .option("--pack <file>", "with the hidden scenarios of FILE, which katas pack made", filled)
    .addOption(isolation("bubblewrap"))
    .option("-j, --jobs <n>", "gradings at once (default: one per processor)", jobs)
    .option(
      "--shard <i/n>",
      "grade only the i-th of n shares; katas merge puts them together",
      shard,
    )
    .option("--retry", "also grade what the grader did not survive")
    .option("--plan", "say what is to be done and how long it takes, and grade nothing")
    .option("--compare <file>", "an earlier results.json (default: the one in --out)", filled)
    .option("--accept-lower", "write the results although a grade has fallen")
    .addHelpText(
      "after",
      `
A roster has the columns student and path, and as wanted commit, due and submitted. Of a submission
only the .ts files below src/ of each kata are read, never by following a link, and nothing else of
it is looked at or run.

Submissions run inside bubblewrap, which keeps them from files, network and other processes of this
machine; see katas doctor. Where there is none, only --isolation compartment grades: the submissions
are then kept by the grader's own compartment alone.

Exit code: 0 the class is graded, whatever the grades, 1 a grade has fallen or something could not
be graded, 2 wrong use, 130 interrupted.`,
    )
    .action(async (path: string, flags: ClassFlags) =>
      exit(await (await import("./class.ts")).gradeWholeClass(path, flags, io)),
    );

  program
    .command("merge")
    .description("Put together what katas class --shard graded on several machines.")
    .argument("<part...>", "the part-i-of-n.json of every shard, or folders that hold them")
    .option("-o, --out <folder>", "where all results go", filled)
    .option("--compare <file>", "an earlier results.json (default: the one in --out)", filled)
    .option("--accept-lower", "write the results although a grade has fallen")
    .addHelpText("after", "\nExit code: as katas class.")
    .action(async (paths: readonly string[], flags: MergeFlags) =>
      exit((await import("./merge.ts")).merge(paths, flags, io)),
    );

  program
    .command("doctor")
    .description("Say what this machine can do, and how to make it do more.")
    .addHelpText("after", "\nExit code: 0 it can grade a class, 1 something is missing for that.")
    .action(async () => exit((await import("./doctor.ts")).doctor(io)));

  return program;
}

/** What `katas grade` was told. */
export interface GradeFlags {
  readonly submission?: string;
  readonly kata?: readonly string[];
  readonly only?: readonly string[];
  readonly hidden: boolean;
  readonly jobs?: number;
  readonly json?: string;
  readonly certificates?: string;
  readonly format?: readonly Format[];
  readonly out?: string;
  readonly pack?: string;
  readonly isolation: Isolation;
}

/** What `katas pack` was told. */
export interface PackFlags {
  readonly kata?: readonly string[];
  readonly seal?: true;
}

/** What `katas test` was told. */
export interface TestFlags {
  readonly kata?: string;
  readonly only?: readonly string[];
  readonly replay?: string;
  readonly testNamePattern?: string;
  readonly watch?: true;
  readonly explain?: true;
  readonly hidden: boolean;
  readonly jobs?: number;
}

/** What `katas replay` was told. */
export interface ReplayFlags {
  readonly submission?: string;
  readonly hidden: boolean;
}

/** What `katas verify` was told. */
export interface VerifyFlags {
  readonly submission?: string;
}

/** What `katas hint` was told. */
export interface HintFlags {
  readonly kata?: string;
}

/** What `katas predict` was told. */
export interface PredictFlags {
  readonly kata?: string;
  readonly answer?: readonly string[];
}

/** What `katas check` was told. */
export interface CheckFlags {
  readonly kata?: readonly string[];
  readonly jobs?: number;
  readonly whole?: boolean;
  readonly json?: string;
}

/** How grades are compared with earlier ones. */
export interface CompareFlags {
  readonly compare?: string;
  readonly acceptLower?: true;
}

/** What `katas class` was told. */
export interface ClassFlags extends CompareFlags {
  readonly out?: string;
  readonly kata?: readonly string[];
  readonly at?: string;
  readonly hidden: boolean;
  readonly pack?: string;
  readonly isolation: Isolation;
  readonly retry?: true;
  readonly jobs?: number;
  readonly shard?: { readonly shard: number; readonly of: number };
  readonly plan?: true;
}

/** What `katas merge` was told. */
export interface MergeFlags extends CompareFlags {
  readonly out?: string;
}

/** The version of this package. */
export function graderVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function filled(value: string): string {
  if (value === "") throw new InvalidArgumentError("It is empty.");
  return value;
}

function isolation(usual: Isolation): Option {
  return new Option("--isolation <how>", "what keeps a submission from this machine")
    .choices(ISOLATIONS)
    .default(usual);
}

function jobs(value: string): number {
  if (!/^[1-9]\d?$/.test(value) || Number(value) > 64) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 64.");
  }
  return Number(value);
}

function shard(value: string): { readonly shard: number; readonly of: number } {
  const [, i, n] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(value) ?? [];
  if (i === undefined || Number(i) > Number(n) || Number(n) > 256) {
    throw new InvalidArgumentError("It must be i/n with i from 1 to n, and n at most 256.");
  }
  return { shard: Number(i), of: Number(n) };
}
