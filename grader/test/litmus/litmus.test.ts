import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { ScenarioResult } from "../../src/grade/result.ts";
import { families } from "./_corpus.ts";
import { gradeCorpus } from "./_grade.ts";
import type { Litmus, Pass } from "./_litmus.ts";
import { litmusPage } from "./_table.ts";

const page = fileURLToPath(new URL("../../docs/litmus.md", import.meta.url));

let results: ReadonlyMap<string, ScenarioResult> = new Map();

beforeAll(async () => {
  results = await gradeCorpus();
}, 600_000);

const programs = families.flatMap((family) => Object.entries(family.programs));

/** What can be said of a result in the words of an expectation. */
function seen(id: string): object {
  const { verdict, bugClass, evidence, story, message } = results.get(id) as ScenarioResult;
  return {
    verdict,
    bugClass,
    preemptions: story?.preemptions,
    minimal: story?.minimal,
    exhausted: evidence.bound,
    complete: evidence.complete,
    message,
  };
}

function wanted(expected: Litmus["expected"]): object {
  if (expected.verdict === "pass") {
    const { bound } = expected;
    const reach = bound === undefined ? { complete: true } : {};
    return { verdict: "pass", message: undefined, ...reach };
  }
  const { verdict, bugClass, preemptions } = expected;
  return { verdict, bugClass, preemptions, minimal: true, exhausted: preemptions - 1 };
}

describe.each(families)("$title", (family) => {
  const all = Object.entries(family.programs).map(([id, make]) => ({ id, ...make() }));

  test.each(all)("$name: $expected.verdict", ({ id, expected }) => {
    expect(seen(id)).toMatchObject(wanted(expected));
    const { schedules, bound } = (results.get(id) as ScenarioResult).evidence;
    if (expected.verdict !== "pass") expect(schedules).toBeLessThanOrEqual(expected.within);
    else if (expected.bound !== undefined) expect(bound).toBeGreaterThanOrEqual(expected.bound);
  });

  const twins = all.flatMap(({ id, name, twin }) => (twin === undefined ? [] : { id, name, twin }));

  test.each(twins)("$name, but $twin.name: pass", ({ id, twin }) => {
    const pass: Pass = { verdict: "pass", ...twin };
    expect(seen(`${id}-twin`)).toMatchObject(wanted(pass));
    const { bound } = (results.get(`${id}-twin`) as ScenarioResult).evidence;
    if (twin.bound !== undefined) expect(bound).toBeGreaterThanOrEqual(twin.bound);
  });
});

test("there are at least 60 programs, and complete explorations of at least 20 twins", () => {
  expect(programs.length).toBeGreaterThanOrEqual(60);
  const complete = programs.filter(([id]) => results.get(`${id}-twin`)?.evidence.complete === true);
  expect(complete.length).toBeGreaterThanOrEqual(20);
});

test("each program has a name and a source of its own", () => {
  const names = programs.map(([, make]) => make().name);
  expect(new Set(names).size).toBe(names.length);
  expect(programs.filter(([, make]) => make().source === "")).toEqual([]);
});

test("docs/litmus.md is up to date", async () => {
  await expect(litmusPage(results)).toMatchFileSnapshot(page);
});
