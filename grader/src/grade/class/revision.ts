/** Finds out which commit a name means, without git and without the configuration of the clone. */
import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { kindOf, readSource } from "../_read-source.ts";
import { GraderError } from "../error.ts";
import { oneLine } from "../text.ts";

/** What is read of a clone, as far as it is no object. */
const LIMITS = { ref: 4096, packedRefs: 4 * 1024 * 1024, objects: 200_000, links: 5 };

/** True when `text` may name a commit: its hash, `HEAD`, a branch or a tag. */
export function isRevision(text: string): boolean {
  return (
    /^[A-Za-z0-9_][A-Za-z0-9._/+@-]{0,199}$/.test(text) &&
    !/\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)|[/.]$/.test(text)
  );
}

/** The parts of a clone that are read. */
export interface Clone {
  /** Where its `HEAD` is. */
  readonly head: string;
  /** Where its other refs are, and `objects/`. */
  readonly common: string;
}

/**
 * Finds the repository whose work tree is `root`: a clone, or a worktree that its repository knows.
 *
 * A `.git` that leads elsewhere could lend somebody else's commits, so only a worktree may do so, and
 * no link inside of `objects/` is accepted.
 *
 * @throws GraderError `E_BAD_SUBMISSION`
 */
export function findClone(root: string): Clone {
  const git = join(root, ".git");
  const kind = kindAt(git);
  if (kind === undefined) refuse(root, "is no clone: give a clone, or leave out the commit");
  if (kind === "folder") {
    requireOwnObjects(root, join(git, "objects"));
    return { head: git, common: git };
  }
  if (kind !== "file") refuse(root, `has a .git that is a ${kind}: clone it again`);
  const [, to] = /^gitdir: (.+)$/.exec(textOf(git)) ?? [];
  const head = resolve(root, to ?? "");
  const isWorktree =
    to !== undefined &&
    kindAt(join(head, "gitdir")) === "file" &&
    isSame(resolve(head, textOf(join(head, "gitdir"))), git) &&
    kindAt(join(head, "commondir")) === "file";
  if (!isWorktree) refuse(root, "has a .git that leads elsewhere: clone it again");
  const common = resolve(head, textOf(join(head, "commondir")));
  if (!isSame(dirname(dirname(head)), common)) {
    refuse(root, "has a .git that leads elsewhere: clone it again");
  }
  requireOwnObjects(root, join(common, "objects"));
  return { head, common };
}

/**
 * The hash that `revision` means in a clone: of a commit, of a tag, or the beginning of one.
 *
 * @throws GraderError `E_BAD_SUBMISSION`
 */
export function resolveRevision(clone: Clone, revision: string, where: string): string {
  if (/^[0-9a-f]{7,40}$/.test(revision)) return revision;
  const names =
    revision === "HEAD"
      ? ["HEAD"]
      : [`refs/tags/${revision}`, `refs/heads/${revision}`, `refs/remotes/origin/${revision}`];
  for (const name of names) {
    const found = follow(clone, name);
    if (found !== undefined) return found;
  }
  return refuse(where, `has no commit, branch or tag ${oneLine(revision, 80)}: fetch it first`);
}

function follow(clone: Clone, name: string): string | undefined {
  let ref = name;
  for (let i = 0; i < LIMITS.links; i++) {
    const text = looseRef(clone, ref) ?? packedRef(clone, ref);
    if (text === undefined || /^[0-9a-f]{40}$/.test(text)) return text;
    const [, next] = /^ref: (refs\/.+)$/.exec(text) ?? [];
    if (next === undefined || !isRevision(next)) return undefined;
    ref = next;
  }
  return undefined;
}

function looseRef({ head, common }: Clone, ref: string): string | undefined {
  const parts = ref.split("/");
  const root = ref === "HEAD" ? head : common;
  for (let i = 1; i < parts.length; i++) {
    if (kindAt(join(root, ...parts.slice(0, i))) !== "folder") return undefined;
  }
  const path = join(root, ...parts);
  return kindAt(path) === "file" ? textOf(path) : undefined;
}

function packedRef({ common }: Clone, ref: string): string | undefined {
  const path = join(common, "packed-refs");
  if (kindAt(path) !== "file") return undefined;
  const lines = textOf(path, LIMITS.packedRefs).split("\n");
  return lines.find((line) => line.slice(41) === ref)?.slice(0, 40);
}

/** Requires that a clone has its objects to itself: no links, and none borrowed from elsewhere. */
function requireOwnObjects(root: string, objects: string): void {
  if (kindAt(objects) !== "folder") refuse(root, "has no .git/objects of its own: clone it again");
  let seen = 0;
  const check = (folder: string, depth: number): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const kind = kindOf(entry);
      if (++seen > LIMITS.objects) refuse(root, "has too many objects: run git gc in it");
      if (kind === "folder" && depth > 0) check(join(folder, entry.name), depth - 1);
      else if (kind !== "file" && kind !== "folder") {
        refuse(root, "has a link in its .git/objects: clone it again");
      }
    }
  };
  check(objects, 1);
  if (kindAt(join(objects, "info", "alternates")) !== undefined) {
    refuse(
      root,
      "borrows objects of another repository: run git repack -ad in it, or clone it again",
    );
  }
}

function kindAt(path: string): ReturnType<typeof kindOf> | undefined {
  try {
    return kindOf(lstatSync(path));
  } catch {
    return undefined;
  }
}

/** True when two paths lead to one place; links on the way there count as what they lead to. */
function isSame(a: string, b: string): boolean {
  try {
    return basename(a) === basename(b) && realpathSync(dirname(a)) === realpathSync(dirname(b));
  } catch {
    return false;
  }
}

function textOf(path: string, limit = LIMITS.ref): string {
  return readSource(path, ".git", limit).trimEnd();
}

function refuse(where: string, what: string): never {
  throw new GraderError("E_BAD_SUBMISSION", `${oneLine(where)} ${what}`);
}
