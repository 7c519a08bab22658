import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runKatas, startKatas } from "../cli/_bin.ts";
import type { Ran } from "../cli/_run.ts";
import { counter, courseOf, kataJson, write, type Files } from "../grade/_course.ts";

// Each of these starts the real command.
vi.setConfig({ testTimeout: 60_000 });

const RIGHT = counter("Atomics.add(this.#cell, 0, 1)");
const LOST = counter("Atomics.store(this.#cell, 0, Atomics.load(this.#cell, 0) + 1)");
const FACTS = `
  import { expect, test } from "vitest";
  import { Counter } from "../src/index.ts";

  test("a counter begins at 0", () => {
    expect(Counter.create().value).toBe(0);
  });
  test("a counter counts", () => {
    const counter = Counter.create();
    counter.count();
    expect(counter.value).toBe(1);
  });
`;

test("every scenario and every fact of a correct kata passes, and the points are printed", async () => {
  const { code, stdout, stderr } = await testTiny({
    "katas/tiny/src/index.ts": RIGHT,
    "katas/tiny/test/facts.test.ts": FACTS,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(linesOf(stdout)).toEqual(
    expect.arrayContaining([
      "PASS  a counter begins at 0",
      "PASS  a counter counts",
      expect.stringMatching(/^PASS {2}B1 one thread counts to 2 +40\/40 /),
      expect.stringMatching(/^PASS {2}T1 two threads count once each +60\/60 /),
      "  total          100/100",
    ]),
  );
});

test("scenarios come in the order of the report", async () => {
  const { stdout } = await testTiny({ "katas/tiny/src/index.ts": RIGHT });
  const titles = linesOf(stdout).filter((line) => /^PASS {2}(?:B1 one|T1 two)/.test(line));
  expect(titles.map((line) => line.slice(6, 8))).toEqual(["B1", "T1"]);
});

test("a failing scenario is its story, without a stack", async () => {
  const { code, stdout } = await testTiny({ "katas/tiny/src/index.ts": LOST });
  expect(code).toBe(1);
  expect(stdout).toMatch(/\nFAIL {2}T1 two threads count once each +0\/60 +lost update\n/);
  expect(stdout).toContain("worker A");
  expect(stdout).not.toMatch(/suite\.ts|node_modules|\n +at (?!src)/);
  expect(linesOf(stdout)).toContain("  total           40/100");
});

test("a stub says what to write first, and scores 0", async () => {
  const { code, stdout } = await testTiny({});
  expect(code).toBe(1);
  expect(stdout).toContain("count(): try B1");
  expect(linesOf(stdout)).toContain("  total            0/100");
});

test("--only runs these scenarios, no facts, and gives no points", async () => {
  const files = { "katas/tiny/src/index.ts": LOST, "katas/tiny/test/facts.test.ts": FACTS };
  const { code, stdout } = await testTiny(files, "--only", "B1");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^PASS {2}B1 one thread counts to 2 [^\n]+\n$/);
});

test("-t runs the tests whose name matches", async () => {
  const files = { "katas/tiny/src/index.ts": RIGHT, "katas/tiny/test/facts.test.ts": FACTS };
  const { code, stdout } = await testTiny(files, "-t", "T1|begins");
  expect(code).toBe(0);
  expect(
    linesOf(stdout)
      .map((line) => line.slice(0, 8))
      .sort(),
  ).toEqual(["PASS  T1", "PASS  a "]);
});

test("a pattern that matches nothing does not pass", async () => {
  const { code, stdout } = await testTiny({}, "-t", "nothing of the kind");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "no test matches\n" });
});

test("--no-hidden runs the public scenarios only", async () => {
  const { code, stdout } = await testTiny({ "katas/tiny/src/index.ts": LOST }, "--no-hidden");
  expect(code).toBe(0);
  expect(stdout).not.toContain("two threads");
});

test("--replay runs the failing schedule again", async () => {
  const root = courseOf({ "katas/tiny/src/index.ts": LOST });
  const folder = join(root, "katas/tiny");
  const { stdout } = await runKatas(["test"], folder);
  const [, id] = /--replay (T1:[\w-]+)/.exec(stdout) ?? [];
  const failing = await runKatas(["test", "--replay", id!], folder);
  expect(failing.code).toBe(1);
  expect(failing.stdout).toContain("lost update");
  expect(failing.stdout).not.toContain("B1");
});

