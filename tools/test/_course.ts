import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { root } from "./_markdown.ts";
import { succeed } from "./_starter.ts";

/** What of the repository a release needs. */
const COPIED = [
  ".changeset/config.json",
  ".gitignore",
  ".npmrc",
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  ...["bin", "docs", "schema", "src"].map((part) => `grader/${part}`),
  ...["LICENSE", "README.md", "package.json", "tsconfig.build.json"].map(
    (name) => `grader/${name}`,
  ),
  ...["bootstrap.mjs", "ensure-node.mjs", "release", "release.ts", "starter"].map(
    (name) => `tools/${name}`,
  ),
];

/** What each kata is to say about its embargo; those that are not named here stay out. */
export type Embargoes = Readonly<Record<string, string | undefined>>;

/**
 * A copy of the repository with some katas and a change to each package that no version has yet.
 * What is installed is shared with the original.
 */
export function courseIn(folder: string, embargoes: Embargoes): void {
  const slugs = Object.keys(embargoes);
  const copied = [...COPIED, ...slugs.flatMap((slug) => [`katas/${slug}`, `solutions/${slug}`])];
  for (const path of copied) {
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (source) => !/[\\/](?:node_modules|dist)$/.test(source),
    });
  }
  for (const [slug, embargo] of Object.entries(embargoes)) {
    change(join(folder, "katas", slug, "kata.json"), { embargo });
    announce(folder, `@concurrency-katas/solution-${slug}`);
  }
  announce(folder, "@concurrency-katas/grader");
  link(folder);
  succeed("git init --quiet --initial-branch main && git add --all", folder);
  commit(folder);
}

/** Changes fields of a JSON file; `undefined` removes one. */
export function change(file: string, fields: object): void {
  const before = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...before, ...fields }, undefined, 2));
}

/** Commits what was changed, with a command; what is installed fits it. */
export function commit(folder: string, command = "git commit --all --message change"): void {
  const now = new Date();
  utimesSync(join(folder, "node_modules", ".package-lock.json"), now, now);
  const author = "git -c user.name=ada -c user.email=ada@localhost";
  succeed(command.replace(/^git/, author), folder);
}

function announce(folder: string, name: string): void {
  const file = `${name.replaceAll(/\W+/g, "-")}.md`;
  writeFileSync(join(folder, ".changeset", file), `---\n"${name}": minor\n---\n\nThe first.\n`);
}

/** `node_modules` as npm would make it: our own packages are those of the copy. */
function link(folder: string): void {
  const installed = join(folder, "node_modules");
  mkdirSync(join(installed, "@concurrency-katas"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "@concurrency-katas" || name === ".package-lock.json") continue;
    symlinkSync(join(root, "node_modules", name), join(installed, name), "junction");
  }
  writeFileSync(join(installed, ".package-lock.json"), "{}");
  symlinkSync(join(folder, "grader"), join(installed, "@concurrency-katas", "grader"), "junction");
}
