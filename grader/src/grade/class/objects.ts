/** Objects of a clone, each checked against its hash. git reads them, and does nothing else. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { GraderError } from "../error.ts";
import { messageOf, oneLine } from "../text.ts";

/** An object that was read. */
export interface GitObject {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The objects of one clone. */
export interface ObjectStore {
  /**
   * The hash of the commit that a hash, the beginning of one, or a tag's hash means.
   *
   * @throws GraderError `E_BAD_SUBMISSION`, as all of these, or `E_NO_GIT`
   */
  commit(name: string): string;
  /** The sizes of objects. */
  sizes(hashes: readonly string[]): ReadonlyMap<string, number>;
  /** Objects of at most so many bytes together, whose content has the hash that it is asked by. */
  read(hashes: readonly string[], most: number): ReadonlyMap<string, GitObject>;
}

const MILLISECONDS = 30_000;

/**
 * Opens the folder `objects` of a clone, which messages call `where`.
 *
 * git runs in a repository of ours, `home`, that borrows them, so that the clone's configuration,
 * hooks, attributes, replacements and promised objects are never looked at. What a forged index or
 * commit graph would pass off as another object is noticed by its hash.
 */
export function openObjects(objects: string, home: string, where: string): ObjectStore {
  mkdirSync(join(home, "objects"), { recursive: true });
  mkdirSync(join(home, "refs"), { recursive: true });
  writeFileSync(join(home, "HEAD"), "ref: refs/heads/none\n");

  const git = (args: readonly string[], input: string, most: number): Buffer => {
    const ran = runGit(args, { home, objects, input, most });
    return ran.error === undefined && ran.status === 0 ? ran.stdout : refuseRun(where, ran);
  };
  const linesOf = (hashes: readonly string[]): string => hashes.map((hash) => `${hash}\n`).join("");
  return {
    commit(name) {
      const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
      return git(args, "", 1024).toString("latin1").trim();
    },
    sizes(hashes) {
      const most = hashes.length * 100 + 1024;
      const lines = git(["cat-file", "--batch-check"], linesOf(hashes), most).toString("latin1");
      return new Map(
        lines
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => {
            const [hash = "", , size] = line.split(" ");
            return [hash, sizeOf(size, hash, where)];
          }),
      );
    },
    read(hashes, most) {
      const output = git(["cat-file", "--batch"], linesOf(hashes), most + hashes.length * 100);
      return new Map(objectsIn(output, where));
    },
  };
}

/** `<hash> <type> <size>\n<bytes>\n`, again and again. */
function* objectsIn(output: Buffer, where: string): Generator<readonly [string, GitObject]> {
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const [hash = "", type = "", size] = output.toString("latin1", at, end).split(" ");
    const length = sizeOf(size, hash, where);
    const bytes = output.subarray(end + 1, end + 1 + length);
    const content = createHash("sha1").update(`${type} ${length}\0`).update(bytes).digest("hex");
    if (content !== hash) refuse(where, `holds an object ${hash.slice(0, 10)} that is another one`);
    yield [hash, { type, bytes }];
    at = end + 1 + length + 1;
  }
}

function sizeOf(size: string | undefined, hash: string, where: string): number {
  if (size !== undefined && /^\d+$/.test(size)) return Number(size);
  return refuse(where, `lacks the object ${oneLine(hash.slice(0, 10))}`);
}

interface GitRun {
  readonly home: string;
  readonly objects: string;
  readonly input: string;
  /** Bytes of output at most. */
  readonly most: number;
}

const SETTINGS = {
  "core.bare": "true",
  "core.commitGraph": "false",
  "core.fsmonitor": "false",
  "core.hooksPath": devNull,
  "core.multiPackIndex": "false",
  "protocol.allow": "never",
  "safe.bareRepository": "explicit",
  "safe.directory": "*",
};

function runGit(
  args: readonly string[],
  { home, objects, input, most }: GitRun,
): SpawnSyncReturns<Buffer> {
  const flags = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const safely = ["--no-pager", "--literal-pathspecs", "--no-replace-objects", ...flags];
  return spawnSync("git", [...safely, ...args], {
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
  });
}

function refuseRun(where: string, ran: SpawnSyncReturns<Buffer>): never {
  const { code } = (ran.error ?? {}) as NodeJS.ErrnoException;
  const said = ran.stderr?.toString("utf8").trim().split("\n").at(-1) ?? "";
  switch (code) {
    case "ENOENT":
      throw new GraderError(
        "E_NO_GIT",
        "git is not installed: install it, or leave out the commits",
      );
    case "ENOBUFS":
      return refuse(where, "holds too many files, or too large ones");
    case "ETIMEDOUT":
      return refuse(where, `took git more than ${MILLISECONDS / 1000} seconds`);
    default:
      if (said === "" && ran.error === undefined) return refuse(where, "is not in the clone");
      return refuse(where, `cannot be read (${oneLine(said || messageOf(ran.error), 200)})`);
  }
}

function refuse(where: string, what: string): never {
  throw new GraderError("E_BAD_SUBMISSION", `${where} ${what}: check the clone`);
}
