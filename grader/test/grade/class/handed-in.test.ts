import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findStudents } from "../../../src/grade/class/members.ts";
import { readHandedIn } from "../../../src/grade/class/handed-in.ts";
import type { Student } from "../../../src/grade/class/student.ts";
import { GraderError } from "../../../src/grade/error.ts";
import { findKata } from "../../../src/grade/kata.ts";
import { courseOf, folderOf, write } from "../_course.ts";
import { cloneOf, commitAll, git, treeOf } from "./_clone.ts";

const MINE = "export const mine = 1;\n";
const LATER = "export const later = 2;\n";

test("the folders of a folder are the students, in the order of their names", () => {
  const folder = folderOf({ "bo/x": "", "ada/x": "", ".git/x": "", "README.md": "" });
  expect(findStudents(folder, [kata()]).map(({ id }) => id)).toEqual(["ada", "bo"]);
});

test("for one kata, a file stands for a student", () => {
  const folder = folderOf({ "ada.ts": MINE, "notes.txt": "" });
  const [ada] = findStudents(folder, [kata()]);
  expect(ada!.id).toBe("ada");
  expect(read(ada!).text).toBe(MINE);
});

test.each([
  ["one submission", { "tiny/src/index.ts": "" }, /holds tiny\/, so it is one submission/],
  ["a repository", { "katas/tiny/src/index.ts": "" }, /holds katas\/, so it is one submission/],
  ["no folder", { "a.txt": "" }, /holds no folder/],
  ["a name that is none", { "a\u001b[2J/x": "" }, /"a\\u\{1b\}\[2J" is no name here/],
])("a folder with %s is no class", (_, files, message) => {
  expect(() => findStudents(folderOf(files), [kata()])).toThrow(message);
});

test("a link is no student's folder", () => {
  const folder = folderOf({ "ada/x": "" });
  symlinkSync(join(folder, "ada"), join(folder, "bo"));
  expect(() => findStudents(folder, [kata()])).toThrow(
    /"bo" is a link: put what it leads to there/,
  );
});

test("what is not there is missing, and what cannot be taken says so", () => {
  const root = folderOf({ "bad/tiny/src/index.ts": "\u0000", "empty/x": "" });
  expect(read(student(join(root, "nowhere")))).toMatchObject({ code: "E_NO_SUBMISSION" });
  expect(read(student(undefined))).toMatchObject({ code: "E_NO_SUBMISSION" });
  expect(read(student(join(root, "empty")))).toMatchObject({ code: "E_NO_SUBMISSION" });
  expect(read(student(join(root, "bad")))).toMatchObject({ code: "E_BAD_SUBMISSION" });
});

test("without a commit, files are read as they lie there", () => {
  const { root } = cloneOf({ "tiny/src/index.ts": MINE });
  write(root, { "tiny/src/index.ts": LATER });
  expect(read(student(root))).toMatchObject({ text: LATER, commit: undefined });
});

test("a commit is read as it was, whatever lies there now", () => {
  const { root, hash } = cloneOf({ "katas/tiny/src/index.ts": MINE, "katas/tiny/src/a/b.ts": "b" });
  write(root, { "katas/tiny/src/index.ts": LATER });
  const later = commitAll(root);
  const seen = (commit: string): unknown => read(student(root, commit));
  expect(seen(hash)).toMatchObject({ text: MINE, commit: hash });
  expect(seen(hash.slice(0, 8))).toMatchObject({ text: MINE, commit: hash });
  expect(seen("HEAD")).toMatchObject({ text: LATER, commit: later });
  expect(read(student(root, hash)).files).toEqual(["src/a/b.ts", "src/index.ts", "given/racy.ts"]);
});

test("branches, tags and packed refs name commits", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  git(root, "tag", "--annotate", "hand-in", "--message", "done");
  git(root, "branch", "feature/x");
  for (const pack of [false, true]) {
    if (pack) git(root, "pack-refs", "--all");
    for (const name of ["hand-in", "feature/x", "main", "HEAD"]) {
      expect(read(student(root, name))).toMatchObject({ text: MINE, commit: hash });
    }
  }
});

test("a worktree is read at its own HEAD", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  const tree = join(folderOf({}), "wt");
  git(root, "worktree", "add", "--quiet", "--detach", tree);
  write(root, { "tiny/src/index.ts": LATER });
  commitAll(root);
  expect(read(student(tree, "HEAD"))).toMatchObject({ text: MINE, commit: hash });
});

test("a packed clone is read like any other", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  git(root, "gc", "--quiet");
  expect(read(student(root, hash))).toMatchObject({ text: MINE });
});

