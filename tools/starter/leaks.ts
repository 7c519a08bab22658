// Looks for what must not leave the course: hidden scenarios and solutions.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { filesBelow, publicFiles } from "./files.ts";

/** Bytes in a row that are a leak, without the white space that a build or a formatter changes. */
const RUN = 24;
/** Open files that must use a word for it to be common. */
const COMMON = 3;

/** Text of a secret file that stands in another, as {@link essence} has it. */
export interface Leak {
  readonly file: string;
  readonly text: string;
}

/**
 * Every run of 24 bytes that stands in a hidden scenario or a solution and nowhere in what is public:
 * a stub and its solution share the contract, public and hidden scenarios their form. Runs of nothing
 * but common words, such as `{ return new Promise((`, are not among them.
 */
export class Secrets {
  readonly #runs = new Set<string>();

  constructor(root: string) {
    const open = openFiles(root).map((file) => readFileSync(file, "latin1"));
    const common = commonWords(open);
    for (const file of secretFiles(root)) {
      for (const run of runsOf(readFileSync(file, "latin1"))) {
        if (wordsIn(run).some((word) => !common.has(word))) this.#runs.add(run);
      }
    }
    for (const text of open) for (const run of runsOf(text)) this.#runs.delete(run);
  }

  /** What a file gives away. */
  leaksIn(file: string, content: Buffer): readonly Leak[] {
    const text = essence(content.toString("latin1"));
    const leaks: Leak[] = [];
    for (let from = 0; from + RUN <= text.length; from++) {
      if (!this.#runs.has(text.slice(from, from + RUN))) continue;
      let to = from + RUN;
      while (this.#runs.has(text.slice(to - RUN + 1, to + 1))) to++;
      leaks.push({ file, text: text.slice(from, to) });
      from = to;
    }
    return leaks;
  }
}

/** The words that stand wholly inside a run. */
function wordsIn(run: string): readonly string[] {
  return run.match(/(?<=\W)\w+(?=\W)/g) ?? [];
}

function commonWords(texts: readonly string[]): ReadonlySet<string> {
  const files = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(text.match(/\w+/g))) files.set(word, (files.get(word) ?? 0) + 1);
  }
  return new Set([...files.keys()].filter((word) => files.get(word)! >= COMMON));
}

function* runsOf(content: string): Generator<string> {
  const text = essence(content);
  for (let from = 0; from + RUN <= text.length; from++) yield text.slice(from, from + RUN);
}

/** Text without what a build changes: white space beside a sign, commas before brackets, type arguments. */
function essence(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([^\w ]) ?/g, "$1")
    .replaceAll(/,(?=[}\])])/g, "")
    .replaceAll(/(?<=\w)<[\w[\],|]+>(?=\()/g, "");
}

/** The leaks in all files below a folder. */
export function leaksBelow(folder: string, secrets: Secrets): readonly Leak[] {
  return filesBelow(folder).flatMap((file) =>
    secrets.leaksIn(file, readFileSync(join(folder, file))),
  );
}

/** The names of the folders in `katas/`. */
function slugsIn(root: string): readonly string[] {
  return readdirSync(join(root, "katas"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** The hidden scenarios and the solutions of all katas, their notes included. */
function secretFiles(root: string): readonly string[] {
  return slugsIn(root)
    .flatMap((slug) => [join(root, "katas", slug, "hidden"), join(root, "solutions", slug)])
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesBelow(folder).map((path) => join(folder, path)))
    .filter((path) => /\.ts$|[\\/]NOTES\.md$/.test(path));
}

/** What everybody may read: the public files of all katas, the grader, and the set-up. */
function openFiles(root: string): readonly string[] {
  const below = (folder: string, paths = filesBelow(folder)): readonly string[] =>
    paths.map((path) => join(folder, path));
  return [
    ...slugsIn(root).flatMap((slug) => {
      const folder = join(root, "katas", slug);
      return below(folder, publicFiles(folder));
    }),
    ...["bin", "docs", "schema", "src"].flatMap((part) => below(join(root, "grader", part))),
    join(root, "grader", "README.md"),
    join(root, "tools", "ensure-node.mjs"),
  ];
}
