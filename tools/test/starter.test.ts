import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { filesBelow } from "../starter/files.ts";
import { Secrets, leaksBelow } from "../starter/leaks.ts";
import { makeStarter } from "../starter/make.ts";
import { codeBlocks, read, root } from "./_markdown.ts";
import { type Ran, scratchFolder, shell, stepsOf, succeed } from "./_starter.ts";

/** For what builds, installs or looks through everything. */
const timeout = 300_000;

let scratch = "";
let starter = "";
let secrets: Secrets;

/** The commands of the document, in order. */
const [make = "", classroom50 = "", pack = "", gradePacked = "", record = "", ...others] =
  codeBlocks(read("grader/docs/classrooms.md")).flatMap(({ content }) =>
    content.trim().split("\n"),
  );

beforeAll(() => {
  scratch = scratchFolder();
  starter = join(scratch, "os-2026");
  secrets = new Secrets(root);
  const command = make.replace("../os-2026", starter).replace("--", "--ignore-scripts --silent --");
  succeed(command, root);
}, timeout);

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

test("the commands of the document are tried here, and no other", () => {
  expect(others).toEqual([]);
  expect([make, classroom50, pack, gradePacked, record]).toEqual([
    expect.stringMatching(/^npm run starter -- --out \.\.\/os-2026 --kata /),
    expect.stringMatching(/^npx --no -- katas grade .* --format classroom50 --out \.$/),
    expect.stringMatching(/^katas pack hidden\.json /),
    "katas grade --pack hidden.json",
    expect.stringMatching(/^npm run grade -- --submission \.\.\/submissions\/ada$/),
  ]);
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
    expect(made).toContain("runners: bank-balance,singleton\n");
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
    "katas/queue-ipc/hidden/deaths.ts",
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

  let clone = "";

  beforeAll(() => {
    clone = join(scratch, "ada");
    const author = "-c user.name=os -c user.email=os@localhost";
    const commands = [
      "git init --quiet && git add --all",
      `git ${author} commit --quiet --message "The katas"`,
      `git clone --quiet . ${clone}`,
    ];
    for (const command of commands) succeed(command, starter);
  });

  /** Runs the steps of the workflow one by one. */
  function push(): ReadonlyMap<string, Ran> {
    for (const path of Object.values(files())) rmSync(path, { force: true });
    const steps = stepsOf(join(clone, ".github/workflows/classroom.yml"));
    return new Map([...steps].map(([name, script]) => [name, shell(script, clone, files())]));
  }

  function submit(path: string): void {
    cpSync(join(root, path), join(clone, "katas/bank-balance/src/index.ts"));
  }

  test("the stub says what to write", { timeout }, () => {
    expect(shell("npm install --no-audit --no-fund", clone)).toMatchObject({ status: 0 });
    const { stdout, status } = shell("npm test -w kata-bank-balance", clone);
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
    const [, result = ""] = /^bank-balance=([\w+/=]+)\nsingleton=[\w+/=]+\n$/.exec(output) ?? [];
    const { status, max_score, tests } = JSON.parse(Buffer.from(result, "base64").toString()) as {
      readonly status: string;
      readonly max_score: number;
      readonly tests: readonly { readonly score: number }[];
    };
    expect({ status, max_score }).toEqual({ status: "fail", max_score: 1_000 });
    // What the reporter reports: B1 to B3 are 15 of the 23 points that count here, 65 of 100 tests.
    expect(tests.reduce((sum, { score }) => sum + score, 0)).toBe(650);
  });

  test("in a shell, the steps print what they write on a push", () => {
    const steps = stepsOf(join(clone, ".github/workflows/classroom.yml"));
    const none = { GITHUB_STEP_SUMMARY: "", GITHUB_OUTPUT: "" };
    expect(shell(steps.get("Summary")!, clone, none).stdout).toContain("15/100");
    expect(shell(steps.get("Points")!, clone, none).stdout).toMatch(/^bank-balance=\w/);
  });

  test("a runner of Classroom 50 gets its file", { timeout }, () => {
    const { status } = shell(classroom50, clone, {
      CLASSROOM: "os",
      ASSIGNMENT: "bank-balance",
      OWNER: "ada",
      SUBMISSION_TAG: "submit/2026-11-21T19-38-00Z-abc",
      COMMIT_URL: "https://github.com/os/ada/commit/abc",
      RELEASE_URL: "https://github.com/os/ada/releases/tag/x",
    });
    expect(status).toBe(1);
    const result = JSON.parse(readFileSync(join(clone, "result.json"), "utf8")) as object;
    expect(result).toMatchObject({ schema: "classroom50/result/v1", owner: "ada", score: 15 });
  });

  test("a pack brings hidden scenarios, and takes them away again", { timeout }, () => {
    submit("solutions/bank-balance/mutants/check-then-sub.ts");
    const file = join(scratch, "hidden.json");
    const packed = shell(`npx ${pack.replace("hidden.json", file)}`, root);
    expect(packed.stdout).toContain("bank-balance  readable");
    const grade = `npx --no -- ${gradePacked.replace("hidden.json", file)} -k bank-balance --only T2`;
    expect(shell(grade, clone).stdout).toMatch(/^FAIL {2}T2 two withdraw/m);
    expect(existsSync(join(clone, "katas/bank-balance/hidden"))).toBe(false);
  });

  test("what passes in public has all points that can be had here", { timeout }, () => {
    submit(solution);
    expect(shell("npm test -w kata-bank-balance", clone)).toMatchObject({ status: 0 });
    const { status, stdout } = shell(
      "npx --no -- katas grade -k bank-balance --format classroom",
      clone,
    );
    expect(status).toBe(0);
    const { tests } = JSON.parse(stdout) as { tests: readonly { score: number }[] };
    expect(tests.reduce((sum, { score }) => sum + score, 0)).toBe(1_000);
  });

  test("the grade of record is taken from the clone", { timeout }, () => {
    const command = record.replace("../submissions/ada", `${clone} --kata bank-balance --only T2`);
    expect(shell(command.replace("--", "--silent --"), root)).toMatchObject({ status: 0 });
  });
});
