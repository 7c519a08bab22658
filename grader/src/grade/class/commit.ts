/** The files of a commit, read as git objects: nothing is checked out, run, fetched or followed. */
import { join } from "node:path";
import { decode, type Kind } from "../_read-source.ts";
import type { SourceTree } from "../_source-tree.ts";
import { GraderError } from "../error.ts";
import { LIMITS } from "../intake.ts";
import { oneLine } from "../text.ts";
import { type ObjectStore, openObjects } from "./objects.ts";
import { findClone, resolveRevision } from "./revision.ts";

/** A commit, and the part of its files that was asked for. */
export interface Commit {
  /** Its whole hash, which vouches for all that is read of it. */
  readonly hash: string;
  readonly tree: SourceTree;
}

/** What to read, and where to work. */
export interface CommitOptions {
  /** A hash, `HEAD`, a branch or a tag. */
  readonly revision: string;
  /** Folders of the tree, as paths with slashes; nothing beside them is looked at. */
  readonly folders: readonly string[];
  /** A folder of ours in which git may think that it is at home. */
  readonly scratch: string;
}

/** One entry of a tree. */
interface Entry {
  readonly kind: Kind;
  readonly hash: string;
}

/** Entries of all folders together, bytes of one level of them, and how deep they may be. */
const MOST = { entries: 20_000, treeBytes: 8 * 1024 * 1024, depth: 20, fetched: 64 * 1024 * 1024 };

/**
 * Opens the commit that `revision` means in the clone `root`.
 *
 * @throws GraderError `E_BAD_SUBMISSION`, or `E_NO_GIT`
 */
export function openCommit(root: string, { revision, folders, scratch }: CommitOptions): Commit {
  const clone = findClone(root);
  const named = resolveRevision(clone, revision, root);
  const where = `commit ${oneLine(revision, 80)} of ${oneLine(root)}`;
  const store = openObjects(join(clone.common, "objects"), join(scratch, "git"), where);
  const hash = store.commit(named);
  const entries = readTrees(store, hash, { folders, where });
  const contents = readFiles(store, entries);
  return {
    hash,
    tree: {
      where: `commit ${hash.slice(0, 10)} of ${root}`,
      kindOf: (path) => (path === "" ? "folder" : entries.get(path)?.kind),
      entries(path) {
        const prefix = `${path}/`;
        return [...entries]
          .filter(([name]) => name.startsWith(prefix) && !name.includes("/", prefix.length))
          .map(([name, { kind }]) => ({ name: name.slice(prefix.length), kind }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      },
      read: (path, file, limit) => decode(contents(entries.get(path)!.hash, limit), file, limit),
    },
  };
}

/** Everything in and above `folders`, level by level. */
function readTrees(
  store: ObjectStore,
  commit: string,
  { folders, where }: { readonly folders: readonly string[]; readonly where: string },
): ReadonlyMap<string, Entry> {
  const [, root] =
    /^tree ([0-9a-f]{40})\n/.exec(
      store.read([commit], MOST.treeBytes).get(commit)?.bytes.toString("latin1") ?? "",
    ) ?? [];
  const entries = new Map<string, Entry>();
  let level = new Map(root === undefined ? [] : [["", root]]);
  for (let depth = 0; level.size > 0; depth++) {
    const next = new Map<string, string>();
    const trees = store.read([...new Set(level.values())], MOST.treeBytes);
    for (const [folder, hash] of level) {
      for (const [name, entry] of entriesIn(trees.get(hash)?.bytes ?? Buffer.alloc(0))) {
        const path = folder === "" ? name : `${folder}/${name}`;
        if (!folders.some((wanted) => isOnTheWay(path, wanted))) continue;
        entries.set(path, entry);
        if (entry.kind === "folder") next.set(path, entry.hash);
      }
    }
    if (entries.size > MOST.entries || depth > MOST.depth) {
      throw new GraderError("E_BAD_SUBMISSION", `${where} holds too many files: check the clone`);
    }
    level = next;
  }
  return entries;
}

/** True for what is above or below a folder, or is it. */
function isOnTheWay(path: string, folder: string): boolean {
  return `${folder}/`.startsWith(`${path}/`) || path.startsWith(`${folder}/`);
}

/** `<mode> <name>\0<20 bytes>`, again and again. */
function* entriesIn(tree: Buffer): Generator<readonly [string, Entry]> {
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(" ", at);
    const end = tree.indexOf(0, space);
    if (space === -1 || end === -1) return;
    const kind = kindOfMode(tree.toString("latin1", at, space));
    const hash = tree.toString("hex", end + 1, end + 21);
    yield [tree.toString("utf8", space + 1, end), { kind, hash }];
    at = end + 21;
  }
}

function kindOfMode(mode: string): Kind {
  if (mode.startsWith("100")) return "file";
  return mode === "40000" ? "folder" : mode === "120000" ? "link" : "special";
}

/** What files hold: the modules of ordinary size are fetched at once, others when they are asked for. */
function readFiles(
  store: ObjectStore,
  entries: ReadonlyMap<string, Entry>,
): (hash: string, limit: number) => Buffer {
  const modules = [...entries]
    .filter(([path, { kind }]) => kind === "file" && path.endsWith(".ts"))
    .map(([, { hash }]) => hash);
  const sizes = modules.length === 0 ? new Map<string, number>() : store.sizes(modules);
  let left = MOST.fetched;
  const first = [...sizes].filter(([, size]) => {
    if (size > LIMITS.bytes || size > left) return false;
    left -= size;
    return true;
  });
  const hashes = first.map(([hash]) => hash);
  const bytes = MOST.fetched - left;
  const found = new Map(hashes.length === 0 ? [] : store.read(hashes, bytes));
  return (hash, limit) => {
    const size = sizes.get(hash) ?? 0;
    if (size > limit) return Buffer.alloc(limit + 1);
    const object = found.get(hash) ?? store.read([hash], size).get(hash);
    return object?.bytes ?? Buffer.alloc(0);
  };
}
