import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openJournal } from "../../src/grade/class/journal.ts";
import type { GradeOptions } from "../../src/grade/grade-options.ts";
import type { Sandbox } from "../../src/runtime/sandbox.ts";
import { kataResult, scenarioResult } from "../grade/_result.ts";
import { courseWithClass, fakeGrader, gradeClassIn, resultsIn } from "./_class.ts";
import { katas } from "./_run.ts";

const none = {
  findSandbox: () => ({ tier: "T0", reason: "bubblewrap is not here", fix: "install it" }) as const,
};
const sandbox: Sandbox = { tier: "T2", enclose: (node) => node };

/** A grader that notes what it was to run submissions in. */
function noting(seen: unknown[]) {
  return async (_kata: unknown, _submission: unknown, options: GradeOptions) => {
    seen.push(options.sandbox);
    return {
      ...kataResult([scenarioResult("B1"), scenarioResult("T1")]),
      tier: options.sandbox?.tier ?? ("T0" as const),
    };
  };
}

test("a class is not graded without a sandbox, unless that is said", async () => {
  const root = courseWithClass();
  const command = ["class", "class", "-o", "out", "-k", "tiny"];
  const seen: unknown[] = [];
  const io = { ...none, gradeKata: noting(seen) };
  expect(await katas(command, root, io)).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "katas: bubblewrap is not here: install it, or say --isolation compartment " +
      "if you trust every submission (E_NO_SANDBOX)\n",
  });
  expect([existsSync(join(root, "out")), seen]).toEqual([false, []]);
  expect((await katas([...command, "--plan"], root, io)).code).toBe(0);

  const { code } = await katas([...command, "--isolation", "compartment"], root, io);
  expect([code, new Set(seen)]).toEqual([0, new Set([undefined])]);
  expect(readFileSync(join(root, "out/index.html"), "utf8")).toContain(
    "isolation T0 (compartment)",
  );
});

test("a class is graded in a sandbox where there is one, and its results say so", async () => {
  const root = courseWithClass();
  const seen: unknown[] = [];
  const io = { findSandbox: () => sandbox, gradeKata: noting(seen) };
  const { code } = await katas(["class", "class", "-o", "out", "-k", "tiny"], root, io);
  expect([code, new Set(seen)]).toEqual([0, new Set([sandbox])]);
  expect(readFileSync(join(root, "out/index.html"), "utf8")).toContain("isolation T2 (bubblewrap)");
  expect(readFileSync(join(root, "out/summary.md"), "utf8")).toContain("isolation T2 (bubblewrap)");
  const cells = resultsIn(root).students.flatMap((student) => student.katas);
  expect(new Set(cells.map(({ state, result }) => `${state} ${result.tier}`))).toEqual(
    new Set(["graded T2", "unreadable undefined", "missing undefined"]),
  );
});

test("one submission is graded without a sandbox, unless it is asked for", async () => {
  const seen: unknown[] = [];
  const root = courseWithClass();
  const io = { findSandbox: () => sandbox, gradeKata: noting(seen) };
  const grade = ["grade", "-k", "tiny"];
  const { stdout } = await katas(grade, root, io);
  expect(stdout).toContain("isolation T0 (compartment)");
  expect((await katas([...grade, "--isolation", "bubblewrap"], root, io)).stdout).toContain(
    "isolation T2 (bubblewrap)",
  );
  expect(seen).toEqual([undefined, sandbox]);
  const refused = await katas([...grade, "--isolation", "bubblewrap"], root, { ...io, ...none });
  expect(refused.stderr).toContain("(E_NO_SANDBOX)");
});

test("the doctor says what there is, and what to do", async () => {
  const well = await katas(["doctor"], "/", { findSandbox: () => sandbox });
  expect(well.stdout).toMatch(/^ {2}Node +v\d+/m);
  expect(well.stdout).toMatch(/^ {2}isolation +T2, bubblewrap: submissions see nothing of this/m);
  const { code, stdout } = await katas(["doctor"], "/", none);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^! isolation +T0, compartment: bubblewrap is not here\n +→ install it; until then, katas class needs --isolation compartment$/m,
  );
});

test("what the grader did not survive three times is told, and not begun again without --retry", async () => {
  const root = courseWithClass();
  const { gradeKata } = fakeGrader((student) => {
    if (student === "bo") throw new Error("stands for a death");
  });
  expect((await gradeClassIn(root, gradeKata, "-k", "tiny")).code).toBe(1);
  const path = join(root, "out/journal");
  const [, key = ""] = /"givesUp":"([^"]+)"/.exec(readFileSync(path, "utf8")) ?? [];
  const journal = openJournal(path);
  for (let death = 0; death < 3; death++) journal.begin(key);
  journal.close();

  const well = fakeGrader();
  const { code, stderr } = await gradeClassIn(root, well.gradeKata, "-k", "tiny");
  expect([code, well.asked]).toEqual([1, []]);
  expect(stderr).toBe(
    "katas: bo tiny is not graded: it was gone in the middle of this 3 times, " +
      "and does not begin again without --retry\n",
  );
  const cell = resultsIn(root).students.find(({ student }) => student === "bo")?.katas[0];
  expect(cell).toMatchObject({
    state: "failed",
    reason: expect.stringContaining("3 times") as string,
  });
  expect((await gradeClassIn(root, well.gradeKata, "-k", "tiny", "--retry")).code).toBe(0);
  expect(well.asked).toEqual(["bo tiny"]);
});

test("a class is graded with the hidden scenarios of a pack, which go again, also after a kill", async () => {
  const root = courseWithClass();
  const hidden = join(root, "katas/tiny/hidden");
  await katas(["pack", "p.json", "-k", "tiny"], root);
  rmSync(hidden, { recursive: true });
  const seen: boolean[] = [];
  const grader = fakeGrader(() => void seen.push(existsSync(join(hidden, "scenarios.ts"))));
  const pack = ["-k", "tiny", "--pack", "p.json"];
  expect((await gradeClassIn(root, grader.gradeKata, ...pack)).code).toBe(0);
  expect([existsSync(hidden), new Set(seen)]).toEqual([false, new Set([true])]);
  expect(resultsIn(root).katas[0]?.hidden).toBe(true);

  // As a run leaves it that is killed.
  await katas(["grade", "-k", "tiny", "--pack", "p.json"], root, {
    gradeKata: async () => {
      cpSync(hidden, join(root, "left"), { recursive: true });
      return kataResult([]);
    },
  });
  renameSync(join(root, "left"), hidden);
  expect((await gradeClassIn(root, grader.gradeKata, ...pack)).code).toBe(0);
  expect([existsSync(hidden), seen.length]).toEqual([false, 3]);
  const both = await gradeClassIn(root, grader.gradeKata, ...pack, "--no-hidden");
  expect(both.stderr).toContain("--pack and --no-hidden exclude each other");
});
