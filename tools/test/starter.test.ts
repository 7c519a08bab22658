import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { filesBelow } from "../starter/files.ts";
import { Secrets, leaksBelow } from "../starter/leaks.ts";
import { makeStarter } from "../starter/make.ts";
import { read, root } from "./_markdown.ts";
import { scratchFolder, shell, stepsOf } from "./_starter.ts";

/** For what builds, installs or looks through everything. */
const timeout = 300_000;

let scratch = "";
let starter = "";
let secrets: Secrets;

beforeAll(async () => {
  scratch = scratchFolder();
  starter = join(scratch, "starter");
  secrets = new Secrets(root);
  await makeStarter({ root, out: starter, katas: ["bank-balance"] });
}, timeout);

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe("the workflow", () => {
  const workflow = read("tools/starter/template/classroom.yml");

  test("has the least permissions, and no secrets", () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    expect(workflow.match(/^ {4}permissions:\n {6}contents: read$/m)).not.toBeNull();
    expect(workflow.match(/permissions:/g)).toHaveLength(2);
    expect(workflow).not.toMatch(/secrets\.|pull_request_target|workflow_run|write/);
    expect(workflow).toContain("persist-credentials: false");
  });

  test("pins its actions, with the hashes of our own CI", () => {
    const used = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    expect(used.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    const ours = used.filter((action) => action.startsWith("actions/"));
    expect(ours).toHaveLength(2);
    for (const action of ours) expect(read(".github/workflows/ci.yml")).toContain(action);
  });

  test("hands each kata to the reporter, by the name that it looks for", () => {
    const made = readFileSync(join(starter, ".github/workflows/classroom.yml"), "utf8");
    expect(made).toContain("BANK-BALANCE_RESULTS: ${{ steps.points.outputs.bank-balance }}");
    expect(made).toContain("runners: bank-balance\n");
  });
});

describe("a starter", () => {
  test("has the public part of the kata, and no history", () => {
    const files = filesBelow(starter).filter((path) => !path.startsWith("grader/dist/"));
    expect(files).toContain("katas/bank-balance/test/public.ts");
    expect(files.filter((path) => /hidden|solution|mutant|^\.git\//.test(path))).toEqual([]);
    expect(files.filter((path) => path.startsWith("grader/") && path.endsWith(".ts"))).toEqual([]);
  });

  test("gives no 24 bytes of a hidden scenario or a solution away", { timeout }, () => {
    expect(leaksBelow(starter, secrets)).toEqual([]);
  });

  test.each([
    "katas/bank-balance/hidden/scenarios.ts",
    "solutions/bank-balance/src/index.ts",
    "solutions/bank-balance/mutants/spin-lock.ts",
    "solutions/bank-balance/NOTES.md",
  ])("that held lines of %s would be found out", (path) => {
    const lines = read(path).split("\n");
    const half = Math.floor(lines.length / 2);
    for (const [i, part] of [lines.slice(0, half), lines.slice(half)].entries()) {
      expect([i, secrets.leaksIn("x", Buffer.from(part.join("\n"))).length > 0]).toEqual([i, true]);
    }
  });

  test("is not made over something else", async () => {
    await expect(makeStarter({ root, out: starter })).rejects.toThrow("is not empty");
  });
});

test("a kata that is solved is no stub, and nothing is made of it", async () => {
  const course = join(scratch, "course");
  cpSync(join(root, "katas/bank-balance"), join(course, "katas/bank-balance"), {
    recursive: true,
    filter: (path) => !path.includes("node_modules"),
  });
  cpSync(
    join(root, "solutions/bank-balance/src/index.ts"),
    join(course, "katas/bank-balance/src/index.ts"),
  );
  const out = join(scratch, "solved");
  await expect(makeStarter({ root: course, out })).rejects.toThrow(
    "katas/bank-balance/src/index.ts is no stub",
  );
  expect(existsSync(out)).toBe(false);
});

describe.skipIf(process.platform === "win32")("from a clone to points", () => {
  const plain = "solutions/bank-balance/mutants/plain-add.ts";
  const solution = "solutions/bank-balance/src/index.ts";
  const files = (): Readonly<Record<string, string>> => ({
    GITHUB_STEP_SUMMARY: join(scratch, "summary"),
    GITHUB_OUTPUT: join(scratch, "output"),
  });

  /** Runs the steps of the workflow one by one. */
  function push(): ReadonlyMap<
    string,
    { readonly stdout: string; readonly status: number | null }
  > {
    for (const path of Object.values(files())) rmSync(path, { force: true });
    const steps = stepsOf(join(starter, ".github/workflows/classroom.yml"));
    return new Map([...steps].map(([name, script]) => [name, shell(script, starter, files())]));
  }

  function submit(path: string): void {
    cpSync(join(root, path), join(starter, "katas/bank-balance/src/index.ts"));
  }

  test("the stub says what to write", { timeout }, () => {
    expect(shell("npm install --no-audit --no-fund", starter).status).toBe(0);
    const { stdout, status } = shell("npm test -w kata-bank-balance", starter);
    expect(status).toBe(1);
    expect(stdout).toContain("TODO  B1");
    expect(stdout).toContain("npm test -w kata-bank-balance -- --only B1");
  });

  test("a race is points, a story and an annotation on its line", { timeout }, () => {
    submit(plain);
    const steps = push();
    expect([...steps].map(([name, { status }]) => [name, status])).toEqual([
      ["Install", 0],
      ["Grade", 1],
      ["Summary", 0],
      ["Annotations", 0],
      ["Points", 0],
    ]);
    expect(steps.get("Grade")?.stdout).toMatch(/^::stop-commands::([\w-]{36})\n[^]*\n::\1::\n/);
    expect(readFileSync(files()["GITHUB_STEP_SUMMARY"]!, "utf8")).toContain("15/100");
    const annotation = /^::error file=katas\/bank-balance\/src\/index\.ts,line=\d+,title=T1 /m;
    expect(steps.get("Annotations")?.stdout).toMatch(annotation);
    const output = readFileSync(files()["GITHUB_OUTPUT"]!, "utf8");
    const [, result = ""] = /^bank-balance=([\w+/=]+)\n$/.exec(output) ?? [];
    const { status, max_score } = JSON.parse(Buffer.from(result, "base64").toString()) as Record<
      string,
      unknown
    >;
    expect({ status, max_score }).toEqual({ status: "fail", max_score: 1_000 });
  });

  test("what passes in public has all points that can be had here", { timeout }, () => {
    submit(solution);
    const { status, stdout } = shell("npx --no -- katas grade --format classroom", starter);
    expect(status).toBe(0);
    const { tests } = JSON.parse(stdout) as { tests: readonly { score: number }[] };
    expect(tests.reduce((sum, { score }) => sum + score, 0)).toBe(1_000);
  });

  test("a pack brings hidden scenarios, and takes them away again", { timeout }, () => {
    submit("solutions/bank-balance/mutants/check-then-sub.ts");
    const file = join(scratch, "hidden.json");
    const katas = join(root, "grader", "bin", "katas.mjs");
    const packed = shell(`node ${katas} pack ${file} --kata bank-balance`, root);
    expect(packed.stdout).toContain("bank-balance  readable");
    const grade = "npx --no -- katas grade --only T2";
    expect(shell(`${grade} --pack ${file}`, starter).stdout).toMatch(/^FAIL {2}T2 two withdraw/m);
    expect(existsSync(join(starter, "katas/bank-balance/hidden"))).toBe(false);
  });
});
