import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test, vi } from "vitest";
import type { GradeResult } from "../../src/grade/result.ts";
import { counter, courseOf } from "../grade/_course.ts";
import { runKatas, startKatas } from "./_bin.ts";

// Each of these starts the real command.
vi.setConfig({ testTimeout: 60_000 });

const RIGHT = counter("Atomics.add(this.#cell, 0, 1)");
const LOST = counter("Atomics.store(this.#cell, 0, Atomics.load(this.#cell, 0) + 1)");

const schemaFile = new URL("../../schema/result.schema.json", import.meta.url);
const isResult = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(readFileSync(schemaFile, "utf8")) as object,
);

test("a stub is graded: 0 points, and what to write", async () => {
  const { code, stdout, stderr } = await runKatas(["grade"], courseOf());
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toContain("count(): try B1");
  expect(stdout).toContain("total            0/100");
});

test("a correct submission is graded: all points, exit code 0", async () => {
  const root = courseOf({ "answer.ts": RIGHT });
  const argv = ["grade", "-k", "tiny", "-s", "answer.ts", "--json", "result.json"];
  const { code, stdout } = await runKatas(argv, root);
  expect(code).toBe(0);
  expect(stdout).toContain("total          100/100");
  const result = JSON.parse(readFileSync(join(root, "result.json"), "utf8")) as GradeResult;
  isResult(result);
  expect(isResult.errors).toBeNull();
  expect(result).toMatchObject({ submission: "answer.ts", earned: 100 });
});

test("a racy submission fails with its interleaving, twice the same, and replays", async () => {
  const root = courseOf({ "answer.ts": LOST });
  const argv = ["grade", "-k", "tiny", "-s", "answer.ts"];
  const first = await runKatas([...argv, "--json", "a.json"], root);
  const second = await runKatas([...argv, "--json", "b.json"], root);
  expect(first).toEqual(second);
  expect(first.code).toBe(1);
  expect(first.stdout).toContain("lost update");

  const text = readFileSync(join(root, "a.json"), "utf8");
  expect(readFileSync(join(root, "b.json"), "utf8")).toBe(text);
  const result = JSON.parse(text) as GradeResult;
  isResult(result);
  expect(isResult.errors).toBeNull();
  const [, scenario] = result.katas[0]!.scenarios;
  expect(scenario).toMatchObject({ id: "T1", verdict: "violation", bugClass: "lost-update" });

  const id = scenario!.story!.replay;
  const replayed = await runKatas(["replay", "tiny", id, "-s", "answer.ts"], root);
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toContain("lost update");
});

test("a broken course is one line on stderr, and exit code 2", async () => {
  const root = courseOf({ "katas/tiny/kata.json": "{" });
  expect(await runKatas(["grade"], root)).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^katas: katas\/tiny\/kata\.json is no JSON: [^\n]+\n$/,
    ) as string,
  });
});

test.each(["test/public.ts", "hidden/scenarios.ts"])(
  "a broken %s is one line on stderr, and exit code 2",
  async (file) => {
    const root = courseOf({ [`katas/tiny/${file}`]: "export default [;" });
    const { code, stdout, stderr } = await runKatas(["grade"], root);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^katas: [^\n]+ \(E_BAD_SCENARIOS\)\n$/);
  },
);

test("a submission that does not compile is graded, with the line of the error", async () => {
  const root = courseOf({ "katas/tiny/src/index.ts": "export const x = ;\n" });
  const { code, stdout, stderr } = await runKatas(["grade"], root);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toContain("src/index.ts:1:18");
});

test("a hint does not wait for the grader", async () => {
  const { code, stdout } = await runKatas(["hint", "2"], join(courseOf(), "katas/tiny"));
  expect({ code, hint: stdout.split("\n")[2] }).toEqual({ code: 0, hint: "Look there." });
});

const ENDLESS = counter("for (;;) Atomics.load(this.#cell, 0)");

test.runIf(process.platform === "linux").each([["grade"], ["test"]])(
  "Ctrl-C during katas %s is exit code 130, and no process is left",
  async (command) => {
    const root = courseOf({ "katas/tiny/src/index.ts": ENDLESS });
    const running = startKatas([command], join(root, "katas/tiny"));
    const hosts = await hostsOf(running.child.pid!);
    running.child.kill("SIGINT");
    expect(await running.ended).toEqual({ code: 130, stdout: "", stderr: "" });
    for (const pid of hosts) await gone(pid);
  },
);

test.runIf(process.platform === "linux")("Ctrl-C leaves an older result as it was", async () => {
  const root = courseOf({ "katas/tiny/src/index.ts": ENDLESS, "result.json": "old" });
  const running = startKatas(["grade", "--json", "result.json"], root);
  await hostsOf(running.child.pid!);
  running.child.kill("SIGINT");
  await running.ended;
  expect(readFileSync(join(root, "result.json"), "utf8")).toBe("old");
});

test.runIf(process.platform === "linux").each([["grade"], ["test"]])(
  "no process survives a katas %s that is killed",
  async (command) => {
    const root = courseOf({ "katas/tiny/src/index.ts": ENDLESS });
    const running = startKatas([command], join(root, "katas/tiny"));
    const hosts = await hostsOf(running.child.pid!);
    running.child.kill("SIGKILL");
    await expect(running.ended).rejects.toThrow("ended by SIGKILL");
    for (const pid of hosts) await gone(pid);
  },
);

/** The processes that run the submission, once there are any: those in a group of their own. */
async function hostsOf(pid: number): Promise<readonly number[]> {
  for (;;) {
    const hosts = descendantsOf(pid).filter((child) => groupOf(child) === child);
    if (hosts.length > 0) return hosts;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function descendantsOf(pid: number): readonly number[] {
  const children = readProc(`${pid}/task/${pid}/children`).trim();
  if (children === "") return [];
  return children.split(" ").flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
}

function groupOf(pid: number): number {
  // After the name, which is in brackets: state, parent, group.
  return Number(
    readProc(`${pid}/stat`)
      .replace(/^.*\) /, "")
      .split(" ")[2],
  );
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return ""; // it has just ended
  }
}

/** Resolves when there is no such process any more; the test's time-out is the limit. */
async function gone(pid: number): Promise<void> {
  while (readProc(`${pid}/stat`) !== "") await new Promise((resolve) => setTimeout(resolve, 5));
}
