import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { gradeKata } from "../../src/grade/grade-kata.ts";
import type { GradeOptions } from "../../src/grade/grade-options.ts";
import type { Submission } from "../../src/grade/intake.ts";
import type { GradeResult } from "../../src/grade/result.ts";
import { counter, courseOf, folderOf, kataJson, write } from "../grade/_course.ts";
import { kataResult, scenarioResult, STORY } from "../grade/_result.ts";
import { katas } from "./_run.ts";

const FULL = kataResult([scenarioResult("B1"), scenarioResult("T1")]);
const RACY = kataResult([
  scenarioResult("B1"),
  scenarioResult("T1", "violation", { bugClass: "lost-update", got: "a count of 1", story: STORY }),
]);

test("full points are exit code 0, and the table is on stdout", async () => {
  const { code, stdout, stderr } = await katas(["grade"], courseOf());
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("kata-tiny  A counter");
  expect(stdout).toContain("100/100");
});

test("missing points are exit code 1, and the failure is a story", async () => {
  const { code, stdout } = await katas(["grade"], courseOf(), { gradeKata: async () => RACY });
  expect(code).toBe(1);
  expect(stdout).toContain("npm test -w kata-tiny -- --replay T1:BgEzk1gBAA");
  expect(stdout).toContain("40/100");
});

test("points of scenarios that are not here cost nothing", async () => {
  const only = kataResult([scenarioResult("B1")]);
  const { code } = await katas(["grade"], courseOf(), { gradeKata: async () => only });
  expect(code).toBe(0);
});

test("points that are lost although every scenario passes are exit code 1", async () => {
  const [first, second] = FULL.rubric;
  const rubric = [first!, { ...second!, earned: 0, reason: "busy-waiting in T1" }];
  const result = { ...FULL, rubric, earned: 40 };
  const { code } = await katas(["grade"], courseOf(), { gradeKata: async () => result });
  expect(code).toBe(1);
});

test("the result is written to a file whole, and equal results are equal bytes", async () => {
  const root = courseOf();
  const texts: string[] = [];
  for (const name of ["a.json", "b.json"]) {
    const { code } = await katas(["grade", "--json", name], root, { gradeKata: async () => RACY });
    expect(code).toBe(1);
    texts.push(readFileSync(join(root, name), "utf8"));
  }
  expect(texts[0]).toBe(texts[1]);
  expect(JSON.parse(texts[0]!)).toMatchObject({
    schema: "concurrency-katas/result/v1",
    submission: "working tree",
    earned: 40,
    points: 100,
    katas: [{ kata: "tiny", earned: 40 }],
  });
  expect(readdirSync(root).filter((name) => name.includes("tmp"))).toEqual([]);
});

test("--json - prints the result and nothing else", async () => {
  const { stdout } = await katas(["grade", "--json", "-"], courseOf());
  expect((JSON.parse(stdout) as GradeResult).earned).toBe(100);
});

test("a result that replaces another keeps a link that leads to it", async () => {
  const root = courseOf({ "old.json": "old" });
  symlinkSync("old.json", join(root, "link.json"));
  await katas(["grade", "--json", "link.json"], root);
  expect(readFileSync(join(root, "old.json"), "utf8")).toContain('"earned": 100');
});

test("a grading that fails leaves the old result as it was", async () => {
  const root = courseOf({ "result.json": "old" });
  const { code, stderr } = await katas(["grade", "--json", "result.json"], root, {
    gradeKata: async () => {
      throw new Error("boom\nat somewhere");
    },
  });
  expect(code).toBe(2);
  expect(stderr).toBe(
    "katas: Error: boom\\nat somewhere: this is a bug of the grader; " +
      "set KATAS_DEBUG=1 and report it (E_BUG)\n",
  );
  expect(readFileSync(join(root, "result.json"), "utf8")).toBe("old");
});

test("the stack of a bug is shown to whoever asks for it", async () => {
  const { stderr } = await katas(["grade"], courseOf(), {
    env: { KATAS_DEBUG: "1" },
    gradeKata: async () => {
      throw new Error("boom");
    },
  });
  expect(stderr).toMatch(/\n +at /);
});

test("a kata that was not handed in scores 0, and the others are graded", async () => {
  const root = courseOf();
  write(root, {
    "katas/other/kata.json": kataJson({ slug: "other", order: 2, given: [] }),
    "katas/other/test/public.ts": "",
  });
  const submission = folderOf({ "tiny/src/index.ts": "export {};" });
  const argv = ["grade", "--submission", submission, "--json", "-"];
  const { code, stdout, stderr } = await katas(argv, root);
  const result = JSON.parse(stdout) as GradeResult;
  expect({ code, earned: result.earned, points: result.points }).toEqual({
    code: 1,
    earned: 100,
    points: 200,
  });
  expect(result.katas[1]).toMatchObject({ kata: "other", earned: 0, scenarios: [] });
  expect(result.katas[1]?.rubric[0]?.reason).toBe("not handed in");
  expect(stderr).toContain("katas: other scores 0:");
});

