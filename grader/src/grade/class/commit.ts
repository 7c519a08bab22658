/** The files of a commit, read as git objects: nothing is checked out, run, fetched or followed. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";
import { decode, type Kind } from "../_read-source.ts";
import type { SourceTree } from "../_source-tree.ts";
import { GraderError } from "../error.ts";
import { LIMITS } from "../intake.ts";
import { messageOf, oneLine } from "../text.ts";
import { findClone, resolveRevision } from "./revision.ts";

/** A commit, and the part of its files that was asked for. */
export interface Commit {
  /** Its whole hash. */
  readonly hash: string;
  readonly tree: SourceTree;
}

/** What to read, and where to work. */
export interface CommitOptions {
  /** A hash, `HEAD`, a branch or a tag. */
  readonly revision: string;
  /** Folders of the tree, as paths with slashes; nothing else of it is listed. */
  readonly folders: readonly string[];
  /** A folder of ours in which git may think that it is at home. */
  readonly scratch: string;
}

/** One entry of a tree. */
interface Entry {
  readonly kind: Kind;
  readonly hash: string;
  readonly bytes: number;
}

const MOST_LISTING = 4 * 1024 * 1024;
const MOST_FETCHED = 64 * 1024 * 1024;
const MILLISECONDS = 30_000;

/**
 * Opens the commit that `revision` means in the clone `root`.
 *
 * git runs in a repository of ours that borrows the clone's objects, so that the clone's
 * configuration, hooks, attributes, replacements and promised objects are never looked at.
 *
 * @throws GraderError `E_BAD_SUBMISSION`, or `E_NO_GIT`
 */
export function openCommit(root: string, { revision, folders, scratch }: CommitOptions): Commit {
  const clone = findClone(root);
  const home = join(scratch, "git");
  makeHome(home);
  const git = (args: readonly string[], input?: string, most = MOST_LISTING): Buffer => {
    const ran = runGit(args, { home, objects: join(clone.common, "objects"), input, most });
    if (ran.error !== undefined || ran.status !== 0) refuse(root, revision, ran);
    return ran.stdout;
  };

  const named = resolveRevision(clone, revision, root);
  const hash = git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${named}^{commit}`])
    .toString("latin1")
    .trim();
  const listing = git(["ls-tree", "-r", "-t", "-z", "-l", "--full-tree", hash, "--", ...folders]);
  const entries = parseListing(listing);
  const texts = new Map<string, Buffer>();
  const fetch = (wanted: readonly Entry[]): void => {
    const most = wanted.reduce((sum, { bytes }) => sum + bytes + 100, 1024);
    const input = wanted.map(({ hash }) => `${hash}\n`).join("");
    for (const [id, bytes] of parseBatch(git(["cat-file", "--batch"], input, most))) {
      texts.set(id, bytes);
    }
  };
  fetch(likely(entries));

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
      read(path, where, limit) {
        const entry = entries.get(path) as Entry;
        if (entry.bytes > limit) return decode(Buffer.alloc(limit + 1), where, limit);
        if (!texts.has(entry.hash)) fetch([entry]);
        return decode(texts.get(entry.hash) as Buffer, where, limit);
      },
    },
  };
}

/** The modules of ordinary size: one call fetches them all. */
function likely(entries: ReadonlyMap<string, Entry>): readonly Entry[] {
  let left = MOST_FETCHED;
  const unique = new Map<string, Entry>();
  for (const [path, entry] of entries) {
    if (entry.kind !== "file" || !path.endsWith(".ts") || entry.bytes > LIMITS.bytes) continue;
    if (unique.has(entry.hash)) continue;
    left -= entry.bytes;
    if (left < 0) break;
    unique.set(entry.hash, entry);
  }
  return [...unique.values()];
}

/** `<mode> <type> <hash> <size>\t<path>\0`, again and again. */
function parseListing(listing: Buffer): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const line of listing.toString("utf8").split("\0")) {
    const [, mode = "", hash = "", size = "", path = ""] =
      /^(\d{6}) \w+ ([0-9a-f]{40}) +(-|\d+)\t([^]+)$/.exec(line) ?? [];
    if (path === "") continue;
    entries.set(path, { kind: kindOfMode(mode), hash, bytes: size === "-" ? 0 : Number(size) });
  }
  return entries;
}

function kindOfMode(mode: string): Kind {
  if (mode.startsWith("100")) return "file";
  return mode === "040000" ? "folder" : mode === "120000" ? "link" : "special";
}

/** `<hash> blob <size>\n<bytes>\n`, again and again. */
function* parseBatch(output: Buffer): Generator<readonly [string, Buffer]> {
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf("\n", at);
    const [hash = "", type, size] = output.toString("latin1", at, end).split(" ");
    const bytes = Number(size);
    if (end === -1 || type !== "blob" || !Number.isSafeInteger(bytes)) {
      throw new GraderError("E_BAD_SUBMISSION", `object ${oneLine(hash, 60)} is not in the clone`);
    }
    yield [hash, output.subarray(end + 1, end + 1 + bytes)];
    at = end + 1 + bytes + 1;
  }
}

function makeHome(home: string): void {
  mkdirSync(join(home, "objects"), { recursive: true });
  mkdirSync(join(home, "refs"), { recursive: true });
  writeFileSync(join(home, "HEAD"), "ref: refs/heads/none\n");
}

interface GitRun {
  readonly home: string;
  readonly objects: string;
  readonly input: string | undefined;
  /** Bytes of output at most. */
  readonly most: number;
}

function runGit(
  args: readonly string[],
  { home, objects, input = "", most }: GitRun,
): SpawnSyncReturns<Buffer> {
  const settings = {
    "core.fsmonitor": "false",
    "core.hooksPath": devNull,
    "core.bare": "true",
    "safe.bareRepository": "explicit",
    "safe.directory": "*",
    "protocol.allow": "never",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return spawnSync(
    "git",
    ["--no-pager", "--literal-pathspecs", "--no-replace-objects", ...flags, ...args],
    {
      cwd: home,
      input,
      maxBuffer: most,
      timeout: MILLISECONDS,
      killSignal: "SIGKILL",
      windowsHide: true,
      env: {
        PATH: process.env["PATH"],
        LC_ALL: "C",
        HOME: home,
        XDG_CONFIG_HOME: home,
        GIT_DIR: home,
        GIT_OBJECT_DIRECTORY: objects,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: devNull,
        GIT_ATTR_NOSYSTEM: "1",
        GIT_NO_LAZY_FETCH: "1",
        GIT_ALLOW_PROTOCOL: "",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_TERMINAL_PROMPT: "0",
        GIT_ALLOC_LIMIT: "256m",
      },
    },
  );
}

function refuse(root: string, revision: string, ran: SpawnSyncReturns<Buffer>): never {
  const { code } = (ran.error ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    throw new GraderError("E_NO_GIT", "git is not installed: install it, or leave out the commits");
  }
  const said = ran.stderr?.toString("utf8").trim().split("\n").at(-1) ?? "";
  const why =
    code === "ENOBUFS"
      ? "holds too many files"
      : code === "ETIMEDOUT"
        ? `took git more than ${MILLISECONDS / 1000} seconds`
        : said === "" && ran.error === undefined
          ? "is not in the clone"
          : `cannot be read (${oneLine(said || messageOf(ran.error), 200)})`;
  throw new GraderError(
    "E_BAD_SUBMISSION",
    `commit ${oneLine(revision, 80)} of ${oneLine(root)} ${why}: check the clone`,
  );
}
