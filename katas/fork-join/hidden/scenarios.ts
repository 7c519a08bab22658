/** The hidden scenarios: they stay in the course's repository. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const JOBS = "given/jobs.ts";

/** What came of a job, in a word. */
function told(settled: PromiseSettledResult<unknown>): string {
  return settled.status === "fulfilled" ? String(settled.value) : reasonOf(settled.reason);
}

/** `REMOTE RangeError: no`, `CHILD_DIED -9`. */
function reasonOf(reason: unknown): string {
  const { code, name, message, exitcode } = (reason ?? {}) as Readonly<Record<string, unknown>>;
  if (code === "REMOTE") return `REMOTE ${String(name)}: ${String(message)}`;
  return code === "CHILD_DIED"
    ? `CHILD_DIED ${String(exitcode)}`
    : `another error: ${String(name)}`;
}

/** What a promise comes to, in a word. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  const [settled] = await Promise.allSettled([promise]);
  return told(settled);
}

/** Whether a promise has settled, from now on. */
function watch(promise: Promise<unknown>): () => boolean {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  return () => isSettled;
}

const list = (result: unknown): string => (result as readonly unknown[]).map(String).join(", ");

export default defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P1",
    title: "four jobs that wait for each other",
    group: "L",
    contract: "forkJoin() starts all jobs before it waits for any",
    expected: "all four run at the same time, and all four answer",
    gates: { "all are here": 4 },
    body: async ({ forkJoin }, { module }) => {
      const jobs = [1, 2, 3, 4].map((job) => ["all are here", job]);
      return (await forkJoin(module(JOBS), "answerAt", jobs)).map(told);
    },
    check: ({ result, most }) => list(result) === "1, 2, 3, 4" && most === 4,
    got: ({ result }) => list(result),
  }),

  processes({
    id: "P2",
    title: "answers and ends arrive in every order",
    group: "S",
    contract: "the result of a job is what its function gave; no answer is ever lost",
    expected: "20, RangeError 7, and 40, in the order of the jobs",
    body: async ({ forkJoin }, { module }) => {
      const jobs = [
        ["return", 20],
        ["throw", 7],
        ["return", 40],
      ];
      return (await forkJoin(module(JOBS), "come", jobs)).map(told);
    },
    check: ({ result }) => list(result) === "20, REMOTE RangeError: 7, 40",
    got: ({ result }) => list(result),
    explore: { seeds: 5 },
  }),

  processes({
    id: "P2b",
    title: "an answer that takes longer than its child lives",
    group: "S",
    contract: "the result of a job is what its function gave; no answer is ever lost",
    expected: "150,000 characters",
    body: async ({ Process }, { module }) => {
      const child = new Process({ module: module(JOBS), fn: "repeat", args: ["x", 150_000] });
      child.start();
      await child.join();
      return String(await child.result).length;
    },
    check: ({ result }) => result === 150_000,
    got: ({ result }) => `${String(result)} characters`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P3",
    title: "one of four children is killed in the middle of its work",
    group: "R",
    contract: "a job that fails is a result; the others go on, and none is left behind",
    expected: "1, CHILD_DIED -9, 3, 4",
    body: async ({ forkJoin }, { module, arrived, kill, rest, open, assert }) => {
      const jobs = [1, 2, 3, 4].map((job) => ["the middle", job]);
      const results = forkJoin(module(JOBS), "answerAt", jobs);
      const isSettled = watch(results);
      await arrived("the middle", 4);
      kill(2, "SIGKILL");
      await rest();
      assert(!isSettled(), "forkJoin() goes on waiting for the three that are alive");
      open("the middle");
      return (await results).map(told);
    },
    check: ({ result }) => list(result) === "1, CHILD_DIED -9, 3, 4",
    got: ({ result }) => list(result),
  }),

  processes({
    id: "P4",
    title: "six ways to end",
    group: "S",
    contract: "exitcode is the exit status, or -n if signal n has killed the child",
    expected: "0, 1, 7, -15, -9, 1",
    body: async ({ Process }, { module }) => {
      const all = [
        { fn: "come", args: ["return", 5] },
        { fn: "come", args: ["throw", 5] },
        { fn: "exitWith", args: [7] },
        { fn: "signalSelf", args: ["SIGTERM"] },
        { fn: "signalSelf", args: ["SIGKILL"] },
      ].map((job) => new Process({ module: module(JOBS), ...job }));
      all.push(new Process({ module: module("given/nowhere.ts"), fn: "come" }));
      for (const each of all) each.start();
      await Promise.all(all.map((each) => each.join()));
      return all.map(({ exitcode }) => exitcode);
    },
    check: ({ result }) => list(result) === "0, 1, 7, -15, -9, 1",
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),

  processes({
    id: "P4b",
    title: "what is left of those who did not answer",
    group: "S",
    contract: "result rejects with REMOTE if the function threw, with CHILD_DIED if no answer came",
    expected: "REMOTE RangeError: 5, CHILD_DIED 7, CHILD_DIED 0, CHILD_DIED -15",
    body: async ({ Process }, { module }) => {
      const all = [
        { fn: "come", args: ["throw", 5] },
        { fn: "exitWith", args: [7] },
        { fn: "exitWith", args: [0] },
        { fn: "signalSelf", args: ["SIGTERM"] },
      ].map((job) => new Process({ module: module(JOBS), ...job }));
      for (const each of all) each.start();
      return Promise.all(all.map((each) => outcomeOf(each.result)));
    },
    check: ({ result }) =>
      list(result) === "REMOTE RangeError: 5, CHILD_DIED 7, CHILD_DIED 0, CHILD_DIED -15",
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),

  processes({
    id: "P5",
    title: "join before the start, twice at once, and after the end",
    group: "L",
    contract: "join() answers true once the child has ended, as often as it is asked",
    expected: "NOT_STARTED, then true, true, true, true",
    body: async ({ Process }, { module, codeOf }) => {
      const child = new Process({ module: module(JOBS), fn: "add", args: [1, 2] });
      const early = await codeOf(() => child.join());
      child.start();
      const again = await codeOf(() => {
        child.start();
      });
      const both = await Promise.all([child.join(), child.join()]);
      const late = [await child.join(), await child.join(0)];
      return [early, again, ...both, ...late, child.exitcode];
    },
    check: ({ result }) =>
      list(result) === "NOT_STARTED, ALREADY_STARTED, true, true, true, true, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 2 },
  }),

  processes({
    id: "P5b",
    title: "a join that gives up",
    group: "L",
    contract: "join(timeout) answers false if the child is still alive; it changes nothing",
    expected: "false twice, the child alive; then true, and nothing is left",
    body: async ({ Process }, { module, arrived, rest, open, codeOf }) => {
      const child = new Process({ module: module(JOBS), fn: "answerAt", args: ["the end", 9] });
      child.start();
      await arrived("the end", 1);
      const late = [await child.join(0), await child.join(50)];
      await rest();
      const isAlive = child.isAlive();
      const wrong = [await codeOf(() => child.join(-1)), await codeOf(() => child.join(NaN))];
      const patient = child.join(3_600_000);
      open("the end");
      const result = await outcomeOf(child.result);
      return [...late, isAlive, ...wrong, await patient, result, child.exitcode];
    },
    check: ({ result }) =>
      list(result) === "false, false, true, RangeError, RangeError, true, 9, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),

  processes({
    id: "P6",
    title: "three environments",
    group: "R",
    contract: "env = process.env at the moment of start() + options.env",
    expected: "PATH is kept, EARLY is seen, LATE is not, and the parent's own is as it was",
    body: async ({ Process }, { module, env }) => {
      const path = env["PATH"];
      const args = ["PATH", "MY_VAR", "EARLY", "LATE", "HOME"];
      const own = { MY_VAR: "mine", HOME: "/elsewhere" };
      const child = new Process({ module: module(JOBS), fn: "childInfo", args, env: own });
      env["EARLY"] = "early";
      child.start();
      env["LATE"] = "late";
      await child.join();
      const seen = (await child.result) as {
        readonly env: Readonly<Record<string, string | null>>;
      };
      return [
        seen.env["PATH"] === path ? "PATH" : "no PATH",
        ...args.slice(1).map((name) => seen.env[name] ?? "-"),
        env["MY_VAR"] ?? "-",
        env["HOME"],
      ];
    },
    check: ({ result }) => list(result) === "PATH, mine, early, -, /elsewhere, -, /home/student",
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),

  processes({
    id: "P7",
    title: "a child that answers and does not end at once",
    group: "C",
    contract: "forkJoin() resolves only when no child is left",
    expected: "it waits for the end of the child, then resolves with 1, 2",
    body: async ({ forkJoin }, { module, arrived, rest, open, assert }) => {
      const jobs = [
        ["the end", 1],
        ["the end", 2],
      ];
      const results = forkJoin(module(JOBS), "lingerAt", jobs);
      const isSettled = watch(results);
      await arrived("the end", 2);
      await rest();
      assert(!isSettled(), "forkJoin() waits although all jobs have answered");
      open("the end");
      return (await results).map(told);
    },
    check: ({ result }) => list(result) === "1, 2",
    got: ({ result }) => list(result),
  }),

  processes({
    id: "P7b",
    title: "nobody looks at the results of children that fail",
    group: "C",
    contract: "nobody has to look at a result",
    expected: "two children end with 1 and 7, and nothing else happens; no jobs, no results",
    body: async ({ Process, forkJoin }, { module, rest }) => {
      const all = [
        new Process({ module: module(JOBS), fn: "fail", args: ["nobody cares"] }),
        new Process({ module: module(JOBS), fn: "exitWith", args: [7] }),
      ];
      for (const each of all) each.start();
      for (const each of all) await each.join();
      await rest();
      const none = await forkJoin(module(JOBS), "add", []);
      return [...all.map(({ exitcode }) => exitcode), none.length];
    },
    check: ({ result }) => list(result) === "1, 7, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),

  processes({
    id: "S",
    title: "twenty rounds of four, as they come",
    group: "S",
    contract: "the result of a job is what its function gave; no answer is ever lost",
    expected: "11, CHILD_DIED 3, REMOTE RangeError: 4, 22 in every round",
    body: async ({ forkJoin }, { module }) => {
      const jobs = [
        ["return", 11],
        ["exit", 3],
        ["throw", 4],
        ["return", 22],
      ];
      return (await forkJoin(module(JOBS), "come", jobs)).map(told);
    },
    check: ({ result }) => list(result) === "11, CHILD_DIED 3, REMOTE RangeError: 4, 22",
    got: ({ result }) => list(result),
    explore: { native: 20 },
  }),
]);