test("nothing that a clone configures runs or counts", () => {
  const { root, hash } = cloneOf({
    "tiny/src/index.ts": MINE,
    ".gitattributes": "*.ts filter=evil diff=evil text eol=crlf\n",
    ".npmrc": "node-options=--require=./evil.js",
  });
  const marker = join(folderOf({}), "marker");
  const evil = join(root, "evil.sh");
  writeFileSync(evil, `#!/bin/sh\ntouch '${marker}'\n`);
  chmodSync(evil, 0o755);
  for (const name of [
    "post-checkout",
    "reference-transaction",
    "post-index-change",
    "pre-auto-gc",
  ]) {
    symlinkSync(evil, join(root, ".git/hooks", name));
  }
  for (const [key, value] of [
    ["core.fsmonitor", evil],
    ["core.pager", evil],
    ["core.sshCommand", evil],
    ["core.hooksPath", root],
    ["filter.evil.smudge", evil],
    ["diff.evil.textconv", evil],
    ["extensions.partialClone", "origin"],
    ["remote.origin.url", `ext::${evil}`],
    ["remote.origin.promisor", "true"],
    ["protocol.ext.allow", "always"],
    ["alias.cat-file", `!${evil}`],
    ["include.path", "/dev/zero"],
  ]) {
    git(root, "config", key!, value!);
  }
  expect(read(student(root, hash))).toMatchObject({ text: MINE, commit: hash });
  expect(existsSync(marker)).toBe(false);
});

test("a replacement of an object does not count", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  write(root, { "tiny/src/index.ts": LATER });
  git(root, "replace", hash, commitAll(root));
  expect(read(student(root, hash))).toMatchObject({ text: MINE });
});

test("a missing object is not fetched, however the clone would do it", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  const blob = git(root, "rev-parse", `${hash}:tiny/src/index.ts`);
  const marker = join(folderOf({}), "marker");
  renameSync(join(root, ".git/objects", blob.slice(0, 2)), join(root, "gone"));
  for (const [key, value] of [
    ["core.repositoryFormatVersion", "1"],
    ["extensions.partialClone", "origin"],
    ["remote.origin.url", `ext::touch ${marker}`],
    ["remote.origin.promisor", "true"],
    ["protocol.ext.allow", "always"],
  ]) {
    git(root, "config", key!, value!);
  }
  expect(read(student(root, hash)).code).toMatch(/^E_(?:NO|BAD)_SUBMISSION$/);
  expect(existsSync(marker)).toBe(false);
  // The trap is a real one: git that follows the clone's configuration falls into it.
  expect(() => git(root, "cat-file", "-p", blob)).toThrow(/Command failed/);
  expect(existsSync(marker)).toBe(true);
});

test("an object that is passed off as another is noticed by its hash", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  const object = (name: string): string => {
    const id = git(root, "rev-parse", name);
    return join(root, ".git/objects", id.slice(0, 2), id.slice(2));
  };
  const before = object(`${hash}:tiny/src/index.ts`);
  write(root, { "tiny/src/index.ts": LATER });
  const after = object(`${commitAll(root)}:tiny/src/index.ts`);
  rmSync(before);
  copyFileSync(after, before);
  expect(read(student(root, hash))).toMatchObject({ code: "E_BAD_SUBMISSION" });
  // git itself may not look: it is we who do.
  expect(read(student(root, "main"))).toMatchObject({ text: LATER });
});

test("a forged commit graph shows nothing", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  write(root, { "tiny/src/index.ts": LATER });
  const later = commitAll(root);
  git(root, "commit-graph", "write", "--reachable");
  const file = join(root, ".git/objects/info/commit-graph");
  const trees = [hash, later].map((name) => git(root, "rev-parse", `${name}^{tree}`));
  const graph = readFileSync(file).toString("latin1");
  const [from, to] = trees.map((id) => Buffer.from(id, "hex").toString("latin1"));
  chmodSync(file, 0o644);
  writeFileSync(file, Buffer.from(graph.replace(from!, to!), "latin1"));
  expect(git(root, "log", "-1", "--format=%T", hash)).toBe(trees[1]);
  expect(read(student(root, hash))).toMatchObject({ text: MINE });
});

test("a tree without an end is refused", () => {
  const { root } = cloneOf({ "package.json": "{}" });
  let tree = git(root, "rev-parse", "HEAD^{tree}");
  for (let i = 0; i < 30; i++) {
    tree = treeOf(root, `040000 tree ${tree}\ta`, `040000 tree ${tree}\tb`);
  }
  for (const name of ["src", "tiny"]) tree = treeOf(root, `040000 tree ${tree}\t${name}`);
  const bomb = git(root, "commit-tree", tree, "-m", "bomb");
  expect(read(student(root, bomb)).message).toMatch(/holds too many files: check the clone$/);
});

test("a link in a commit is refused, and not followed", () => {
  const { root } = cloneOf({ "tiny/src/other.ts": MINE });
  symlinkSync("/etc/passwd", join(root, "tiny/src/index.ts"));
  const hash = commitAll(root);
  expect(read(student(root, hash))).toMatchObject({
    code: "E_BAD_SUBMISSION",
    message: expect.stringContaining("tiny/src/index.ts is a symbolic link") as string,
  });
});

