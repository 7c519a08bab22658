import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kataJson } from "../grade/_course.ts";
import { courseWithClass } from "./_class.ts";
import { katas } from "./_run.ts";

interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly prepare?: (root: string) => void;
  /** What the one line says. */
  readonly says: string;
}

const CLASS = ["class", "class", "-o", "out"];
const ROSTER = ["class", "r.csv", "-o", "out"];
const PACK = ["class", "class", "-o", "out", "--pack", "p.json"];
const SCHEMA = "concurrency-katas/pack/v1";

const roster = (name: string, text: string, says: string): Case => ({
  name: `a roster with ${name}`,
  argv: ROSTER,
  files: { "r.csv": text },
  says,
});

const pack = (name: string, content: unknown, says: string): Case => ({
  name: `a pack that ${name}`,
  argv: PACK,
  files: { "p.json": typeof content === "string" ? content : JSON.stringify(content) },
  says,
});

const flags = (name: string, more: readonly string[], says: string): Case => ({
  name,
  argv: [...CLASS, ...more],
  says,
});

const kata = (name: string, text: string, says: string): Case => ({
  name: `a kata.json ${name}`,
  argv: CLASS,
  files: { "katas/wee/kata.json": text },
  says,
});

const wee = (changes: Readonly<Record<string, unknown>>): string =>
  kataJson({ slug: "wee", title: "Another counter", given: [], order: 2, ...changes });

