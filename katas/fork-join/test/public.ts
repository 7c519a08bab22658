/** The public scenarios: what `npm test` shows to everybody. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

/** What `childInfo` of `given/jobs.ts` answers. */
interface Info {
  readonly pid: number;
  readonly ppid: number;
  readonly env: Readonly<Record<string, string | null>>;
}

const JOBS = "given/jobs.ts";

export default defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "B1",
    title: "one child, from its start to its end",
    group: "B",
    contract: "the child is a process of its own, and this one is its parent",
    expected: "a pid that is the child's, a ppid that is ours, alive until it ends with 0",
    body: async ({ Process }, { module, pid, assert }) => {
      const child = new Process({ module: module(JOBS), fn: "childInfo" });
      assert(child.name === "Process-1", "the first process is called Process-1");
      assert(child.pid === undefined && !child.isAlive(), "nothing starts in the constructor");
      assert(child.exitcode === null, "exitcode is null before the end");
      child.start();
      assert(child.pid !== undefined && child.pid !== pid, "the child has a pid of its own");
      assert(child.isAlive(), "the child is alive once it has been started");
      assert(await child.join(), "join() answers true");
      assert(!child.isAlive(), "the child is not alive after join()");
      const info = (await child.result) as Info;
      assert(info.pid === child.pid, "pid is the pid that the child sees");
      assert(info.ppid === pid, "ppid of the child is the pid of the parent");
      return child.exitcode;
    },
    check: ({ result }) => result === 0,
    got: ({ result }) => `it ends with ${String(result)}`,
    explore: { seeds: 0 },
    seen: { what: "a child", in: ({ children }) => children.length === 1 },
  }),

  processes({
    id: "B2",
    title: "two children count, each for itself",
    group: "B",
    contract: "a child shares no variable with anybody",
    expected: "both have counted to 1",
    body: async ({ Process }, { module, url }) => {
      const first = new Process({ module: module(JOBS), fn: "increment" });
      const second = new Process({ module: url(JOBS), fn: "increment", args: [1], name: "second" });
      first.start();
      await first.join();
      second.start();
      await second.join();
      return [await first.result, await second.result, second.name];
    },
    check: ({ result }) => String(result) === "1,1,second",
    explore: { seeds: 0 },
  }),

  processes({
    id: "B3",
    title: "a variable for the child",
    group: "B",
    contract: "the environment is that of the parent, with options.env",
    expected: "MY_VAR is set in the child and not in the parent",
    body: async ({ Process }, { module, env }) => {
      const options = { module: module(JOBS), fn: "childInfo", args: ["MY_VAR"] };
      const child = new Process({ ...options, env: { MY_VAR: "my value" } });
      child.start();
      await child.join();
      return [((await child.result) as Info).env["MY_VAR"], env["MY_VAR"] ?? "not set"];
    },
    check: ({ result }) => String(result) === "my value,not set",
    explore: { seeds: 0 },
  }),

  processes({
    id: "B4",
    title: "three jobs, three results",
    group: "B",
    contract: "forkJoin() resolves with what came of each job, in the order of the jobs",
    expected: "3, 30 and 300, in this order",
    body: ({ forkJoin }, { module }) =>
      forkJoin<number>(module(JOBS), "add", [
        [1, 2],
        [10, 20],
        [100, 200],
      ]),
    check: ({ result }) =>
      JSON.stringify(result) ===
      JSON.stringify([3, 30, 300].map((value) => ({ status: "fulfilled", value }))),
    seen: { what: "three children", in: ({ children }) => children.length === 3 },
  }),
]);
