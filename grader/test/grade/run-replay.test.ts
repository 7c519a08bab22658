import { describe, expect, test, vi } from "vitest";
import type { ScenarioResult } from "../../src/grade/result.ts";
import { type Mutant, gradeOne, mutants, replay, solution } from "./_bank.ts";

vi.setConfig({ testTimeout: 120_000 });

/** What has to be the same: everything but how the schedule was found. */
function essence({ story, ...result }: ScenarioResult): unknown {
  const { rows, waiters, preemptions, columns, printed } = story ?? {};
  return { ...result, evidence: undefined, rows, waiters, preemptions, columns, printed };
}

const replayable = mutants.filter(({ killedBy }) => !killedBy.startsWith("C"));

test.each(replayable.map((mutant) => [mutant.name, mutant] as const))(
  "the replay id of %s reproduces its verdict and its story",
  async (_name, { text, killedBy }) => {
    const found = await gradeOne(text, killedBy);
    if (found.story === undefined) {
      // What showed in no schedule has none to replay.
      expect(found.verdict).toBe("vacuous");
      return;
    }
    const again = await replay(text, found.story.replay);
    expect(essence(again)).toEqual(essence(found));
    expect(again.story?.replay).toBe(found.story.replay);
  },
);

const mutant = (name: string): Mutant => mutants.find((item) => item.name === name) as Mutant;

describe("a replay id still means the same schedule when", () => {
  const { text, killedBy } = mutant("load-then-store");
  const changed = (how: (code: string) => string): string => {
    const edited = how(text);
    expect(edited).not.toBe(text);
    return edited;
  };

  test.each([
    ["lines are inserted above", (code: string) => `// one\n// two\n\n${code}`],
    [
      "a comment is inserted between the lines that race",
      (code: string) => code.replace(/^( +)Atomics\.store/m, "$1// a remark\n\n$1Atomics.store"),
    ],
    ["lines are indented otherwise", (code: string) => code.replaceAll(/^ {4}/gm, "\t")],
    [
      "another method touches shared memory",
      (code: string) =>
        code.replace(
          /^( +)get balance\(\)/m,
          "$1peek(): number {\n$1  return Atomics.load(this.#cell, 0) + Atomics.load(this.#cell, 0);\n$1}\n\n$&",
        ),
    ],
    [
      "a class is added that nobody uses",
      (code: string) =>
        `${code}\nexport class Unused {\n  x = new Int32Array(new SharedArrayBuffer(4));\n}\n`,
    ],
  ])("%s", async (_what, how) => {
    const found = await gradeOne(text, killedBy);
    const again = await replay(changed(how), found.story?.replay ?? "");
    const { verdict, bugClass, got, story } = again;
    expect({ verdict, bugClass, got }).toEqual({
      verdict: found.verdict,
      bugClass: found.bugClass,
      got: found.got,
    });
    expect(story?.rows.map((row) => [row.column, row.text, row.preempted])).toEqual(
      found.story?.rows.map((row) => [row.column, row.text, row.preempted]),
    );
  });
});

test("a schedule that a submission can follow and survive does not fail any more", async () => {
  expect(await replay(solution("src/index.ts"), "T1:")).toMatchObject({
    verdict: "pass",
    message: "this schedule does not fail any more",
  });
});

test("a schedule whose line is gone is explained in one line", async () => {
  const { text, killedBy } = mutant("load-then-store");
  const found = await gradeOne(text, killedBy);
  const { verdict, message = "" } = await replay(
    solution("src/index.ts"),
    found.story?.replay ?? "",
  );
  expect(verdict).toBe("inconclusive");
  expect(message).toMatch(
    /^the schedule cannot be followed on this code: at switch 1 of \d+, worker \w was preempted before the access of line \d+, which is not executed any more as it was\. Run the scenario again to get a new replay id\.$/,
  );
});

test("a replay id of a scenario that the kata does not have is refused", async () => {
  await expect(replay(solution("src/index.ts"), "Z9:")).rejects.toMatchObject({
    code: "E_BAD_FLAG",
    message: expect.stringContaining("there is no scenario Z9; this kata has B1, ") as string,
  });
});
