/** The hidden scenarios: they stay in the course's repository. */
import {
  type ChildNote,
  type Processes,
  defineScenarios,
} from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";

type Kata = typeof kata;

const TASKS = "given/tasks.ts";

/** `REMOTE RangeError: no`, `WORKER_DIED -9`, `POOL_CLOSED`. */
function reasonOf(reason: unknown): string {
  const { code, name, message, exitcode } = (reason ?? {}) as Readonly<Record<string, unknown>>;
  if (code === "REMOTE") return `REMOTE ${String(name)}: ${String(message)}`;
  if (code === "WORKER_DIED") return `WORKER_DIED ${String(exitcode)}`;
  return typeof code === "string" ? code : `another error: ${String(name)}`;
}

/** What a promise comes to, in a word. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  const [settled] = await Promise.allSettled([promise]);
  return settled.status === "fulfilled" ? String(settled.value) : reasonOf(settled.reason);
}

/** Likewise, of a task that gives the pid of its child: that it is done. */
async function doneOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(promise);
  return /^\d+$/.test(outcome) ? "done" : outcome;
}

const list = (result: unknown): string => (result as readonly unknown[]).map(String).join(", ");

/** The pid of the child that has started the task `name`. */
function pidOf(notes: readonly ChildNote[], name: number | string): number | undefined {
  return notes.find(({ text }) => text === `start ${name}`)?.pid;
}

/** Kills the child that runs the task `name`. */
function killRunner({ notes, children, kill }: Processes, name: number | string): void {
  const pid = pidOf(notes(), name);
  kill(children().find((child) => child.pid === pid)?.number ?? 0, "SIGKILL");
}

/** The tasks in the log that have such a number, in the order of their starts and ends. */
function logOf(notes: readonly ChildNote[], has: (name: number) => boolean) {
  return notes
    .map(({ text }) => /^(?<what>start|end) (?<name>\d+)$/.exec(text)?.groups)
    .flatMap((groups) =>
      groups === undefined ? [] : [{ what: groups["what"], name: Number(groups["name"]) }],
    )
    .filter(({ name }) => has(name));
}

type Log = ReturnType<typeof logOf>;

/** Most tasks of a log that have started and not ended. */
function mostAtOnce(log: Log): number {
  let running = 0;
  return log.reduce((most, { what }) => {
    running += what === "start" ? 1 : -1;
    return Math.max(most, running);
  }, 0);
}

/**
 * How far tasks were overtaken: for each start, how many tasks that were submitted before it had not started, and the
 * most of that. Where `size` tasks are on their way to their children, they may arrive in any order.
 */
function overtaken(log: Log): number {
  const started = log.filter(({ what }) => what === "start").map(({ name }) => name);
  return Math.max(
    0,
    ...started.map((name, i) => started.slice(i + 1).filter((later) => later < name).length),
  );
}