test("a fact that fails shows the difference and the line", async () => {
  const wrong = counter("Atomics.add(this.#cell, 0, 2)");
  const files = { "katas/tiny/src/index.ts": wrong, "katas/tiny/test/facts.test.ts": FACTS };
  const { code, stdout } = await testTiny(files, "-t", "a counter");
  expect(code).toBe(1);
  expect(stdout).toBe(
    [
      "PASS  a counter begins at 0",
      "",
      "FAIL  a counter counts",
      "      expected 2 to be 1 // Object.is equality",
      "",
      "      - Expected",
      "      + Received",
      "",
      "      - 1",
      "      + 2",
      "",
      "      at test/facts.test.ts:11:27",
      "",
    ].join("\n"),
  );
});

test("a syntax error is a failure of the facts and of every scenario", async () => {
  const { code, stdout } = await testTiny({
    "katas/tiny/src/index.ts": "export const x = ;",
    "katas/tiny/test/facts.test.ts": FACTS,
  });
  expect(code).toBe(1);
  expect(stdout).toContain("FAIL  test/facts.test.ts");
  expect(stdout).toContain("FAIL  B1 one thread counts to 2");
});

test("what the code prints in a fact is shown", async () => {
  const talking = counter('console.log("counting")');
  const files = { "katas/tiny/src/index.ts": talking, "katas/tiny/test/facts.test.ts": FACTS };
  const { stdout } = await testTiny(files, "-t", "a counter counts");
  expect(stdout).toContain("counting\n");
});

test("a fact that never ends is stopped, and the scenarios are decided all the same", async () => {
  const { code, stdout } = await testTiny({
    "katas/tiny/src/index.ts": RIGHT,
    "katas/tiny/test/facts.test.ts": `
      import { test } from "vitest";

      test("it loops", () => {
        for (;;);
      });
    `,
  });
  expect(code).toBe(1);
  expect(stdout).toContain("it loops: it does not end, and was stopped after 5 s");
  expect(linesOf(stdout)).toContain("  total          100/100");
});

test("an item of the rubric that is lost although every scenario passes is a failure", async () => {
  const rubric = [
    { id: "B1", title: "it counts", group: "B", points: 40, scenarios: ["B1"] },
    { id: "T1", title: "no step is lost", group: "S", points: 50, scenarios: ["T1"] },
    {
      id: "C1",
      title: "no data race",
      group: "C",
      points: 10,
      scenarios: ["B1", "T1"],
      derive: "no-busy-wait",
    },
  ];
  const busy = `
    while (Atomics.compareExchange(this.#cell, 1, 0, 1) !== 0);
    Atomics.add(this.#cell, 0, 1);
    Atomics.store(this.#cell, 1, 0)`;
  const { code, stdout } = await testTiny({
    "katas/tiny/kata.json": kataJson({ rubric }),
    "katas/tiny/src/index.ts": counter(busy).replace(
      "SharedArrayBuffer(4)",
      "SharedArrayBuffer(8)",
    ),
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/\nPASS {2}T1 two threads/);
  expect(stdout).toMatch(/\nFAIL {2}C1 no data race +0\/10 +busy-waiting in T1\n/);
});

test("a broken course is one line on stderr, and exit code 2", async () => {
  const { code, stdout, stderr } = await testTiny({ "katas/tiny/test/public.ts": "export {};" });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(
    "katas: katas/tiny/test/public.ts must `export default defineScenarios(…)` (E_BAD_SCENARIOS)\n",
  );
});

test.skipIf(process.platform === "win32")(
  "in watch mode a save runs everything again, until Ctrl-C",
  async () => {
    const root = courseOf({
      "katas/tiny/src/index.ts": LOST,
      "katas/tiny/test/facts.test.ts": FACTS,
    });
    const running = startKatas(["test", "--watch"], join(root, "katas/tiny"));
    await running.printed("  total           40/100");
    await running.printed("waiting for a file to be saved");
    write(root, { "katas/tiny/src/index.ts": RIGHT });
    await running.printed("src/index.ts was saved");
    await running.printed("  total          100/100");
    await running.printed("waiting for a file to be saved");
    write(root, { "katas/tiny/test/facts.test.ts": FACTS.replace("toBe(1)", "toBe(7)") });
    await running.printed("expected 1 to be 7");
    await running.printed("waiting for a file to be saved");
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130, stderr: "" });
  },
);

async function testTiny(files: Files, ...argv: readonly string[]): Promise<Ran> {
  return runKatas(["test", ...argv], join(courseOf(files), "katas/tiny"));
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split("\n");
}
