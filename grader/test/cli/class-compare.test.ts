import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareClasses } from "../../src/grade/class/compare.ts";
import { write } from "../grade/_course.ts";
import { courseWithClass, fakeGrader, gradeClassIn, resultsIn } from "./_class.ts";
import { katas } from "./_run.ts";

test("grades that stay the same are said to", async () => {
  const { again } = await graded();
  const { code, stdout } = await again();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^compared with results\.json, no grade has changed\nkatas class: /);
});

test("a grade that rises says why", async () => {
  const { root, again } = await graded();
  write(root, { "class/bo/tiny/src/index.ts": "full", "class/di/tiny/src/index.ts": "racy" });
  const { code, stdout } = await again();
  expect(code).toBe(0);
  expect(stdout).toContain(
    [
      "compared with results.json, grades: 2 rose",
      "  rose     bo tiny  40 → 100",
      "           the submission changed",
      "           T1 0 → 60",
      "  rose     di tiny  0 → 40",
      "           it was missing and is graded",
      "",
    ].join("\n"),
  );
});

test("a grade never falls silently: nothing is written until that is accepted", async () => {
  const { root, again } = await graded();
  const before = readFileSync(join(root, "out/results.json"), "utf8");
  write(root, { "class/ada/katas/tiny/src/index.ts": "racy" });
  for (let i = 0; i < 2; i++) {
    const { code, stdout, stderr } = await again();
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        "compared with results.json, grades: 1 fell",
        "  fell     ada tiny  100 → 40",
        "           the submission changed",
        "           T1 60 → 0: T1 violation lost-update",
        "",
      ].join("\n"),
    );
    expect(stderr).toBe(
      "katas: 1 grade is lower than before, so nothing was written: " +
        "look at the reasons, then say --accept-lower\n",
    );
    expect(readFileSync(join(root, "out/results.json"), "utf8")).toBe(before);
  }
  expect((await again("--accept-lower")).code).toBe(0);
  expect(resultsIn(root).students[0]!.earned).toBe(140);
  expect((await again()).stdout).toContain("no grade has changed");
});

test.each([
  ["a submission that is gone", "class/bo/tiny", "it was graded and is missing: bo holds neither"],
  ["a student who is gone", "class/bo", "the student is not in the class any more"],
])("%s is a grade that fell", async (_, path, why) => {
  const { root, again } = await graded();
  rmSync(join(root, path), { recursive: true });
  const { code, stdout } = await again();
  expect(code).toBe(1);
  expect(stdout).toContain(why);
});

test("a kata that is not graded this time does not take its grades away silently", async () => {
  const { again } = await graded();
  const { code, stdout } = await again("-k", "tiny");
  expect(code).toBe(1);
  expect(stdout).toContain("  gone     ada wee  100 → –\n           the kata is not among those");
});

test("the scenarios, and the grader itself, are reasons as well", async () => {
  const { root } = await graded();
  const before = resultsIn(root);
  const fell = {
    ...before,
    students: before.students.map((student) => ({
      ...student,
      katas: student.katas.map((cell) => ({ ...cell, result: { ...cell.result, earned: 0 } })),
    })),
  };
  const reasons = (after: typeof before): readonly string[] =>
    compareClasses(before, after)[0]!.reasons;
  const katas = before.katas.map((kata) => ({ ...kata, course: "f".repeat(64) }));
  expect(reasons({ ...fell, katas })).toEqual([
    "the kata changed: its scenarios, rubric or given files",
  ]);
  const open = before.katas.map((kata) => ({ ...kata, hidden: !kata.hidden }));
  expect(reasons({ ...fell, katas: open })).toEqual(["hidden scenarios are no longer part of it"]);
  expect(reasons({ ...fell, program: "f".repeat(64), grader: "9.9.9" })).toEqual([
    `the grader changed from ${before.grader} to 9.9.9`,
  ]);
  expect(reasons(fell)).toEqual([expect.stringContaining("this is a bug of the grader")]);
});

test("--compare names another file, and a merge compares as well", async () => {
  const { root } = await graded();
  write(root, { "class/ada/katas/tiny/src/index.ts": "racy" });
  const { gradeKata } = fakeGrader();
  const argv = ["class", "class", "-o", "other", "--compare", "out/results.json"];
  expect(await katas(argv, root, { gradeKata })).toMatchObject({ code: 1 });
  expect(existsSync(join(root, "other/results.json"))).toBe(false);

  await katas(["class", "class", "-o", "s", "--shard", "1/1"], root, { gradeKata });
  const merge = ["merge", "s", "-o", "all", "--compare", "out/results.json"];
  expect(await katas(merge, root)).toMatchObject({ code: 1 });
  expect(await katas([...merge, "--accept-lower"], root)).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  ["that is not there", "nope.json", /nope\.json cannot be read .*: name an earlier results\.json/],
  ["of another kind", "package.json", /package\.json is not the results\.json of a class/],
])("a file to compare with %s is refused before anything is graded", async (_, file, message) => {
  const { code, stderr } = await gradeClassIn(
    courseWithClass(),
    () => expect.unreachable(),
    "--compare",
    file,
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

async function graded(): Promise<{
  root: string;
  again: (...more: readonly string[]) => ReturnType<typeof gradeClassIn>;
}> {
  const root = courseWithClass();
  const { code } = await gradeClassIn(root, fakeGrader().gradeKata);
  expect(code).toBe(0);
  return { root, again: (...more) => gradeClassIn(root, fakeGrader().gradeKata, ...more) };
}