const CASES: readonly Case[] = [
  roster("nothing in it", "", "r.csv is empty"),
  roster("no student", "student,path\n", "names no student: add a row for each"),
  roster("a column that nobody knows", "student,path,mark\na,b,1\n", 'has a column "mark"'),
  roster("a column twice", "student,path,path\na,b,c\n", 'has two columns "path"'),
  roster("a short row", "student,path,commit\na,b\n", "r.csv:2 has 2 columns"),
  roster("a student twice", "student,path\na,a\nA,b\n", "r.csv:3 names A again, after line 2"),
  roster("a path as a student", "student,path\n../a,b\n", '"../a" is no name here'),
  roster("a formula as a student", "student,path\n=A1,b\n", '"=A1" is no name here'),
  roster("an escape as a student", "student,path\n\u001b[2Ja,b\n", "is no name here"),
  roster("an option as a commit", "student,path,commit\na,b,--all\n", 'commit "--all" is neither'),
  roster("a day without a time", "student,path,due\na,b,2026-11-20\n", 'due is "2026-11-20"'),
  roster("a quote that stays open", 'student,path\n"a,b\n', "r.csv is no CSV"),
  roster("an endless row", `student,path\na,${"x".repeat(20_000)}\n`, "r.csv is no CSV"),
  {
    name: "a roster that is not UTF-8",
    argv: ROSTER,
    prepare: (root) => writeFileSync(join(root, "r.csv"), Buffer.from([0xff, 0xfe, 0x2c])),
    says: "r.csv is not valid UTF-8",
  },
  {
    name: "a roster of 5 MiB",
    argv: ROSTER,
    files: { "r.csv": `student,path\n${"a,b\n".repeat(1_400_000)}` },
    says: "r.csv is larger than",
  },
  { name: "a roster that is not there", argv: ROSTER, says: "r.csv cannot be read" },

  {
    name: "a class that holds nothing",
    argv: ["class", "empty", "-o", "out"],
    prepare: (root) => mkdirSync(join(root, "empty")),
    says: "holds no folder: give one with a folder for each student",
  },
  {
    name: "a class with a link in it",
    argv: CLASS,
    prepare: (root) => symlinkSync("ada", join(root, "class/eve")),
    says: '"eve" is a link',
  },
  {
    name: "a class with a name of a device",
    argv: CLASS,
    files: { "class/nul/x": "" },
    says: '"nul" names a device on Windows',
  },
  {
    name: "a class with an escape in a name",
    argv: CLASS,
    files: { "class/\u001b[2J/x": "" },
    says: "is no name here",
  },
  {
    name: "a class with a name of 210 bytes",
    argv: CLASS,
    files: { [`class/${"x".repeat(210)}/x`]: "" },
    says: "is too long: use at most 200 bytes",
  },
  {
    name: "a class that is a submission",
    argv: ["class", ".", "-o", "out"],
    says: "so it is one submission",
  },

  pack("is not there", "", "p.json is no pack"),
  pack("is no JSON", "{", "p.json is no pack"),
  pack("is something else", [1, 2], "p.json is no pack"),
  pack("is of another format", { schema: "x/v9", digest: "" }, "p.json is no pack"),
  pack("holds no katas", { schema: SCHEMA, digest: "" }, "holds something else than scenarios"),
  pack(
    "was changed",
    { schema: SCHEMA, digest: "00", grader: "0.0.0", katas: {} },
    "p.json was changed after it was made",
  ),
  pack(
    "leads out of its folder",
    {
      schema: SCHEMA,
      digest: "00",
      grader: "0.0.0",
      katas: { tiny: { definition: "", files: { "../../x.ts": "" } } },
    },
    "holds something else than scenarios",
  ),
  pack(
    "is sealed in another way",
    { schema: SCHEMA, digest: "00", sealed: { cipher: "rot13" } },
    "is sealed in an unknown way",
  ),
  { name: "no pack", argv: [...CLASS, "--pack", "nope.json"], says: "nope.json cannot be read" },
  { name: "a folder as a pack", argv: [...CLASS, "--pack", "katas"], says: "katas cannot be read" },

  flags("an unknown isolation", ["--isolation", "hope"], "argument 'hope' is invalid"),
  flags("an isolation without a word", ["--isolation"], "argument missing"),
  flags("a shard without a number", ["--shard", "one"], "i/n with i from 1 to n"),
  flags("a shard of none", ["--shard", "1/0"], "i/n with i from 1 to n"),
  flags("an empty commit", ["--at", ""], "--at"),
  flags("a commit with a space", ["--at", "a b"], "--at a b is neither"),
  flags("an earlier result that is not there", ["--compare", "no.json"], "no.json cannot be read"),
  flags("an earlier result of something else", ["--compare", "package.json"], "is not the results"),
  flags("a flag of another command", ["--only", "T1"], "unknown option '--only'"),
  flags("two classes", ["another"], "too many arguments for 'class'"),
  flags("half a job", ["-j", "0.5"], "a whole number from 1 to 64"),
  {
    name: "an earlier result that was cut",
    argv: CLASS,
    files: { "out/results.json": '{"schema":"concurrency-katas/class/v1","students":[' },
    says: "results.json is not the results.json of a class",
  },

  kata("that is a list", "[]", "kata.json"),
  kata("without a rubric", wee({ rubric: [] }), "rubric"),
  kata(
    "with points that are no number",
    wee({ rubric: [{ id: "B1", title: "x", group: "B", points: "40", scenarios: ["B1"] }] }),
    "points",
  ),
  kata(
    "with a group that nobody knows",
    wee({ rubric: [{ id: "B1", title: "x", group: "Q", points: 100, scenarios: ["B1"] }] }),
    "group",
  ),
  kata("of another folder", wee({ slug: "other" }), "slug"),
  kata("with a file out of its folder", wee({ editable: ["../../x.ts"] }), "editable"),
  kata("with an import that nobody provides", wee({ imports: ["node:fs"] }), "node:fs"),
  kata("with an engine that nobody has", wee({ engines: ["steam"] }), "steam"),
];

test.each(CASES)("$name is one line on stderr and exit code 2", async (given) => {
  const root = courseWithClass(given.files);
  given.prepare?.(root);
  const { code, stdout, stderr } = await katas(given.argv, root, {
    gradeKata: () => expect.unreachable(),
  });
  expect(stderr).toContain(given.says);
  expect(stderr).toMatch(/^katas: [^\n]+ \(E_[A-Z_]+\)\n$/);
  expect(stderr).not.toContain("\u001b");
  expect(stderr).not.toMatch(/\.[jt]s:\d+:\d+/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("there are at least 45 such cases", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(45);
});
