import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { anyOf, oneLine } from "./text.ts";
import { type Kind, readSource, requireKind } from "./_read-source.ts";
import { diskTree, type SourceTree } from "./_source-tree.ts";
import { GraderError } from "./error.ts";
import type { KataDefinition } from "./kata.ts";

/** A student's code for one kata, read. Nothing of it has run. */
export interface Submission {
  /** Name of its folder or file, never a path. */
  readonly name: string;
  /**
   * The text of every module, by its path below the kata: `src/index.ts`. The student's are those
   * below `src/`; what is `given/` was read from the course, whatever the submission holds there.
   */
  readonly files: ReadonlyMap<string, string>;
}

/** What is read of one submission for one kata, at most. */
export const LIMITS = { files: 100, bytes: 256 * 1024, depth: 10, name: 200 };

/** What a submission is called that is the course's own `katas/`. */
const WORKING_TREE = "working tree";

/**
 * Reads what was handed in for `kata`: the regular `.ts` files below its `src/`.
 *
 * `path` is a repository with `katas/<slug>/src`, a folder with `<slug>/src`, or one file that
 * stands for the only editable file; without it, it is the course itself. The path may be reached
 * by links, but inside of it none is followed, and nothing besides `src/` is looked at.
 *
 * @throws GraderError `E_NO_SUBMISSION` if nothing is there for this kata, `E_BAD_SUBMISSION` if it
 * cannot be taken
 */
export function readSubmission(
  path: string | undefined,
  kata: KataDefinition,
  courseRoot: string,
): Submission {
  const root = resolve(path ?? courseRoot);
  const own = isSingleFile(root) ? readSingle(root, kata) : readTree(diskTree(root), kata);
  return {
    name: path === undefined ? WORKING_TREE : oneLine(basename(root), LIMITS.name),
    files: new Map([...own, ...readGiven(kata)]),
  };
}

/**
 * Reads what was handed in for `kata` from a tree, which is laid out as a folder is in
 * {@link readSubmission}.
 *
 * @throws GraderError `E_NO_SUBMISSION` or `E_BAD_SUBMISSION`
 */
export function readSubmissionTree(
  name: string,
  tree: SourceTree,
  kata: KataDefinition,
): Submission {
  return { name, files: new Map([...readTree(tree, kata), ...readGiven(kata)]) };
}

/** True when `path` is one file, which stands for the editable file of a kata. */
export function isSingleFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false; // it cannot be reached
  }
}

/** `submission` with the text of some files replaced: how mutants are laid over it. */
export function withFiles(
  submission: Submission,
  name: string,
  texts: ReadonlyMap<string, string>,
): Submission {
  return { name, files: new Map([...submission.files, ...texts]) };
}

/** The text of one file of the course, under the same limits as a submission's. */
export function readModule(path: string): string {
  return readSource(path, `${basename(dirname(path))}/${basename(path)}`, LIMITS.bytes);
}

function readSingle(file: string, kata: KataDefinition): ReadonlyMap<string, string> {
  const [only, ...others] = kata.editable;
  if (others.length > 0) {
    throw new GraderError(
      "E_BAD_SUBMISSION",
      `${oneLine(file)} is one file, and ${kata.slug} has ${anyOf(kata.editable)} to edit: ` +
        `give a folder with ${kata.slug}/src`,
    );
  }
  return new Map([[only!, readSource(file, file, LIMITS.bytes)]]);
}

function readTree(tree: SourceTree, kata: KataDefinition): ReadonlyMap<string, string> {
  const folder = [`katas/${kata.slug}`, kata.slug].find(
    (candidate) => tree.kindOf(`${candidate}/src`) !== undefined,
  );
  if (folder === undefined) {
    const why =
      tree.kindOf("") === undefined
        ? "does not exist"
        : `holds neither katas/${kata.slug}/src nor ${kata.slug}/src`;
    throw new GraderError("E_NO_SUBMISSION", `${oneLine(tree.where)} ${why}: check the path`);
  }
  // Each folder on the way down from the submission's root must be one itself.
  if (folder !== kata.slug) requireKind(tree.kindOf("katas"), "folder", "katas");
  requireKind(tree.kindOf(folder), "folder", kata.slug);
  requireKind(tree.kindOf(`${folder}/src`), "folder", `${kata.slug}/src`);

  const files = new Map<string, string>();
  let left = LIMITS.bytes;
  for (const file of sources({ tree, root: folder, slug: kata.slug }, "src", LIMITS.depth)) {
    if (files.size === LIMITS.files) {
      throw new GraderError(
        "E_BAD_SUBMISSION",
        `${kata.slug}/src holds more than ${LIMITS.files} .ts files: remove what is not needed`,
      );
    }
    const content = tree.read(`${folder}/${file}`, `${kata.slug}/${file}`, left);
    left -= Buffer.byteLength(content);
    files.set(file, content);
  }
  const missing = kata.editable.find((file) => !files.has(file));
  if (missing !== undefined) {
    throw new GraderError(
      "E_NO_SUBMISSION",
      `${kata.slug}/${missing} is missing in ${oneLine(tree.where)}: put your code there`,
    );
  }
  return files;
}

/** The folder of a kata in a tree. */
interface KataTree {
  readonly tree: SourceTree;
  readonly root: string;
  readonly slug: string;
}

/** The `.ts` files below `folder`, sorted. Other files are not looked at, whatever they are. */
function* sources(kata: KataTree, folder: string, depth: number): Generator<string> {
  const { tree, root, slug } = kata;
  const entries = tree
    .entries(`${root}/${folder}`)
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
  for (const { name, kind } of entries) {
    const path = `${folder}/${name}`;
    const isFolder = kind === "folder";
    if (!isFolder && !name.endsWith(".ts") && !isFolderLink(name, kind)) continue;
    requirePlainName(name, `${slug}/${folder}`);
    if (!isFolder) {
      requireKind(kind, "file", `${slug}/${path}`);
      yield path;
    } else if (depth > 0) {
      yield* sources(kata, path, depth - 1);
    } else {
      throw new GraderError(
        "E_BAD_SUBMISSION",
        `${slug}/${path} is more than ${LIMITS.depth} folders deep: move it up`,
      );
    }
  }
}

/** A link without an ending may be one to a folder of modules; it is refused rather than missed. */
function isFolderLink(name: string, kind: Kind): boolean {
  return kind === "link" && !name.includes(".");
}

function requirePlainName(name: string, where: string): void {
  if (/^[\w][\w.+@-]*$/.test(name) && name.length <= LIMITS.name) return;
  throw new GraderError(
    "E_BAD_SUBMISSION",
    `${where} holds a file named "${oneLine(name, 80)}": ` +
      "use letters, digits, dots, hyphens and underscores only",
  );
}

function readGiven(kata: KataDefinition): readonly (readonly [string, string])[] {
  return kata.given.map((file) => {
    const path = join(kata.folder, file);
    return [file, readSource(path, `katas/${kata.slug}/${file}`, LIMITS.bytes)];
  });
}
