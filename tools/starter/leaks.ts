// Looks for what must not leave the course: hidden scenarios and solutions.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { filesBelow, publicFiles } from "./files.ts";

/** Bytes in a row that are a leak, without the white space that a build or a formatter changes. */
const RUN = 24;
/** Where a run stands that no package may hold. */
const HIDDEN = "hidden";
/** Open files that must use a word for it to be common. */
const COMMON = 10;
/** The same beside solutions, which use the words of their kata as its hidden scenarios do. */
const COMMON_TO_KATA = 3;

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
  /** In which katas' solutions a run stands, or that it is hidden. */
  readonly #runs = new Map<string, ReadonlySet<string> | typeof HIDDEN>();
  /** Those that any solution may have. */
  readonly #idioms = new Set<string>();

  constructor(root: string) {
    const open = openFiles(root).map((file) => readFileSync(file, "latin1"));
    for (const slug of slugsIn(root)) {
      const only: ReadonlySet<string> = new Set([slug]);
      for (const run of runsBelow(join(root, "solutions", slug))) {
        const before = this.#runs.get(run);
        const isKnown = before === HIDDEN || before?.has(slug) === true;
        if (!isKnown) this.#runs.set(run, before === undefined ? only : new Set([...before, slug]));
      }
    }
    for (const slug of slugsIn(root)) {
      for (const run of runsBelow(join(root, "katas", slug, "hidden"))) this.#runs.set(run, HIDDEN);
    }
    for (const text of open) for (const run of runsOf(text)) this.#runs.delete(run);
    const uses = usesOfWords(open);
    for (const run of this.#runs.keys()) {
      const files = rarest(run, uses);
      if (files >= COMMON) this.#runs.delete(run);
      else if (files >= COMMON_TO_KATA) this.#idioms.add(run);
    }
  }

  /**
   * What a file gives away. In a package of solutions, `solves` is the kata: the solutions to it are
   * what the package is for, those to others are secret, and so is every hidden scenario.
   */
  leaksIn(file: string, content: Buffer, solves?: string): readonly Leak[] {
    const text = essence(content.toString("latin1"));
    const isSecret = (from: number): boolean => {
      const run = text.slice(from, from + RUN);
      const origin = this.#runs.get(run);
      if (origin === undefined || solves === undefined) return origin !== undefined;
      return !this.#idioms.has(run) && (origin === HIDDEN || !origin.has(solves));
    };
    const leaks: Leak[] = [];
    for (let from = 0; from + RUN <= text.length; from++) {
      if (!isSecret(from)) continue;
      let to = from + RUN;
      while (to < text.length && isSecret(to - RUN + 1)) to++;
      leaks.push({ file, text: text.slice(from, to) });
      from = to;
    }
    return leaks;
  }
}

/** In how many open files the rarest word is used of those that stand wholly inside a run. */
function rarest(run: string, uses: ReadonlyMap<string, number>): number {
  let least = Infinity;
  for (const word of run.match(/(?<=\W)\w+(?=\W)/g) ?? []) {
    least = Math.min(least, uses.get(word) ?? 0);
  }
  return least;
}

/** How many of some texts use a word. */
function usesOfWords(texts: readonly string[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(text.match(/\w+/g))) uses.set(word, (uses.get(word) ?? 0) + 1);
  }
  return uses;
}

/** The runs of the files with hidden scenarios or solutions below a folder. */
function* runsBelow(folder: string): Generator<string> {
  for (const file of secretFiles(folder)) yield* runsOf(readFileSync(file, "latin1"));
}

function* runsOf(content: string): Generator<string> {
  const text = essence(content);
  for (let from = 0; from + RUN <= text.length; from++) yield text.slice(from, from + RUN);
}

/**
 * Text without what a build changes, white space beside a sign, commas before brackets, type
 * arguments, and without what is imported from Node and the grader, which is nobody's secret.
 */
function essence(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\bimport [^;"']*["'](?:node:|@concurrency-katas\/grader)[\w/]*["'];?/g, "")
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

/** The files with hidden scenarios or solutions below a folder, notes included. */
function secretFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return filesBelow(folder)
    .filter((path) => /\.ts$|^NOTES\.md$/.test(path) && !path.startsWith("dist/"))
    .map((path) => join(folder, path));
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
