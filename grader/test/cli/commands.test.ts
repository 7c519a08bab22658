import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { courseOf } from "../grade/_course.ts";
import { kataResult, scenarioResult, STORY } from "../grade/_result.ts";
import { katas, typed } from "./_run.ts";

test("a hint is printed, with the way to the next", async () => {
  const root = courseOf();
  const { code, stdout } = await katas(["hint"], join(root, "katas/tiny/src"));
  expect(code).toBe(0);
  expect(stdout).toBe(
    "Hint 1 of 3 for tiny\n\nWhy?\n\nThe next one says more: npm run hint -w kata-tiny -- 2\n",
  );
});

test("the last hint is followed by the lesson", async () => {
  const { stdout } = await katas(["hint", "3", "--kata", "tiny"], courseOf());
  expect(stdout).toBe(
    "Hint 3 of 3 for tiny\n\nDo this.\n\n" +
      "This is the last one. The rest is in katas/tiny/lesson.md\n",
  );
});

test("answers on the command line are judged, and explained", async () => {
  const argv = ["predict", "-k", "tiny", "--answer", "first=11", "second=b"];
  const { code, stdout } = await katas(argv, courseOf());
  expect(code).toBe(1);
  expect(stdout).toContain("Not 11: it is 2. It adds.");
  expect(stdout).toContain("Right: y. So it is.");
  expect(stdout).toMatch(/\n1 of 2 right\n$/);
});

test("right answers are exit code 0", async () => {
  const argv = ["predict", "-k", "tiny", "-a", "first=2", "-a", "second=y"];
  expect((await katas(argv, courseOf())).code).toBe(0);
});

test("on a terminal, each question waits for an answer that is one", async () => {
  const { code, stdout } = await katas(["predict", "-k", "tiny"], courseOf(), {
    isTTY: true,
    env: { NO_COLOR: "1" },
    stdin: typed("perhaps", " A ", "x"),
  });
  expect(code).toBe(1);
  expect(stdout).toContain("?   one of a or b, please\n? Right");
  expect(stdout).toContain("Not x: it is y. So it is.");
  expect(stdout).toContain("1 of 2 right");
});

test("whoever leaves in the middle is not asked again", async () => {
  const { code, stdout } = await katas(["predict", "-k", "tiny"], courseOf(), {
    isTTY: true,
    env: { NO_COLOR: "1" },
    stdin: typed(),
  });
  expect(code).toBe(1);
  expect(stdout).not.toContain("second");
});

test("where nobody can answer, the questions are printed with how to", async () => {
  const { code, stdout } = await katas(["predict", "-k", "tiny"], courseOf());
  expect(code).toBe(1);
  expect(stdout).toContain("1 + 1?\n\n  a  2\n  b  11\n");
  expect(stdout).toContain("answer with --answer second=a, and so on");
});

test("a replay that still fails tells its story, and is exit code 1", async () => {
  const ids: (string | undefined)[] = [];
  const { code, stdout } = await katas(["replay", "tiny", STORY.replay], courseOf(), {
    gradeKata: async (_kata, _submission, { replay }) => {
      ids.push(replay);
      return kataResult([scenarioResult("T1", "violation", { story: STORY })]);
    },
  });
  expect(code).toBe(1);
  expect(ids).toEqual([STORY.replay]);
  expect(stdout).toContain("worker A");
});

test("a replay that passes now is exit code 0", async () => {
  const { code } = await katas(["replay", "tiny", STORY.replay], courseOf(), {
    gradeKata: async () => kataResult([scenarioResult("T1")]),
  });
  expect(code).toBe(0);
});

test("--explain prints the sentence of the contract, and runs nothing", async () => {
  const root = courseOf();
  const { code, stdout } = await katas(["test", "--explain", "-k", "tiny"], root, {
    gradeKata: () => expect.unreachable(),
  });
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "B1  one thread counts to 2  public, 40 points",
      '    contract  "count() adds 1"',
      "    expected  a count of 2",
      "    run it    npm test -w kata-tiny -- --only B1",
      "",
      "T1  two threads count once each  hidden, 60 points",
      '    contract  "no step is ever lost"',
      "    expected  a count of 2",
      "    run it    npm test -w kata-tiny -- --only T1",
      "",
      "",
    ].join("\n"),
  );
});

test("--explain --only explains these scenarios", async () => {
  const argv = ["test", "--explain", "-k", "tiny", "--only", "T1"];
  const { stdout } = await katas(argv, courseOf());
  expect(stdout).toMatch(/^T1 /);
});

test("a check prints one line for each item, and counts them for whoever adds up", async () => {
  const root = courseOf();
  const { code, stdout } = await katas(["check", "--json", "check.json"], root);
  expect(code).toBe(1);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringMatching(
      /^✗ tiny {2}files .*: solutions\/tiny\/alternatives holds 0 of at least 4/,
    ),
    expect.stringMatching(/^✗ tiny {2}stub .* 100\/100: it earns 100 points instead of 0/),
    "✓ tiny  reference                              100/100",
    "katas check: 1 passed, 2 failed",
  ]);
  const json = JSON.parse(readFileSync(join(root, "check.json"), "utf8")) as object;
  expect(json).toMatchObject({ schema: "concurrency-katas/check/v1", passed: 1, failed: 2 });
});

test("the version is that of the package", async () => {
  const { stdout } = await katas(["--version"], courseOf());
  const file = new URL("../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  expect(stdout).toBe(`${version}\n`);
});
