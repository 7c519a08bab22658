import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { gradeKata } from "../../src/grade/grade-kata.ts";
import { courseOf, kataJson, write } from "../grade/_course.ts";
import { kataResult, scenarioResult } from "../grade/_result.ts";
import { katas } from "./_run.ts";

const KEY = { KATAS_PACK_KEY: "ab".repeat(32) };
const HIDDEN = "katas/tiny/hidden/scenarios.ts";

/** A course with a pack of its hidden scenarios, which are gone. */
async function courseWithPack(
  seal: readonly string[] = [],
): Promise<{ readonly root: string; readonly text: string }> {
  const root = courseOf();
  const text = readFileSync(join(root, HIDDEN), "utf8");
  const { code, stdout } = await katas(["pack", "p.json", ...seal], root, { env: KEY });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^p\.json {2}tiny {2}(?:readable|sealed) {2}sha256 [0-9a-f]{64}\n$/);
  rmSync(join(root, "katas/tiny/hidden"), { recursive: true });
  return { root, text };
}

/** A grader that notes what stands in the place of hidden scenarios. */
function looking(root: string, seen: string[]): typeof gradeKata {
  return async () => {
    seen.push(readFileSync(join(root, HIDDEN), "utf8"));
    return kataResult([scenarioResult("B1"), scenarioResult("T1")]);
  };
}

test.each([[[]], [["--seal"]]])(
  "the scenarios of a pack are there while it is graded, and no longer: pack %j",
  async (seal) => {
    const { root, text } = await courseWithPack(seal);
    const seen: string[] = [];
    const { code } = await katas(["grade", "--pack", "p.json"], root, {
      env: KEY,
      gradeKata: looking(root, seen),
    });
    expect({ code, seen }).toEqual({ code: 0, seen: [text] });
    expect(existsSync(join(root, "katas/tiny/hidden"))).toBe(false);
  },
);

test("they go away when the grading fails", async () => {
  const { root } = await courseWithPack();
  const { code } = await katas(["grade", "--pack", "p.json"], root, {
    gradeKata: async () => {
      throw new Error("boom");
    },
  });
  expect(code).toBe(2);
  expect(existsSync(join(root, "katas/tiny/hidden"))).toBe(false);
});

test("scenarios that are here are not written over, and stay", async () => {
  const { root } = await courseWithPack();
  write(root, { [HIDDEN]: "mine" });
  const { code, stderr } = await katas(["grade", "--pack", "p.json"], root);
  expect(code).toBe(2);
  expect(stderr).toContain("p.json is not needed: katas/tiny/hidden is here");
  expect(readFileSync(join(root, HIDDEN), "utf8")).toBe("mine");
});

test("a pack for another version of the kata is refused", async () => {
  const { root } = await courseWithPack();
  write(root, { "katas/tiny/kata.json": kataJson({ title: "Another" }) });
  const { stderr } = await katas(["grade", "--pack", "p.json"], root);
  expect(stderr).toContain("p.json is for another version of katas/tiny/kata.json");
});

test("a pack stays good when the solutions are published later", async () => {
  const { root } = await courseWithPack();
  write(root, { "katas/tiny/kata.json": kataJson({ embargo: "2027-03-01T00:00Z" }) });
  const { code } = await katas(["grade", "--pack", "p.json"], root, {
    gradeKata: async () => kataResult([scenarioResult("B1"), scenarioResult("T1")]),
  });
  expect(code).toBe(0);
});

test("a pack of other katas is refused", async () => {
  const { root } = await courseWithPack();
  write(root, {
    "katas/other/kata.json": kataJson({ slug: "other", given: [] }),
    "katas/other/test/public.ts": "",
  });
  const { stderr } = await katas(["grade", "--pack", "p.json", "--kata", "other"], root);
  expect(stderr).toContain("p.json holds none of other");
});

test("a sealed pack needs its key", async () => {
  const { root } = await courseWithPack(["--seal"]);
  const { code, stderr } = await katas(["grade", "--pack", "p.json"], root);
  expect(code).toBe(2);
  expect(stderr).toContain("p.json is sealed: set KATAS_PACK_KEY");
});

test.each([
  [["grade", "--pack", "p.json", "--no-hidden"], {}, "exclude each other"],
  [["grade", "--pack", "none.json"], {}, "none.json cannot be read"],
  [["pack", "p.json", "--seal"], {}, "--seal needs KATAS_PACK_KEY"],
  [["pack", "p.json", "--seal"], { KATAS_PACK_KEY: "short" }, "KATAS_PACK_KEY is no key"],
  [["pack", "-"], {}, "a pack is a file"],
])("%j with %j is refused: %s", async (argv, env, message) => {
  const root = courseOf();
  writeFileSync(join(root, "p.json"), "");
  const { code, stdout, stderr } = await katas(argv, root, { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});

test("a course without hidden scenarios has nothing to pack", async () => {
  const root = courseOf();
  rmSync(join(root, "katas/tiny/hidden"), { recursive: true });
  const { stderr } = await katas(["pack", "p.json"], root);
  expect(stderr).toContain("there are no hidden scenarios of tiny here");
});
