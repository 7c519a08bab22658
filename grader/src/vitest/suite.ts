/**
 * The test file of every kata: each scenario is one test. One grading serves all of them; it begins
 * with the first test, and each test waits for its own result.
 */
import process from "node:process";
import { afterAll, beforeAll, describe, inject, test, type RunnerTestFile } from "vitest";
import { readKata } from "../grade/kata.ts";
import { renderScenario } from "../report/index.ts";
import { prepareGrading } from "./_grading.ts";
import { loadScenarios, type ScenarioFacts } from "./scenarios.ts";
import "./options.ts";

const options = inject("kata");
const kata = readKata(options.folder);
const groups = await loadScenarios(kata, options);
const only = options.replay === undefined ? options.only : [options.replay.split(":")[0]!];
const isWanted = ({ id }: ScenarioFacts): boolean => only === undefined || only.includes(id);
const wanted = groups.flatMap(({ scenarios }) => scenarios).filter(isWanted);
const grading = prepareGrading(kata, options);

/** Items that are earned by what no scenario showed; nothing can be said of them by halves. */
const derived = only === undefined ? kata.rubric.filter((item) => item.derive !== undefined) : [];

/** Why the grader gives no points for what was left out. */
const NOT_RUN = "not run";

let isWhole = false;

// oxlint-disable-next-line no-empty-pattern -- vitest reads from it which fixtures are wanted: none
beforeAll(({}, file) => {
  // What the flag -t leaves out is not run at all.
  const running = runningTests(file).map((name) => name.split(" ")[0]!);
  const needsAll = derived.some(({ id }) => running.includes(id));
  const ids = wanted.map(({ id }) => id).filter((id) => needsAll || running.includes(id));
  isWhole = only === undefined && running.length === wanted.length + derived.length;
  if (ids.length > 0) grading.start(ids);
});
afterAll(() => grading.stop());
// Asked to go, by Ctrl-C or by vitest. The hosts are groups of their own, so nobody else tells them.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    grading.stop();
    process.exit(1);
  });
}

for (const { title, scenarios } of groups) {
  const chosen = scenarios.filter(isWanted);
  if (chosen.length === 0) continue;
  describe(`${title} scenarios`, () => {
    for (const scenario of chosen) {
      // The grader has its own limits, which end with a verdict.
      test(`${scenario.id} ${scenario.title}`, { timeout: 0 }, async ({ task, signal }) => {
        signal.addEventListener("abort", grading.stop);
        const result = await grading.scenario(scenario.id);
        task.meta.scenario = result;
        if (isWhole && scenario === wanted.at(-1)) task.meta.kata = await grading.whole();
        if (result.verdict !== "pass") {
          const plain = { colour: false, width: 100, kata: kata.slug };
          throw new ScenarioFailure(renderScenario(result, plain));
        }
      });
    }
  });
}

describe.runIf(derived.length > 0)("craft", () => {
  for (const { id, title } of derived) {
    test(`${id} ${title}`, { timeout: 0 }, async ({ signal, skip }) => {
      signal.addEventListener("abort", grading.stop);
      const { rubric } = await grading.whole();
      const item = rubric.find((one) => one.id === id);
      if (item?.reason === NOT_RUN) skip("some of its scenarios are hidden");
      if (item?.earned === 0) throw new ScenarioFailure(item.reason ?? "not earned");
    });
  }
});

/** A failing scenario as vitest shows it: the story, and no stack of ours below it. */
class ScenarioFailure extends Error {
  override readonly name = "scenario";

  constructor(story: string) {
    super(story);
    this.stack = "";
  }
}

function runningTests(suite: Pick<RunnerTestFile, "tasks">): readonly string[] {
  return suite.tasks.flatMap((task) => {
    if (task.mode !== "run" && task.mode !== "queued") return [];
    return task.type === "suite" ? runningTests(task) : [task.name];
  });
}