test("a kata that cannot be read scores 0, and the others are graded", async () => {
  const root = courseOf({
    "katas/other/kata.json": kataJson({ slug: "other", order: 2, given: [] }),
    "katas/other/test/public.ts": "",
  });
  const submission = folderOf({
    "tiny/src/index.ts": "export {};",
    "other/src/index.ts": "\u0000",
  });
  const { stdout, stderr } = await katas(
    ["grade", "--submission", submission, "--json", "-"],
    root,
  );
  expect((JSON.parse(stdout) as GradeResult).katas[1]?.rubric[0]?.reason).toBe("cannot be read");
  expect(stderr).toContain("other/src/index.ts holds a NUL byte");
});

test("the flags reach the grader", async () => {
  const root = courseOf();
  const { calls, gradeKata } = spy();
  const file = join(folderOf({ "answer.ts": counter("") }), "answer.ts");
  await katas(
    ["grade", "-k", "kata-tiny", "-s", file, "--only", "T1,T1", "--no-hidden", "-j", "3"],
    root,
    { gradeKata },
  );
  expect(calls).toEqual([
    {
      name: "answer.ts",
      options: {
        scenarioFiles: [join(root, "katas/tiny/test/public.ts")],
        hidden: false,
        only: ["T1"],
        hosts: 3,
      },
    },
  ]);
});

test("a kata that has none of the wanted scenarios is left out", async () => {
  const rubric = [{ id: "T7", title: "a", group: "S", points: 100, scenarios: ["T7"] }];
  const root = courseOf({ "katas/other/kata.json": kataJson({ slug: "other", rubric }) });
  const { stdout } = await katas(["grade", "--only", "T1", "--json", "-"], root);
  expect((JSON.parse(stdout) as GradeResult).katas.map(({ kata }) => kata)).toEqual(["tiny"]);
});

test("on a terminal, progress is one line of stderr that goes away", async () => {
  const { stderr, stdout } = await katas(["grade"], courseOf(), {
    isTTY: true,
    gradeKata: async (kata, _submission, { onProgress }) => {
      const event = { kata: kata.slug, scenario: "B1", done: 0, total: 2 };
      onProgress?.({ ...event, state: "started" });
      return FULL;
    },
  });
  expect(stderr).toBe("\r\u001b[2Ktiny  preparing\r\u001b[2Ktiny  0/2  B1\r\u001b[2K");
  expect(stdout).toContain("\u001b[");
});

test.each([
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ TERM: "dumb" }, true, false],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{}, false, false],
])("with %j, on a terminal: %s, there are colours: %s", async (env, isTTY, expected) => {
  const { stdout } = await katas(["grade"], courseOf(), { env, isTTY });
  expect(stdout.includes("\u001b[")).toBe(expected);
});

test("Ctrl-C is exit code 130, and nothing is written", async () => {
  const root = courseOf();
  const controller = new AbortController();
  const { code, stderr, stdout } = await katas(["grade", "--json", "result.json"], root, {
    signal: controller.signal,
    gradeKata: async (_kata, _submission, { signal }) => {
      controller.abort();
      signal?.throwIfAborted();
      return FULL;
    },
  });
  expect({ code, stderr, stdout }).toEqual({ code: 130, stderr: "", stdout: "" });
  expect(readdirSync(root)).not.toContain("result.json");
});

test("help is on stdout, with the exit codes", async () => {
  const { code, stdout } = await katas(["grade", "--help"], courseOf());
  expect(code).toBe(0);
  expect(stdout).toContain("--submission <path>");
  expect(stdout).toContain("Exit code: 0 every scenario that ran passes");
});

test("every command has a help", async () => {
  for (const name of ["grade", "test", "replay", "hint", "predict", "check"]) {
    const { code, stdout } = await katas([name, "--help"], courseOf());
    expect([name, code, stdout.split("\n")[0]]).toEqual([
      name,
      0,
      expect.stringMatching(new RegExp(`^Usage: katas ${name} `)),
    ]);
  }
});

function spy(): {
  calls: { name: string; options: GradeOptions }[];
  gradeKata: typeof gradeKata;
} {
  const calls: { name: string; options: GradeOptions }[] = [];
  return {
    calls,
    gradeKata: async (_kata, { name }: Submission, given) => {
      const { onProgress: _onProgress, signal: _signal, ...options } = given;
      calls.push({ name, options });
      return FULL;
    },
  };
}
