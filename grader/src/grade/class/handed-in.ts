/** What the students of a class handed in, read. Nothing of it has run. */
import { existsSync } from "node:fs";
import { GraderError } from "../error.ts";
import { isSingleFile, readSubmission, readSubmissionTree, type Submission } from "../intake.ts";
import type { KataDefinition } from "../kata.ts";
import { oneLine } from "../text.ts";
import { type Commit, openCommit } from "./commit.ts";
import type { Student } from "./student.ts";

/** What one student handed in for one kata. */
export interface HandedIn {
  readonly student: Student;
  readonly kata: KataDefinition;
  /** The commit that it was read from. */
  readonly commit: string | undefined;
  /** The submission, or why there is none or none that can be taken. */
  readonly found: Submission | GraderError;
}

/** How submissions are read. */
export interface HandInOptions {
  readonly courseRoot: string;
  /** The commit of every student who has none of their own. */
  readonly at?: string;
  /** A folder of ours to work in. */
  readonly scratch: string;
}

/**
 * What a student handed in for each of `katas`. What cannot be taken is said in its place; it stops
 * nothing.
 *
 * @throws GraderError `E_NO_GIT`
 */
export function readHandedIn(
  student: Student,
  katas: readonly KataDefinition[],
  options: HandInOptions,
): readonly HandedIn[] {
  const source = attempt(() => sourceOf(student, katas, options));
  return katas.map((kata): HandedIn => {
    if (source instanceof GraderError) {
      return { student, kata, commit: undefined, found: source };
    }
    const found = attempt(() => named(student, source.read(kata)));
    return { student, kata, commit: source.commit, found };
  });
}

interface Source {
  readonly commit: string | undefined;
  read(kata: KataDefinition): Submission;
}

function sourceOf(
  { id, path, commit: own }: Student,
  katas: readonly KataDefinition[],
  { courseRoot, at, scratch }: HandInOptions,
): Source {
  if (path === undefined) throw new GraderError("E_NO_SUBMISSION", `${id} has no path`);
  if (!existsSync(path)) {
    throw new GraderError("E_NO_SUBMISSION", `${oneLine(path)} does not exist: check the path`);
  }
  if (isSingleFile(path) && katas.length !== 1) {
    throw new GraderError("E_BAD_SUBMISSION", `${oneLine(path)} is a file: choose its --kata`);
  }
  const revision = own ?? at;
  if (revision === undefined) {
    return { commit: undefined, read: (kata) => readSubmission(path, kata, courseRoot) };
  }
  const folders = katas.flatMap(({ slug }) => [`katas/${slug}/src`, `${slug}/src`]);
  const { hash, tree }: Commit = openCommit(path, { revision, folders, scratch });
  return { commit: hash, read: (kata) => readSubmissionTree(id, tree, kata) };
}

function named({ id }: Student, { files }: Submission): Submission {
  return { name: id, files };
}

function attempt<T>(work: () => T): T | GraderError {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GraderError) || error.code === "E_NO_GIT") throw error;
    return error;
  }
}