test("a repository in the place of src/ is not entered", () => {
  const inner = cloneOf({ "index.ts": MINE });
  const { root } = cloneOf({ "tiny/package.json": "{}" });
  git(root, "update-index", "--add", "--cacheinfo", `160000,${inner.hash},tiny/src`);
  git(root, "commit", "--quiet", "--message", "nested");
  expect(read(student(root, "HEAD"))).toMatchObject({
    code: "E_BAD_SUBMISSION",
    message: "tiny/src is a special file, and a folder is needed there",
  });
});

test("a file that is too large is refused by its size", () => {
  const { root } = cloneOf({ "tiny/src/index.ts": "x".repeat(256 * 1024 + 1) });
  expect(read(student(root, "HEAD")).message).toBe(
    "tiny/src/index.ts is larger than the 256 KiB that are left: shorten it",
  );
});

test.each([
  ["a branch that is not there", "nope", "has no commit, branch or tag nope"],
  ["a commit that is not there", "0".repeat(40), "0 of "],
])("%s is told", (_, revision, message) => {
  const { root } = cloneOf({ "tiny/src/index.ts": MINE });
  const seen = read(student(root, revision));
  expect(seen).toMatchObject({ code: "E_BAD_SUBMISSION" });
  expect(seen.message).toContain(message);
});

test("a folder that is no clone has no commits, also inside of a clone", () => {
  const { root } = cloneOf({ "bo/tiny/src/index.ts": MINE });
  expect(read(student(join(root, "bo"), "HEAD")).message).toContain("bo is no clone");
});

test("commits of another repository cannot be borrowed", () => {
  const victim = cloneOf({ "tiny/src/index.ts": MINE });
  const thief = (prepare: (root: string) => void): string | undefined => {
    const { root } = cloneOf({ "tiny/src/index.ts": LATER });
    prepare(root);
    return read(student(root, victim.hash)).message;
  };
  const objects = join(victim.root, ".git/objects");
  expect(
    thief((root) => write(root, { ".git/objects/info/alternates": `${objects}\n` })),
  ).toContain("borrows objects of another repository");
  expect(
    thief((root) => {
      renameSync(join(root, ".git"), join(root, "old"));
      write(root, { ".git": `gitdir: ${victim.root}/.git\n` });
    }),
  ).toContain("has a .git that leads elsewhere");
  expect(
    thief((root) => {
      renameSync(join(root, ".git"), join(root, "old"));
      symlinkSync(join(victim.root, ".git"), join(root, ".git"));
    }),
  ).toContain("has a .git that is a link");
  expect(
    thief((root) => {
      renameSync(join(root, ".git/objects"), join(root, "old"));
      symlinkSync(objects, join(root, ".git/objects"));
    }),
  ).toContain("has no .git/objects of its own");
  expect(
    thief((root) => {
      renameSync(join(root, ".git/objects/pack"), join(root, "old"));
      symlinkSync(join(objects, "pack"), join(root, ".git/objects/pack"));
    }),
  ).toContain("has a link in its .git/objects");
  expect(
    thief((root) => {
      renameSync(join(root, ".git"), join(root, "old"));
      write(root, {
        ".git": "gitdir: forged\n",
        "forged/gitdir": "../.git\n",
        "forged/commondir": `${victim.root}/.git\n`,
        "forged/HEAD": `${victim.hash}\n`,
      });
    }),
  ).toContain("has a .git that leads elsewhere");
});

test("a clone is left as it was", () => {
  const { root, hash } = cloneOf({ "tiny/src/index.ts": MINE });
  const before = git(root, "status", "--porcelain") + readFileSync(join(root, ".git/HEAD"), "utf8");
  read(student(root, hash));
  const after = git(root, "status", "--porcelain") + readFileSync(join(root, ".git/HEAD"), "utf8");
  expect(after).toBe(before);
});

function kata(): ReturnType<typeof findKata> {
  return findKata(courseOf(), "tiny");
}

function student(path: string | undefined, commit?: string): Student {
  return { id: "ada", path, commit, late: false };
}

/** What is read for the kata `tiny`, or why nothing is. */
function read(of: Student): {
  text?: string | undefined;
  files?: readonly string[];
  commit?: string | undefined;
  code?: string;
  message?: string;
} {
  const courseRoot = courseOf();
  const [handedIn] = readHandedIn(of, [findKata(courseRoot, "tiny")], {
    courseRoot,
    scratch: folderOf({}),
  });
  const { found, commit } = handedIn!;
  if (found instanceof GraderError) return { code: found.code, message: found.message };
  expect(found.name).toBe("ada");
  return { text: found.files.get("src/index.ts"), files: [...found.files.keys()], commit };
}
