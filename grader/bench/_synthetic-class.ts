/** A class that nobody took: references, alternatives, mutants, stubs, cheats and broken submissions, drawn by a seed. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { subjectsOf, type Subject } from "../src/grade/check/subjects.ts";
import { findKatas, type KataDefinition } from "../src/grade/kata.ts";
import { createSeededRandom } from "../src/runtime/seeded-random.ts";

/** The katas of a course that have a reference, whichever there are. */
export function katasWithReference(root: string): readonly KataDefinition[] {
  return findKatas(root).filter(({ slug, editable: [entry = ""] }) =>
    existsSync(join(root, "solutions", slug, entry)),
  );
}

type Random = () => number;
type Make = (folder: string, random: Random) => void;

/** Where a class is made of what, and how large it is. */
export interface ClassOptions {
  readonly root: string;
  readonly katas: readonly KataDefinition[];
  readonly students: number;
}

/** Writes submissions of every kata below `folder`, those of each student in a folder of their own. */
export function writeClass(folder: string, { root, katas, students }: ClassOptions): void {
  const random = createSeededRandom();
  random.reset(7);
  const next = (): number => random.next();
  const subjects = new Map(katas.map((kata) => [kata.slug, subjectsOf(kata, root)]));
  for (let i = 1; i <= students; i++) {
    const student = join(folder, `student-${String(i).padStart(3, "0")}`);
    mkdirSync(student, { recursive: true });
    for (const kata of katas) {
      const make = draw(kata, subjects.get(kata.slug) ?? [], next);
      make(join(student, kata.slug), next);
    }
  }
}

/** What somebody handed in for a kata, by how often it happens of a hundred times. */
function draw(
  { folder: stubs, editable: [entry = ""] }: KataDefinition,
  subjects: readonly Subject[],
  random: Random,
): Make {
  const oneOf =
    (kind: Subject["kind"]): Make =>
    (folder, next) => {
      const known = subjects.filter((subject) => subject.kind === kind);
      const chosen = known[known.length > 1 ? Math.floor(next() * known.length) : 0];
      for (const [path, content] of chosen?.submission.files ?? []) {
        if (!path.startsWith("src/")) continue;
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
    };
  const reference = oneOf("reference");
  const text =
    (content: string | Buffer): Make =>
    (folder) => {
      mkdirSync(join(folder, "src"), { recursive: true });
      writeFileSync(join(folder, entry), content);
    };
  const link: Make = (folder) => {
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(stubs, "src"), join(folder, "src"));
  };
  const kinds: readonly (readonly [number, Make])[] = [
    [28, reference],
    [18, oneOf("alternative")],
    [32, oneOf("mutant")],
    [8, oneOf("stub")],
    [2, text("process.exit(0);\n")],
    [1, text("for (;;);\n")],
    [1, text('import fs from "node:fs"; fs.writeFileSync("results.json", "{}");\n')],
    [3, text("export class Unfinished {\n")],
    [1, text(Buffer.from([0xff, 0xfe, 0x00]))],
    [1, text(`// ${"x".repeat(300 * 1024)}\n`)],
    [1, link],
    [4, () => undefined],
  ];
  let at = random() * kinds.reduce((sum, [share]) => sum + share, 0);
  return kinds.find(([share]) => (at -= share) < 0)?.[1] ?? reference;
}
