import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { transform } from "esbuild";
import { describe, expect, test } from "vitest";
import { alikeGroups, ENOUGH, type Written } from "../../../src/grade/class/alike/alike.ts";
import { tokensOf } from "../../../src/grade/class/alike/tokens.ts";
import { fingerprintsIn } from "../../../src/grade/class/alike/written.ts";
import { subjectsOf } from "../../../src/grade/check/subjects.ts";
import { withFiles, type Submission } from "../../../src/grade/intake.ts";
import { findKatas } from "../../../src/grade/kata.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

const numbers = (from: number, count: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count }, (_, i) => from + i));

const by = (student: string, fingerprints: ReadonlySet<number>): Written => ({
  student,
  fingerprints,
});

test("names, types, comments and layout do not count", async () => {
  const one = await tokensOf(`
    export class Account {
      readonly #cell: Int32Array;
      constructor(cells: Int32Array) { this.#cell = cells; }
      // Adds.
      deposit(amount: number): void { const old = Atomics.add(this.#cell, 0, amount); if (old < 0) { throw new Error("no"); } }
    }`);
  const other = await tokensOf(`
    export class Konto { private zelle; constructor(zellen: any) { this.zelle = zellen }
      deposit(betrag) {
        let vorher = Atomics.add(this.zelle, 0 as number, betrag);
        if (vorher < 0)
          throw new Error(\`nein\`);
      } }`);
  // A field that is declared without being private is one token more than a private one is.
  expect(other.filter((token) => token !== ";")).toEqual(one.filter((token) => token !== ";"));
  expect(one).toContain("class");
});

test("what cannot be parsed is like nothing", async () => {
  expect(await tokensOf("export const = ;")).toEqual([]);
});

test("a group is whoever is much alike to some other in it", () => {
  const all: readonly Written[] = [
    { solution: "reference", fingerprints: numbers(0, 100) },
    { solution: "ticket", fingerprints: numbers(0, 100) },
    by("ada", numbers(0, 100)),
    by("bo", numbers(20, 100)),
    by("cy", numbers(49, 100)),
    by("di", numbers(500, 100)),
    by("ed", numbers(500, 60)),
    by("flo", numbers(900, 100)),
  ];
  expect(alikeGroups("tiny", all)).toEqual([
    {
      kata: "tiny",
      students: [
        { student: "ada", percent: 100 },
        { student: "bo", percent: 80 },
        { student: "cy", percent: 71 },
      ],
      solutions: ["reference", "ticket"],
    },
    {
      kata: "tiny",
      students: [
        { student: "di", percent: 100 },
        { student: "ed", percent: 100 },
      ],
      solutions: [],
    },
  ]);
});

test("solutions alone are no group, and neither is what is too short to tell", () => {
  const all: readonly Written[] = [
    { solution: "reference", fingerprints: numbers(0, 100) },
    { solution: "ticket", fingerprints: numbers(0, 100) },
    by("ada", numbers(500, ENOUGH - 1)),
    by("bo", numbers(500, ENOUGH - 1)),
  ];
  expect(alikeGroups("tiny", all)).toEqual([]);
});

/** How somebody may hide where a text comes from. */
const DISGUISES: Readonly<Record<string, (text: string) => Promise<readonly [string, string][]>>> =
  {
    "other names, no layout": async (text) => [
      ["src/index.ts", await written(text, { minifyIdentifiers: true, minifyWhitespace: true })],
    ],
    "another order": async (text) => {
      const code = await written(text, {});
      const { body } = parse(code, { ecmaVersion: "latest", sourceType: "module" });
      const pieces = body.map(({ start, end }) => code.slice(start, end));
      return [["src/index.ts", pieces.toReversed().join("\n")]];
    },
    "statements that do nothing": async (text) => {
      const code = await written(text, {});
      return [["src/index.ts", code.replaceAll(/^(\s+)(return |throw )/gm, "$1Date.now();\n$1$2")]];
    },
    "other declarations, and texts": async (text) => {
      const code = await written(text, {});
      return [
        ["src/index.ts", code.replaceAll(/\bconst\b/g, "let").replaceAll(/"[a-z]+ /g, '"so ')],
      ];
    },
    "another file": async (text) => [
      ["src/index.ts", 'export * from "./mine.ts";\n'],
      ["src/mine.ts", await written(text, {})],
    ],
  };

async function written(
  text: string,
  how: { readonly minifyIdentifiers?: boolean; readonly minifyWhitespace?: boolean },
): Promise<string> {
  const options = { loader: "ts", format: "esm", target: "es2024", legalComments: "none" } as const;
  return (await transform(text, { ...options, ...how })).code;
}

describe.each(findKatas(root).map((kata) => [kata.slug, kata] as const))("in %s", (slug, kata) => {
  const subjects = subjectsOf(kata, root);
  const submissionOf = (wanted: string): Submission =>
    subjects.find(({ kind }) => kind === wanted)!.submission;
  const own = async (submission: Submission): Promise<ReadonlySet<number>> => {
    const given = await fingerprintsIn(submissionOf("stub"), kata);
    return (await fingerprintsIn(submission, kata)).difference(given);
  };

  test("a disguised copy of the reference is seen", { timeout: 60_000 }, async () => {
    const reference = submissionOf("reference");
    const text = reference.files.get("src/index.ts") ?? "";
    const copies = await Promise.all(
      Object.entries(DISGUISES).map(async ([how, disguise]) =>
        by(how, await own(withFiles(reference, how, new Map(await disguise(text))))),
      ),
    );
    for (const copy of copies) {
      const original = { solution: "reference", fingerprints: await own(reference) };
      expect(alikeGroups(slug, [original, copy])).toMatchObject([
        { students: [{ student: copy.student }], solutions: ["reference"] },
      ]);
    }
  });

  test("right solutions that were built differently are not", { timeout: 60_000 }, async () => {
    const right = subjects.filter(({ kind }) => kind === "reference" || kind === "alternative");
    expect(right.length).toBeGreaterThan(4);
    const all = await Promise.all(
      right.map(async ({ name, submission }) => by(name, await own(submission))),
    );
    expect(alikeGroups(slug, all)).toEqual([]);
  });

  test("the stub is like nobody's", { timeout: 60_000 }, async () => {
    const stub = await own(submissionOf("stub"));
    expect(alikeGroups(slug, [by("ada", stub), by("bo", stub)])).toEqual([]);
  });
});
