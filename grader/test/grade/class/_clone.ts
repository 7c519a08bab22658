import { execFileSync } from "node:child_process";
import { devNull } from "node:os";
import { folderOf, write, type Files } from "../_course.ts";

/** Runs git in `cwd` as its owner would, and returns what it prints. */
export function git(cwd: string, ...args: readonly string[]): string {
  return gitWith(cwd, "", ...args);
}

/** A tree with these entries, as `git ls-tree` prints them. */
export function treeOf(cwd: string, ...entries: readonly string[]): string {
  return gitWith(cwd, entries.map((entry) => `${entry}\n`).join(""), "mktree");
}

function gitWith(cwd: string, input: string, ...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd,
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: devNull,
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.org",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.org",
    },
  }).trim();
}

/** Commits everything in `root` and returns the hash. */
export function commitAll(root: string): string {
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--allow-empty", "--message", "work");
  return git(root, "rev-parse", "HEAD");
}

/** A clone with one commit of these files; it is gone after the test. */
export function cloneOf(files: Files): { root: string; hash: string } {
  const root = folderOf({});
  git(root, "init", "--quiet", "--initial-branch=main");
  write(root, files);
  return { root, hash: commitAll(root) };
}
