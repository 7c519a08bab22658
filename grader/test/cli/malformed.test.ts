import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { courseOf, folderOf, kataJson, type Files } from "../grade/_course.ts";
import { katas } from "./_run.ts";

interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  /** What the course holds besides the kata `tiny`. */
  readonly files?: Files;
  /** The folder where it is typed. */
  readonly cwd?: string;
  /** More to do to the course. */
  readonly prepare?: (root: string) => void;
  /** What the one line says. */
  readonly says: string;
}

const SOME = "katas/tiny/src/index.ts";
const GRADE = ["grade", "--submission"];

const CASES: readonly Case[] = [
  // The command line.
  { name: "no command", argv: [], says: "no command given; there is grade, test, replay" },
  {
    name: "an unknown command",
    argv: ["grad"],
    says: 'there is no command "grad"; there is grade',
  },
  {
    name: "an unknown flag",
    argv: ["grade", "--jsn"],
    says: "unknown option '--jsn': Did you mean",
  },
  { name: "an unknown flag of test", argv: ["test", "--fast"], says: "unknown option '--fast'" },
  { name: "an argument too much", argv: ["grade", "tiny"], says: "too many arguments for 'grade'" },
  {
    name: "a flag without value",
    argv: ["grade", "--json"],
    says: "'--json <file>' argument missing",
  },
  { name: "an empty path", argv: [...GRADE, ""], says: "It is empty" },
  { name: "no number of jobs", argv: ["grade", "-j", "many"], says: "a whole number from 1 to 64" },
  { name: "no jobs", argv: ["grade", "--jobs", "0"], says: "a whole number from 1 to 64" },
  { name: "too many jobs", argv: ["grade", "--jobs", "65"], says: "a whole number from 1 to 64" },
  { name: "half a job", argv: ["check", "--jobs", "1.5"], says: "a whole number from 1 to 64" },
  {
    name: "an unknown scenario",
    argv: ["grade", "--only", "T9"],
    says: "no scenario T9; there is B1",
  },
  { name: "no scenario", argv: ["grade", "--only", ","], says: "--only needs a scenario" },
  { name: "an unknown kata", argv: ["grade", "-k", "huge"], says: 'no kata "huge"; there is tiny' },
  { name: "a path as a kata", argv: ["grade", "-k", "../tiny"], says: 'no kata "../tiny"' },
  {
    name: "a name that a terminal would interpret",
    argv: ["grade", "-k", "\u001b[2J\n"],
    says: String.raw`no kata "\u{1b}[2J\n"`,
  },
  { name: "test outside of a kata", argv: ["test"], says: "which kata? Run this in the folder of" },
  { name: "hint outside of a kata", argv: ["hint"], says: "say --kata tiny" },
  {
    name: "--only together with --replay",
    argv: ["test", "-k", "tiny", "--only", "B1", "--replay", "B1:AA"],
    says: "--only and --replay exclude each other",
  },
  {
    name: "a pattern that is none",
    argv: ["test", "-k", "tiny", "-t", "("],
    says: "-t ( is no regular expression",
  },
  {
    name: "a hidden scenario that is not here",
    argv: ["test", "-k", "tiny", "--no-hidden", "--only", "T1"],
    says: "T1 is a hidden scenario, and it is not here; there is B1",
  },
  {
    name: "the replay of no scenario",
    argv: ["test", "-k", "tiny", "--replay", "X9:AA"],
    says: "X9:AA is of no scenario; there is B1, T1",
  },
  {
    name: "a level that is none",
    argv: ["hint", "4", "-k", "tiny"],
    says: "has hints 1 to 3, and",
  },
  { name: "a level in words", argv: ["hint", "one", "-k", "tiny"], says: 'and none "one"' },
  {
    name: "an answer without a question",
    argv: ["predict", "-k", "tiny", "--answer", "2"],
    says: "--answer 2 names no question: write ID=VALUE, as first=2",
  },
  {
    name: "an answer to no question",
    argv: ["predict", "-k", "tiny", "--answer", "third=2"],
    says: "there is first or second",
  },
  {
    name: "an answer that is no choice",
    argv: ["predict", "-k", "tiny", "--answer", "first=c"],
    says: "--answer first=c: the choices are 2 or 11",
  },
  // Where the result goes.
  {
    name: "a result in a folder that is not there",
    argv: ["grade", "--json", "out/result.json"],
    says: "result.json cannot be written: there is no folder",
  },
  {
    name: "a result in place of a folder",
    argv: ["grade", "--json", "katas"],
    says: "katas cannot be written: it is a folder",
  },
  {
    name: "a check's result in place of a folder",
    argv: ["check", "--json", "katas"],
    says: "katas cannot be written: it is a folder",
  },
  // The course.
  { name: "no course", argv: ["grade"], cwd: "../..", says: "holds katas/*/kata.json" },
  {
    name: "a kata.json that is no JSON",
    argv: ["grade"],
    files: { "katas/tiny/kata.json": "{\n  slug\n}" },
    says: "katas/tiny/kata.json is no JSON: Expected property name",
  },
  {
    name: "an empty kata.json",
    argv: ["grade"],
    files: { "katas/tiny/kata.json": "" },
    says: "katas/tiny/kata.json is no JSON",
  },
  {
    name: "a kata.json with a field of the wrong type",
    argv: ["test", "-k", "tiny"],
    files: { "katas/tiny/kata.json": kataJson({ level: "hard" }) },
    says: 'katas/tiny/kata.json: "level" is "hard": it must be a whole number from 1 to 5',
  },
  {
    name: "a kata.json with an unknown field",
    argv: ["hint", "-k", "tiny"],
    files: { "katas/tiny/kata.json": kataJson({ levle: 1 }) },
    says: '"levle" is not a known field: remove it',
  },
  {
    name: "a kata.json whose points do not add up",
    argv: ["check"],
    files: {
      "katas/tiny/kata.json": kataJson({
        rubric: [{ id: "B1", title: "a", group: "B", points: 99, scenarios: ["B1"] }],
      }),
    },
    says: '"rubric" gives 99 points in all: change its points to 100',
  },
  {
    name: "a kata.json that is a folder",
    argv: ["grade"],
    files: { "katas/other/kata.json": null },
    says: "katas/other/kata.json cannot be read: EISDIR",
  },
  {
    name: "a kata whose folder was renamed",
    argv: ["grade"],
    files: { "katas/other/kata.json": kataJson() },
    says: '"slug" is "tiny", but the folder is named "other": rename one',
  },
  {
    name: "hints without levels",
    argv: ["hint", "-k", "tiny"],
    files: { "katas/tiny/hints.md": "## First\n\nWhy?\n" },
    says: 'katas/tiny/hints.md: section 1 must have the heading "## 1"',
  },
  {
    name: "questions that are no JSON",
    argv: ["predict", "-k", "tiny"],
    files: { "katas/tiny/predict.json": "?" },
    says: "katas/tiny/predict.json is no JSON",
  },
  {
    name: "a question whose answer is no choice",
    argv: ["predict", "-k", "tiny"],
    files: {
      "katas/tiny/predict.json": JSON.stringify([
        { id: "a", question: "?", choices: ["x", "y"], answer: "z", why: "." },
      ]),
    },
    says: 'predict.json question 1: "answer" must be one of "choices"',
  },
  {
    name: "scenarios that do not load",
    argv: ["test", "-k", "tiny", "--explain"],
    files: { "katas/tiny/test/public.ts": "export default [;" },
    says: "public.ts cannot be loaded",
  },
  {
    name: "scenarios without a default export",
    argv: ["test", "-k", "tiny", "--explain"],
    files: { "katas/tiny/test/public.ts": "export const scenarios = [];" },
    says: "public.ts must `export default defineScenarios(…)`",
  },
  // The submission.
  { name: "a path that is not there", argv: [...GRADE, "nowhere"], says: "nowhere does not exist" },
  {
    name: "a folder without katas",
    argv: [...GRADE, "empty"],
    files: { empty: null },
    says: "empty holds neither katas/tiny/src nor tiny/src",
  },
  { name: "a file without --kata", argv: [...GRADE, SOME], says: "is a file: say with one --kata" },
  {
    name: "a file for two katas",
    argv: [...GRADE, SOME, "-k", "tiny", "other"],
    files: { "katas/other/kata.json": kataJson({ slug: "other" }) },
    says: "is a file: say with one --kata which kata it is for",
  },
  {
    name: "a folder where a file is expected",
    argv: [...GRADE, "answers"],
    files: { "answers/tiny/src/index.ts": null },
    says: "tiny/src/index.ts is missing in",
  },
  {
    name: "a file where a folder is expected",
    argv: [...GRADE, "answers"],
    files: { "answers/tiny/src": "" },
    says: "tiny/src is a file, and a folder is needed there",
  },
  {
    name: "a link to the solution",
    argv: [...GRADE, "answers"],
    files: { "answers/tiny/src": null },
    prepare: (root) =>
      symlinkSync(
        join(root, "solutions/tiny/src/index.ts"),
        join(root, "answers/tiny/src/index.ts"),
      ),
    says: "tiny/src/index.ts is a symbolic link, which is never followed",
  },
  {
    name: "a link as the one file",
    argv: [...GRADE, "answer.ts", "-k", "tiny"],
    prepare: (root) => symlinkSync(join(root, SOME), join(root, "answer.ts")),
    says: "answer.ts is a symbolic link",
  },
  {
    name: "a link that leads in a circle",
    argv: [...GRADE, "loop"],
    prepare: (root) => symlinkSync("loop", join(root, "loop")),
    says: "loop does not exist",
  },
  {
    name: "a file that is not UTF-8",
    argv: [...GRADE, "answer.ts", "-k", "tiny"],
    prepare: (root) => writeFileSync(join(root, "answer.ts"), Buffer.from([0xc3, 0x28])),
    says: "answer.ts is not valid UTF-8",
  },
  {
    name: "a file that is no text",
    argv: [...GRADE, "answer.ts", "-k", "tiny"],
    files: { "answer.ts": "\u0000" },
    says: "answer.ts holds a NUL byte",
  },
  {
    name: "a file that is too large",
    argv: [...GRADE, "answer.ts", "-k", "tiny"],
    files: { "answer.ts": "x".repeat(300 * 1024) },
    says: "answer.ts is larger than the 256 KiB",
  },
  {
    name: "a submission that a replay cannot find",
    argv: ["replay", "tiny", "T1:AA", "--submission", "nowhere"],
    says: "nowhere does not exist",
  },
  {
    name: "a replay without an id",
    argv: ["replay", "tiny"],
    says: "missing required argument 'id'",
  },
];

test.each(CASES)("$name is one line on stderr and exit code 2", async (given) => {
  const root = given.cwd === undefined ? courseOf(given.files) : folderOf({ "a/b/c": "" });
  given.prepare?.(root);
  const cwd = given.cwd === undefined ? root : join(root, "a/b");
  const { code, stdout, stderr } = await katas(given.argv, cwd);
  expect(stderr).toContain(given.says);
  expect(stderr).toMatch(/^katas: [^\n]+ \(E_[A-Z_]+\)\n$/);
  expect(stderr).not.toContain("\u001b");
  expect(stderr).not.toMatch(/\.[jt]s:\d+/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("there are at least 40 such cases", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
});
