import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { KataDefinition } from "../kata.ts";
import { oneLine } from "../text.ts";
import { overlaysOf, type Overlay } from "./_overlays.ts";

/** At least this many correct programs beside the reference, and wrong ones, make a kata. */
const LEAST = { alternatives: 4, mutants: 10 };

const KATA_REQUIRED = [
  "README.md",
  "hints.md",
  "kata.json",
  "lesson.md",
  "package.json",
  "predict.json",
  "test/public.ts",
  "tsconfig.json",
];
const KATA_OPTIONAL = ["README.zh-CN.md", "lesson.zh-CN.md", "test/facts.test.ts", "CHANGELOG.md"];
/** What puts the hidden scenarios together; others beside it may hold them. */
const HIDDEN = "hidden/scenarios.ts";
const SOLUTION_REQUIRED = ["package.json", "tsconfig.json"];
const SOLUTION_OPTIONAL = ["CHANGELOG.md", "NOTES.md", "README.md"];

/** What is missing and what is too much in the folders of a kata and of its solutions. */
export function fileProblems(kata: KataDefinition, solution: string): readonly string[] {
  const here = `katas/${kata.slug}`;
  const there = `solutions/${kata.slug}`;
  const inKata = filesBelow(kata.folder);
  const inSolution = filesBelow(solution);
  const required = [...KATA_REQUIRED, ...kata.editable, ...kata.given];
  const alternatives = programsIn(join(solution, "alternatives"), kata);
  const mutants = programsIn(join(solution, "mutants"), kata);
  const ofPrograms = [
    ...filesOf(alternatives).map((file) => `alternatives/${file}`),
    ...filesOf(mutants).map((file) => `mutants/${file}`),
  ];
  return [
    ...missing(here, required, inKata),
    ...inKata
      .filter((file) => ![...required, ...KATA_OPTIONAL].includes(file))
      .filter((file) => !(inKata.includes(HIDDEN) && /^hidden\/.+\.ts$/.test(file)))
      .map((file) => unexpected(here, file)),
    ...missing(there, [...SOLUTION_REQUIRED, ...kata.editable], inSolution),
    ...inSolution
      .filter((file) => ![...SOLUTION_REQUIRED, ...SOLUTION_OPTIONAL].includes(file))
      .filter((file) => !ofPrograms.includes(file))
      .filter((file) => !/^src\/.+\.ts$/.test(file))
      .map((file) => unexpected(there, file)),
    ...tooFew(there, "alternatives", alternatives.length),
    ...tooFew(there, "mutants", mutants.length),
  ];
}

/** The programs directly in `folder`, sorted; none where there is no such folder. */
export function programsIn(folder: string, { editable }: KataDefinition): readonly Overlay[] {
  return existsSync(folder) ? overlaysOf(readdirSync(folder), editable) : [];
}

function filesOf(programs: readonly Overlay[]): readonly string[] {
  return programs.flatMap(({ files }) => [...files.values()]);
}

/** Everything below `folder` that a person put there, sorted, as paths with slashes. */
function filesBelow(folder: string, prefix = ""): readonly string[] {
  if (!existsSync(join(folder, prefix))) return [];
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules" && name !== "dist")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, `${path}/`) : [path];
    });
}

function missing(where: string, required: readonly string[], found: readonly string[]): string[] {
  return required
    .filter((file) => !found.includes(file))
    .map((file) => `${where}/${file} is missing`);
}

function unexpected(where: string, file: string): string {
  return `${where}/${oneLine(file)} is unexpected: remove it, or say in kata.json what it is`;
}

function tooFew(where: string, what: "alternatives" | "mutants", found: number): string[] {
  const least = LEAST[what];
  return found >= least ? [] : [`${where}/${what} holds ${found} of at least ${least}`];
}