export default defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P1",
    title: "the fifth of five tasks, in a pool of 4",
    group: "S",
    contract: "at most `size` tasks run at once; a child that is free takes the next one",
    expected: "task 5 starts when one of the four has ended, and in its child",
    body: async ({ Pool }, { module, arrived, open, rest, notes, assert }) => {
      const pool = new Pool({ module: module(TASKS), size: 4 });
      const tasks = [1, 2, 3, 4, 5].map((name) => pool.applyAsync<number>("atGate", [name]));
      for (const name of ["1", "2", "3", "4"]) await arrived(name, 1);
      await rest();
      assert(pidOf(notes(), 5) === undefined, "task 5 does not start while four tasks run");
      const pids = new Set(pool.pids);
      open("2");
      await tasks[1];
      await arrived("5", 1);
      assert(pidOf(notes(), 5) === pidOf(notes(), 2), "task 5 runs in the child that is free");
      for (const name of ["1", "3", "4", "5"]) open(name);
      const ran = await Promise.all(tasks);
      pool.close();
      await pool.join();
      const all = ran.every((pid) => pids.has(pid)) ? "all of them known" : "others among them";
      return [`${pids.size} pids`, all, `${pool.pids.length} left`];
    },
    check: ({ result, children }) =>
      list(result) === "4 pids, all of them known, 0 left" && children.length === 4,
    got: ({ result, children }) => `${list(result)}; ${children.length} children were started`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P1b",
    title: "sizes",
    group: "S",
    contract: "size is os.availableParallelism() unless given; a whole number of at least 1",
    expected: "RangeError for what is no size, and 4 of 5 tasks at once",
    body: async ({ Pool }, { module, codeOf, arrived, open, rest, notes }) => {
      const wrong = await Promise.all(
        [0, -1, 1.5, NaN, Infinity].map((size) =>
          codeOf(() => new Pool({ module: module(TASKS), size })),
        ),
      );
      const pool = new Pool({ module: module(TASKS) });
      const tasks = [1, 2, 3, 4, 5].map(() => pool.applyAsync("atGate", ["all"]));
      await arrived("all", 4);
      await rest();
      const started = notes().length;
      open("all");
      await Promise.all(tasks);
      pool.close();
      await pool.join();
      return [...new Set(wrong), started];
    },
    check: ({ result, most }) => list(result) === "RangeError, 4" && most === 4,
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P2",
    title: "thirty tasks of different lengths, in pools of 1, 2 and 3",
    group: "S",
    contract: "tasks start in the order in which they were submitted, `size` of them at once",
    expected: "1, 2 and 3 at once, and nobody overtakes",
    body: async ({ Pool }, { module, notes }) => {
      const seen: string[] = [];
      for (const size of [1, 2, 3]) {
        const pool = new Pool({ module: module(TASKS), size });
        const names = Array.from({ length: 10 }, (_, i) => 100 * size + i);
        await Promise.all(
          names.map((name) => pool.applyAsync("longTimeTask", [name, 1 + ((name * 7) % 11)])),
        );
        pool.close();
        await pool.join();
        const log = logOf(notes(), (name) => Math.floor(name / 100) === size);
        const isInOrder = overtaken(log) < size ? "in order" : "out of order";
        const isOnce = log.length === 20 ? "each once" : "not each once";
        seen.push(`${mostAtOnce(log)} at once ${isInOrder} ${isOnce}`);
      }
      return seen;
    },
    check: ({ result, most }) =>
      list(result) === [1, 2, 3].map((n) => `${n} at once in order each once`).join(", ") &&
      most === 3,
    got: ({ result, most }) => `${list(result)}; at most ${most} children`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P2b",
    title: "results of different lengths",
    group: "S",
    contract: "map() resolves with the results in the order of the items",
    expected: "25, 1, 16, 4, 9, 36, and nothing for nothing",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const squares = await pool.map<number>("square", [5, 1, 4, 2, 3, 6]);
      const none = await pool.map("square", []);
      pool.close();
      await pool.join();
      return [...squares, none.length];
    },
    check: ({ result }) => list(result) === "25, 1, 16, 4, 9, 36, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P2c",
    title: "two of four items fail",
    group: "S",
    contract: "map() rejects as the first item that failed, in their order, when all have settled",
    expected: "REMOTE RangeError: 51 is odd, after all four have ended",
    body: async ({ Pool }, { module, notes }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const failure = await outcomeOf(pool.map("halve", [4, 51, 99, 8]));
      const ended = notes().filter(({ text }) => text.startsWith("end ")).length;
      pool.close();
      await pool.join();
      return [failure, ended];
    },
    check: ({ result }) => list(result) === "REMOTE RangeError: 51 is odd, 4",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3",
    title: "one child exits, another one is killed",
    group: "R",
    contract: "a task whose child dies rejects with WORKER_DIED; a replacement takes the next one",
    expected: "WORKER_DIED 3, WORKER_DIED -9, done, done",
    body: async ({ Pool }, tools) => {
      const { module, arrived, open, notes, assert } = tools;
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const exited = outcomeOf(pool.applyAsync("exitWith", [3]));
      const killed = outcomeOf(pool.applyAsync("atGate", ["killed"]));
      const others = [3, 4].map((name) => doneOf(pool.applyAsync("atGate", [name])));
      await arrived("killed", 1);
      const first = await exited;
      await arrived("3", 1);
      const runs = notes().filter(({ text }) => text === "start exit 3").length;
      assert(runs === 1, "a task runs once, whatever becomes of its child");
      const dead = pidOf(notes(), "killed") ?? 0;
      killRunner(tools, "killed");
      const second = await killed;
      assert(!pool.pids.includes(dead), "pids has no child that is dead");
      await arrived("4", 1);
      open("3");
      open("4");
      const rest = await Promise.all(others);
      pool.close();
      await pool.join();
      return [first, second, ...rest];
    },
    check: ({ result, most }) =>
      list(result) === "WORKER_DIED 3, WORKER_DIED -9, done, done" && most === 2,
    got: ({ result, most }) => `${list(result)}; ${most} children at once`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P3b",
    title: "an idle child is killed",
    group: "R",
    contract: "a child that dies without a task is nobody's failure; the pool stays as large",
    expected: "two tasks run at once all the same",
    body: async ({ Pool }, tools) => {
      const { module, arrived, open, rest, notes, assert } = tools;
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const warmUp = [1, 2].map(() => pool.applyAsync("atGate", ["warm"]));
      await arrived("warm", 2);
      open("warm");
      await Promise.all(warmUp);
      const dead = pidOf(notes(), "warm") ?? 0;
      killRunner(tools, "warm");
      await rest();
      assert(!pool.pids.includes(dead), "pids has no child that is dead");
      const tasks = [1, 2].map(() => doneOf(pool.applyAsync("atGate", ["again"])));
      await arrived("again", 2);
      open("again");
      const done = await Promise.all(tasks);
      pool.close();
      await pool.join();
      return done;
    },
    check: ({ result, most }) => list(result) === "done, done" && most === 2,
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3c",
    title: "an idle child dies while tasks come",
    group: "R",
    contract: "a task whose child dies rejects with WORKER_DIED; the others are done",
    expected: "two results, or WORKER_DIED -9 for one of them; then two results",
    body: async ({ Pool }, tools) => {
      const { module, arrived, open, rest } = tools;
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const warmUp = [1, 2].map(() => pool.applyAsync("atGate", ["warm"]));
      await arrived("warm", 2);
      open("warm");
      await Promise.all(warmUp);
      const busy = pool.applyAsync("answerAndTell", ["answered", 1]);
      await arrived("answered", 1);
      // One of the two has sent its answer; the other one is idle.
      const answering = pidOf(tools.notes(), "answered");
      const idle = tools.children().find(({ pid }) => pid !== answering);
      tools.kill(idle?.number ?? 0, "SIGKILL");
      open("answered");
      await busy;
      const risky = await Promise.all([1, 2].map(() => doneOf(pool.applyAsync("whoRuns"))));
      await rest();
      const safe = await Promise.all([1, 2].map(() => doneOf(pool.applyAsync("whoRuns"))));
      pool.close();
      await pool.join();
      return [...risky.toSorted(), ...safe];
    },
    check: ({ result }) => /^(?:WORKER_DIED -9|done), done, done, done$/.test(list(result)),
    got: ({ result }) => list(result),
    explore: { seeds: 3 },
  }),

  processes({
    id: "P3d",
    title: "modules that cannot be loaded",
    group: "R",
    contract: "where every child dies of the module, every task rejects, and there is an end to it",
    expected: "every task rejects; then nothing happens any more",
    body: async ({ Pool }, { module, rest }) => {
      const seen: string[] = [];
      for (const path of ["given/exits.ts", "given/throws.ts"]) {
        const pool = new Pool({ module: module(path), size: 2 });
        const tasks = [1, 2, 3].map(() => outcomeOf(pool.applyAsync("whatever")));
        seen.push(...(await Promise.all(tasks)));
        await rest();
        pool.close();
        await pool.join();
      }
      return seen;
    },
    check: ({ result }) =>
      /^(?:WORKER_DIED 3, ){3}(?:(?:WORKER_DIED \d+|REMOTE [^,]+)(?:, |$)){3}$/.test(list(result)),
    got: ({ result }) => list(result),
    explore: { seeds: 0, events: 100 },
  }),

  processes({
    id: "P4",
    title: "the answer of a child that is dead",
    group: "R",
    contract: "an answer settles the task that it is the answer to, and no other one",
    expected: "first, then second; or WORKER_DIED -9 instead of one of them",
    body: async ({ Pool }, { module, arrived, kill }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const first = outcomeOf(pool.applyAsync("answerAndTell", ["answered", "first"]));
      const second = outcomeOf(pool.applyAsync("repeat", ["second", 1]));
      await arrived("answered", 1);
      kill(1, "SIGKILL");
      const results = [await first, await second];
      pool.close();
      await pool.join();
      return results;
    },
    check: ({ result }) =>
      /^(?:first|WORKER_DIED -9), (?:second|WORKER_DIED -9)$/.test(list(result)),
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),

  processes({
    id: "P5",
    title: "4 MB, and the end",
    group: "R",
    contract: "a result arrives whole, also when its child is no longer needed",
    expected: "4,194,304 characters",
    body: async ({ Pool }, { module, arrived, rest, open }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const task = outcomeOf(pool.applyAsync("repeatAt", ["the end", "pool", 2 ** 20]));
      await arrived("the end", 1);
      pool.close();
      await rest();
      open("the end");
      await pool.join();
      const outcome = await task;
      return outcome.startsWith("pool") ? `${outcome.length} characters` : outcome;
    },
    check: ({ result }) => result === "4194304 characters",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P5b",
    title: "values that are no JSON, and functions",
    group: "R",
    contract: "arguments and results are structured data; what cannot be sent is NOT_CLONEABLE",
    expected: "a Map and a BigInt there and back, NOT_CLONEABLE twice, and 49",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const [kinds, map, big] = await pool.applyAsync<[string, Map<string, number>, bigint]>(
        "echo",
        [new Map([["a", 1]]), 2n ** 64n],
      );
      const there = outcomeOf(pool.applyAsync("echo", [() => 1]));
      const back = outcomeOf(pool.applyAsync("makeFunction"));
      const later = outcomeOf(pool.applyAsync("square", [7]));
      const rest = [await there, await back, await later];
      pool.close();
      await pool.join();
      return [kinds, map.get("a"), big === 2n ** 64n, ...rest];
    },
    check: ({ result }) =>
      list(result) === "[object Map] [object BigInt], 1, true, NOT_CLONEABLE, NOT_CLONEABLE, 49",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6",
    title: "close with ten tasks in the queue",
    group: "L",
    contract: "close() lets queued and running tasks finish; join() resolves when all is done",
    expected: "POOL_RUNNING; POOL_CLOSED twice; twelve tasks done; no child",
    body: async ({ Pool }, { module, codeOf, notes, assert, children }) => {
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const tasks = Array.from({ length: 12 }, (_, i) =>
        outcomeOf(pool.applyAsync("longTimeTask", [i, 5])),
      );
      const early = await codeOf(() => pool.join());
      pool.close();
      pool.close();
      const late = await codeOf(() => pool.applyAsync("square", [1]));
      const later = await codeOf(() => pool.map("square", [1, 2]));
      await Promise.all([pool.join(), pool.join()]);
      const ended = notes().filter(({ text }) => text.startsWith("end ")).length;
      assert(ended === 12, "join() resolves when every task has ended");
      assert(
        children().every(({ isAlive }) => !isAlive),
        "join() resolves when every child is gone",
      );
      const done = (await Promise.all(tasks)).filter((outcome) => outcome.startsWith("task "));
      await pool.join();
      return [early, late, later, `${done.length} done`, pool.pids.length];
    },
    check: ({ result }) => list(result) === "POOL_RUNNING, POOL_CLOSED, POOL_CLOSED, 12 done, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6b",
    title: "a child dies after close",
    group: "L",
    contract: "close() lets queued and running tasks finish, whoever dies meanwhile",
    expected: "WORKER_DIED -9, done, done",
    body: async ({ Pool }, tools) => {
      const { module, arrived } = tools;
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const killed = outcomeOf(pool.applyAsync("atGate", ["killed"]));
      const others = [1, 2].map(() => doneOf(pool.applyAsync("whoRuns")));
      await arrived("killed", 1);
      pool.close();
      killRunner(tools, "killed");
      await pool.join();
      return [await killed, ...(await Promise.all(others))];
    },
    check: ({ result }) => list(result) === "WORKER_DIED -9, done, done",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6c",
    title: "terminate, and a child that takes no notice of SIGTERM",
    group: "L",
    contract: "terminate() sends SIGTERM, SIGKILL 500 ms later, and rejects what has not settled",
    expected: "POOL_TERMINATED for three running and two queued tasks, and no child",
    body: async ({ Pool }, { module, arrived, codeOf, children, assert }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const tasks = [
        pool.applyAsync("beStubborn", ["the stubborn one"]),
        pool.applyAsync("cleanUp", ["the tidy one"]),
        pool.applyAsync("atGate", ["running"]),
        pool.applyAsync("square", [1]),
        pool.applyAsync("square", [2]),
      ].map(outcomeOf);
      await arrived("never", 2);
      await arrived("running", 1);
      await pool.terminate();
      assert(
        children().every(({ isAlive }) => !isAlive),
        "terminate() resolves when every child is gone",
      );
      const outcomes = new Set(await Promise.all(tasks));
      const late = await codeOf(() => pool.applyAsync("square", [3]));
      await Promise.all([pool.terminate(), pool.join()]);
      return [...outcomes, late, pool.pids.length];
    },
    check: ({ result, notes }) =>
      list(result) === "POOL_TERMINATED, POOL_TERMINATED, 0" &&
      ["the stubborn one takes no notice of SIGTERM", "the tidy one cleans up"].every((said) =>
        notes.some(({ text }) => text === said),
      ),
    got: ({ result, notes }) =>
      `${list(result)}; ${
        notes
          .map(({ text }) => text)
          .filter((text) => !text.startsWith("start "))
          .join(", ") || "nobody hears of SIGTERM"
      }`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6d",
    title: "terminate while nothing runs, and children that go at once",
    group: "L",
    contract: "terminate() resolves when every child is gone, and leaves nothing behind",
    expected: "three pools end, and no timer is left",
    body: async ({ Pool }, { module, arrived }) => {
      const unused = new Pool({ module: module(TASKS), size: 1 });
      await unused.terminate();
      const idle = new Pool({ module: module(TASKS), size: 1 });
      await idle.applyAsync("square", [1]);
      await idle.terminate();
      const closed = new Pool({ module: module(TASKS), size: 1 });
      const task = outcomeOf(closed.applyAsync("atGate", ["running"]));
      await arrived("running", 1);
      closed.close();
      await closed.terminate();
      await closed.join();
      return [await task];
    },
    check: ({ result }) => list(result) === "POOL_TERMINATED",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P7",
    title: "the parent is killed",
    group: "C",
    contract: "a child whose pool is gone ends, whatever it is doing",
    expected: "three children, working, waiting and idle; no one a second later",
    body: async ({ Pool }, { module, arrived, open, rest, die }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const idle = pool.applyAsync("atGate", ["soon"]);
      void pool.applyAsync("longTimeTask", [1, 3_600_000]);
      void pool.applyAsync("atGate", ["never"]);
      await arrived("soon", 1);
      await arrived("never", 1);
      open("soon");
      await idle;
      await rest();
      return die(1_000);
    },
    seen: {
      what: "three children that were at work",
      in: ({ notes }) => notes.filter(({ text }) => text.startsWith("start ")).length === 3,
    },
    explore: { seeds: 0 },
  }),

  processes({
    id: "P7b",
    title: "close, and nobody joins",
    group: "C",
    contract: "the children of a closed pool end by themselves, and the parent can",
    expected: "49, and nothing is left",
    body: async ({ Pool }, { module, arrived, open }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const warmUp = [1, 2].map(() => pool.applyAsync("atGate", ["warm"]));
      await arrived("warm", 2);
      open("warm");
      await Promise.all(warmUp);
      const task = pool.applyAsync("square", [7]);
      pool.close();
      return task;
    },
    check: ({ result }) => result === 49,
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "S",
    title: "two hundred small tasks, as they come",
    group: "S",
    contract: "every task runs once, and its result is its own",
    expected: "200 squares, in order",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const items = Array.from({ length: 200 }, (_, i) => i);
      const results = await pool.map<readonly unknown[]>("echo", items);
      pool.close();
      await pool.join();
      return results.filter(([, value], i) => value === i).length;
    },
    check: ({ result, most }) => result === 200 && most <= 2,
    got: ({ result, most }) => `${String(result)} right results, ${most} children at once`,
    explore: { native: 5 },
  }),
]);
