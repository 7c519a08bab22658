import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { courseOf } from "../grade/_course.ts";
import { kataResult, scenarioResult, STORY } from "../grade/_result.ts";
import { katas } from "./_run.ts";

const RACY = kataResult([
  scenarioResult("B1"),
  scenarioResult("T1", "violation", { bugClass: "lost-update", got: "a count of 1", story: STORY }),
]);
const racy = { gradeKata: async () => RACY };

const CLASSROOM50 = {
  CLASSROOM: "os",
  ASSIGNMENT: "tiny",
  ASSIGNMENT_TYPE: "individual",
  OWNER: "ada",
  SUBMISSION_TAG: "submit/2026-11-21T19-38-00Z-abc",
  COMMIT_URL: "https://github.com/os/x/commit/abc",
  RELEASE_URL: "https://github.com/os/x/releases/tag/y",
};

test("a format is printed instead of the report", async () => {
  const { stdout, code } = await katas(["grade", "--format", "annotations"], courseOf(), racy);
  expect(stdout).toMatch(/^::error file=katas\/tiny\/src\/index.ts,line=21,title=T1 lost update::/);
  expect(code).toBe(1);
});

test("with --out, each format is a file, and the report is printed", async () => {
  const root = courseOf();
  const { stdout } = await katas(
    ["grade", "--format", "summary", "annotations", "classroom", "classroom50", "--out", "out"],
    root,
    { ...racy, env: CLASSROOM50 },
  );
  expect(stdout).toContain("kata-tiny  A counter");
  const folder = join(root, "out");
  expect(readdirSync(folder).sort()).toEqual([
    "annotations.txt",
    "classroom-tiny.json",
    "result.json",
    "summary.md",
  ]);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  expect(read("summary.md")).toContain("40/100");
  expect(JSON.parse(read("classroom-tiny.json"))).toMatchObject({ max_score: 1_000 });
  expect(JSON.parse(read("result.json"))).toMatchObject({ owner: "ada", score: 40 });
});

test("the link of the commit stands for a review that there is none of", async () => {
  const argv = ["grade", "--format", "classroom50"];
  const { stdout } = await katas(argv, courseOf(), { env: CLASSROOM50 });
  const result = JSON.parse(stdout) as Record<string, string>;
  expect(result["review"]).toBe(result["commit"]);
  expect(result["datetime"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test.each([
  [["--out", "out"], "--out needs a --format"],
  [["--format", "summary", "annotations"], "several formats need an --out folder"],
  [["--format", "summary", "--json", "-"], "--json - and --format both print"],
  [["--format", "junit"], "'junit' is invalid"],
  [["--format", "classroom50"], "needs SUBMISSION_TAG in the environment"],
])("%j is refused: %s", async (argv, message) => {
  const { code, stdout, stderr } = await katas(["grade", ...argv], courseOf());
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});

test.each([
  [{ ASSIGNMENT_TYPE: "pair" }, "ASSIGNMENT_TYPE is pair"],
  [{ SUBMISSION_TAG: "main" }, "SUBMISSION_TAG is main"],
  [{ OWNER: "" }, "needs OWNER in the environment"],
])("%j is refused: %s", async (changes, message) => {
  const env = { ...CLASSROOM50, ...changes };
  const { code, stderr } = await katas(["grade", "--format", "classroom50"], courseOf(), { env });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
