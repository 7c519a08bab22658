import { expect, test } from "vitest";
import { checkKata, type CheckItem } from "../../../src/grade/check/index.ts";
import type { gradeKata } from "../../../src/grade/grade-kata.ts";
import { findKata } from "../../../src/grade/kata.ts";
import type { ScenarioResult } from "../../../src/grade/result.ts";
import { counter, courseOf, mutantHeader, type Files } from "../_course.ts";
import { kataResult, scenarioResult, STORY, TIMELINE } from "../_result.ts";

const LOST = "const n = Atomics.load(this.#cell, 0); Atomics.store(this.#cell, 0, n + 1)";
const alternatives = Object.fromEntries(
  ["one", "two", "three", "four"].map((name) => [
    `solutions/tiny/alternatives/${name}.ts`,
    counter("Atomics.add(this.#cell, 0, 1)", `/** @alternative ${name} — as the reference. */`),
  ]),
);
const names = ["load-then-store", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const mutants = Object.fromEntries(
  names.map((name) => [
    `solutions/tiny/mutants/${name}.ts`,
    counter(LOST, mutantHeader({ mutant: name })),
  ]),
);
const COMPLETE: Files = { ...alternatives, ...mutants };

test("a kata whose tests bite passes, item by item", async () => {
  const items = await check(COMPLETE);
  expect(items.flatMap(({ problems }) => problems)).toEqual([]);
  expect(items.slice(0, 8).map(({ kind, name, seen }) => `${kind} ${name}: ${seen}`)).toEqual([
    "files files: all there",
    "stub stub: 0/100",
    "reference reference: 100/100",
    "alternative four: 100/100",
    "alternative one: 100/100",
    "alternative three: 100/100",
    "alternative two: 100/100",
    "mutant b: T1 violation lost-update 40/100",
  ]);
});

test("a mutant that survives is a failure", async () => {
  expect(await problemsOf("mutant", [pass("B1"), pass("T1")])).toEqual([
    "T1 gives pass instead of violation; it survives",
  ]);
});

test("a mutant that falls by another scenario is a failure", async () => {
  expect(await problemsOf("mutant", [scenarioResult("B1", "violation"), pass("T1")])).toEqual([
    "T1 gives pass instead of violation",
  ]);
});

test("a mutant that falls with another verdict is a failure", async () => {
  expect(await problemsOf("mutant", [pass("B1"), { ...FALLEN, verdict: "race" }])).toEqual([
    "T1 gives race instead of violation",
  ]);
});

test("a mutant that is called another bug is a failure", async () => {
  expect(await problemsOf("mutant", [pass("B1"), { ...FALLEN, bugClass: "spin" }])).toEqual([
    "T1 is called spin, not lost-update",
  ]);
});

test("a diagnosis that is no bug class is for the reader only", async () => {
  const name = "solutions/tiny/mutants/load-then-store.ts";
  const other = counter(LOST, mutantHeader({ diagnosis: "private-lock" }));
  const items = await check({ ...COMPLETE, [name]: other });
  expect(items.flatMap(({ problems }) => problems)).toEqual([]);
});

test("a mutant that falls by native stress alone is a failure", async () => {
  const stress = { ...FALLEN.evidence, strategy: "stress" as const };
  expect(await problemsOf("mutant", [pass("B1"), { ...FALLEN, evidence: stress }])).toEqual([
    "only native stress kills it, so it may survive another time",
  ]);
});

test("a reference that does not earn everything is a failure", async () => {
  const undecided = scenarioResult("T1", "inconclusive", { message: "too large" });
  expect(await problemsOf("reference", [pass("B1"), undecided])).toEqual([
    "T1 gives inconclusive (too large) instead of pass; T1 is not earned; 40/100 points",
  ]);
});

test("a scenario without points, and points without a scenario, are failures", async () => {
  expect(await problemsOf("reference", [pass("B1"), pass("T9")])).toEqual([
    "T1 is not earned: not run; 40/100 points; there is no scenario T1; scenario T9 gives no points",
  ]);
});

test("a stub that earns points is a failure", async () => {
  expect(await problemsOf("stub", [pass("B1"), scenarioResult("T1", "crash")])).toEqual([
    "it earns 40 points instead of 0; B1 gives pass instead of failing cleanly",
  ]);
});

test("a stub that hangs is a failure", async () => {
  const [problem] = await problemsOf("stub", [
    scenarioResult("B1", "crash", { bugClass: "uncaught-error" }),
    scenarioResult("T1", "livelock"),
  ]);
  expect(problem).toBe("T1 gives livelock instead of failing cleanly");
});

test("two gradings that differ are a failure, and where they do is said", async () => {
  let states = 0;
  const grade: typeof gradeKata = async (_kata, submission) => {
    const text = submission.files.get("src/index.ts") ?? "";
    if (!text.includes("@alternative one")) return gradeFake(_kata, submission, OPTIONS);
    const evidence = { ...pass("B1").evidence, states: states++ };
    return kataResult([{ ...pass("B1"), evidence }, pass("T1")]);
  };
  const items = await check(COMPLETE, grade);
  expect(items.find(({ name }) => name === "one")?.problems).toEqual([
    "two gradings differ in scenarios.0.evidence.states: 0 and 1",
  ]);
});

test("a replay id that does not reproduce its failure is a failure", async () => {
  const grade: typeof gradeKata = async (kata, submission, options) =>
    options.replay === undefined
      ? gradeFake(kata, submission, options)
      : kataResult([scenarioResult("T1")]);
  const items = await check(COMPLETE, grade);
  expect(items.find(({ name }) => name === "load-then-store")?.problems).toEqual([
    "replay T1:BgEzk1gBAA gives pass instead of violation",
  ]);
});

test("a replay that tells another story is a failure", async () => {
  const grade: typeof gradeKata = async (kata, submission, options) => {
    if (options.replay === undefined) return gradeFake(kata, submission, options);
    const rows = STORY.rows.slice(1);
    return kataResult([{ ...FALLEN, story: { ...STORY, rows } }]);
  };
  const items = await check(COMPLETE, grade);
  expect(items.find(({ name }) => name === "load-then-store")?.problems).toEqual([
    expect.stringMatching(/^replay T1:BgEzk1gBAA differs in rows\.0\.column: 0 and 1/),
  ]);
});

test("so is one that tells another time line", async () => {
  const { story: _, ...fallen } = FALLEN;
  const grade: typeof gradeKata = async (kata, submission, options) => {
    if (submission.name !== "load-then-store") return gradeFake(kata, submission, options);
    const rows = TIMELINE.rows.slice(options.replay === undefined ? 0 : 1);
    return kataResult([scenarioResult("B1"), { ...fallen, timeline: { ...TIMELINE, rows } }]);
  };
  const items = await check(COMPLETE, grade);
  expect(items.find(({ name }) => name === "load-then-store")?.problems).toEqual([
    expect.stringMatching(/^replay T1:2\.AQ differs in rows\.0\.at: 0 and 2\.5/),
  ]);
});

test("a grader that fails is a failure of that item only", async () => {
  const grade: typeof gradeKata = async (kata, submission, options) => {
    if (submission.name === "one") throw new Error("boom");
    return gradeFake(kata, submission, options);
  };
  const items = await check(COMPLETE, grade);
  expect(items.filter(({ problems }) => problems.length > 0)).toEqual([
    expect.objectContaining({ name: "one", problems: ["the grader failed: Error: boom"] }),
  ]);
});

test("hidden scenarios may be in several files, which one puts together", async () => {
  const problems = async (files: Files): Promise<readonly string[] | undefined> =>
    (await check({ ...COMPLETE, ...files }))[0]?.problems;
  const more = { "katas/tiny/hidden/more.ts": "export const more = [];\n" };
  const all = 'import { more } from "./more.ts";\nexport default [...more];\n';
  expect(await problems({ ...more, "katas/tiny/hidden/scenarios.ts": all })).toEqual([]);
  expect(await problems({ "katas/tiny/hidden/more.txt": "" })).toEqual([
    "katas/tiny/hidden/more.txt is unexpected: remove it, or say in kata.json what it is",
  ]);
});

test("missing and unexpected files are failures", async () => {
  const [item] = await check({
    "katas/tiny/draft.txt": "",
    "katas/tiny/given/more.ts": "",
    "solutions/tiny/mutants/Load.ts": counter(LOST, mutantHeader({ mutant: "Load" })),
    "katas/tiny/hints.md": "## 1\n\nAdd.\n\n## 2\n\nb\n",
    "katas/tiny/predict.json": "[]",
  });
  expect(item?.problems).toEqual([
    "katas/tiny/draft.txt is unexpected: remove it, or say in kata.json what it is",
    "katas/tiny/given/more.ts is unexpected: remove it, or say in kata.json what it is",
    "solutions/tiny/mutants/Load.ts is unexpected: remove it, or say in kata.json what it is",
    "solutions/tiny/alternatives holds 0 of at least 4",
    "solutions/tiny/mutants holds 0 of at least 10",
    "there are 2 hints instead of 3",
    "the first hint must be a question",
    "katas/tiny/predict.json must be a list of questions",
  ]);
});

test("a mutant with a bad header is a failure, and graded all the same", async () => {
  const name = "solutions/tiny/mutants/load-then-store.ts";
  const items = await check({ ...COMPLETE, [name]: counter(LOST, "// a bug") });
  expect(items.find((item) => item.name === "load-then-store")).toMatchObject({
    seen: "40/100",
    problems: ["it does not begin with a doc comment"],
  });
});

const OPTIONS = { scenarioFiles: [] };
const FALLEN: ScenarioResult = scenarioResult("T1", "violation", {
  bugClass: "lost-update",
  story: STORY,
});

function pass(id: string): ScenarioResult {
  return scenarioResult(id);
}

/** A grader that knows these programs by their text. */
const gradeFake: typeof gradeKata = async (_kata, { files }) => {
  const text = files.get("src/index.ts") ?? "";
  if (text.includes("TODO")) {
    return kataResult([
      scenarioResult("B1", "crash", { bugClass: "uncaught-error", message: "TODO: count()" }),
      scenarioResult("T1", "crash", { bugClass: "uncaught-error", message: "TODO: count()" }),
    ]);
  }
  return kataResult([pass("B1"), text.includes("Atomics.store") ? FALLEN : pass("T1")]);
};

/** What is said about the subjects of a kind when their grade is `scenarios`. */
test.each([
  [false, ["T1", "T1"]],
  [true, [undefined, "T1"]],
])(
  "where processes are started, mutants run in one scenario and alternatives once, unless whole: %s",
  async (whole, only) => {
    const root = courseOf(COMPLETE);
    const kata = { ...findKata(root, "tiny"), engines: ["processes"] as const };
    let gradings = 0;
    const asked: (string | undefined)[] = [];
    const grade: typeof gradeKata = (one, submission, options) => {
      const text = submission.files.get("src/index.ts") ?? "";
      if (text.includes("@mutant load-then-store") && options.replay === undefined)
        asked.push(options.only?.join());
      if (text.includes("@alternative one")) gradings++;
      return gradeFake(one, submission, options);
    };
    const items: CheckItem[] = [];
    for await (const item of checkKata(kata, { courseRoot: root, gradeKata: grade, whole }))
      items.push(item);
    expect(asked).toEqual(only);
    expect(gradings).toBe(whole ? 2 : 1);
    expect(items.flatMap(({ problems }) => problems)).toEqual([]);
    expect(items.find(({ name }) => name === "load-then-store")?.seen).toBe(
      `T1 violation lost-update${whole ? " 40/100" : ""}`,
    );
  },
);

async function problemsOf(
  kind: CheckItem["kind"],
  scenarios: readonly ScenarioResult[],
): Promise<readonly string[]> {
  const items = await check(COMPLETE, async (kata, submission, options) => {
    const text = submission.files.get("src/index.ts") ?? "";
    const isReference = !text.includes("TODO") && !text.startsWith("/**");
    const isIt =
      (kind === "mutant" && text.includes("@mutant load-then-store")) ||
      (kind === "stub" && text.includes("TODO")) ||
      (kind === "reference" && isReference);
    if (!isIt) return gradeFake(kata, submission, options);
    const wanted = options.replay?.split(":")[0];
    return kataResult(scenarios.filter(({ id }) => wanted === undefined || id === wanted));
  });
  const item = items.find((one) => one.kind === kind && one.problems.length > 0);
  return item === undefined ? [] : [item.problems.join("; ")];
}

async function check(files: Files, grade: typeof gradeKata = gradeFake): Promise<CheckItem[]> {
  const courseRoot = courseOf(files);
  const kata = findKata(courseRoot, "tiny");
  const items: CheckItem[] = [];
  for await (const item of checkKata(kata, { courseRoot, gradeKata: grade })) items.push(item);
  return items;
}
