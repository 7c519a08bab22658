import { beforeAll, describe, expect, test, vi } from "vitest";
import { openZoo, wordsOf, type ZooGrader } from "./_grade.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const OUT = "(globalThis as any).process";

/** What `next()` of an iterator gives, instead of a promise of a record. */
const NEXT: Readonly<Record<string, string>> = {
  "a promise that never settles": "new Promise(() => undefined)",
  "a thenable that never settles": "{ then() {} }",
  "a thenable that settles twice":
    "{ then(take: any, refuse: any) { take({ done: true }); take({ done: false }); refuse(1); } }",
  "a thenable that throws after it has settled":
    "{ then(take: any) { take({ done: true }); throw new Error('late'); } }",
  "a thenable of thenables":
    "(() => { const it: any = { then: (take: any) => take(it) }; return it; })()",
  "a then that is a trap": "{ get then(): any { throw new Error('trapped'); } }",
  "a then that never ends": "{ get then(): any { for (;;); } }",
  "a Proxy that answers everything with itself":
    "(() => { const it: any = new Proxy(function () {}, { get: () => it, apply: () => it, has: () => true }); return it; })()",
  "a promise of a class of its own":
    "new (class Mine extends Promise<any> { override then(): any { return { done: true }; } })((take: any) => take(1))",
  "a record whose index is a trap":
    "Promise.resolve({ done: false, value: { get index(): any { throw new Error('trapped'); } } })",
  "a record that turns into text":
    "Promise.resolve({ done: false, value: { index: { toString: () => '9' }, status: 'fulfilled', value: { toJSON: () => 123 } } })",
  "records without end":
    "Promise.resolve({ done: false, value: { index: 0, status: 'fulfilled', value: 123 } })",
  nothing: "undefined",
};

const TASKS: readonly (readonly [string, string])[] = [
  ...Object.entries(NEXT).map(
    ([name, value]) =>
      [
        name,
        `export const asCompleted = () => ({ next: () => (${value}), return: () => (${value}), [Symbol.asyncIterator]() { return this; } });`,
      ] as const,
  ),
  ["the end of the process", `${OUT}.exit(0); export const asCompleted = 1;`],
  [
    "timers that fire at once",
    "globalThis.setTimeout = ((call: any) => call()) as any; export const asCompleted = 1;",
  ],
  [
    "a Promise that is replaced",
    "globalThis.Promise = class {} as any; export const asCompleted = 1;",
  ],
  [
    "Promise.prototype.then, replaced",
    "Promise.prototype.then = (() => 1) as any; export const asCompleted = 1;",
  ],
  [
    "the queue of microtasks, kept busy",
    "const again = (): any => Promise.resolve().then(again); void again(); export const asCompleted = 1;",
  ],
];

describe("tasks: gets no point:", () => {
  let zoo: ZooGrader;
  beforeAll(async () => {
    zoo = await openZoo({ kata: "as-completed" });
  });

  test.each(TASKS)("%s", async (_name, text) => {
    const result = await zoo.grade(`${text}\nexport const runAll = () => 1;`, ["B1"]);
    expect(wordsOf(result)).not.toMatch(/^pass/);
    expect([result.earned, result.scenarios.length]).toEqual([0, 1]);
  });
});

const CHILD = `new URL("../given/bootstrap.ts", import.meta.url)`;

/** What a process does when it is started, and a part of what is said about it. */
const START: readonly (readonly [name: string, code: string, says: string])[] = [
  ["ends its own process", "exit(0);", "the parent called process.exit()"],
  ["kills its own process", "kill(pid, 'SIGKILL');", "EPERM"],
  ["stops the grader", "kill(ppid, 'SIGSTOP');", "ERR_UNKNOWN_SIGNAL"],
  ["kills the grader", "kill(ppid, 'SIGKILL');", "EPERM"],
  ["kills everything", "kill(-1, 'SIGKILL');", "EPERM"],
  ["starts a shell", "spawn('sh', ['-c', 'id']);", "process.execPath"],
  [
    "starts Node with text",
    `spawn(execPath, ['-e', 'process.exit(0)']);`,
    "cannot be started as a process",
  ],
  [
    "starts a child with options of Node",
    `fork(${CHILD}, { execArgv: ['--import', 'data:text/javascript,1'] } as any);`,
    "cannot be used here",
  ],
  ["starts a child of a text", "fork('data:text/javascript,1');", "cannot be started as a process"],
  ["starts a child of the system", "fork('/etc/passwd');", "cannot be started as a process"],
  [
    "starts a child that loads more",
    `fork(${CHILD}, { env: { NODE_OPTIONS: '--import=data:text/javascript,1' } });`,
    "leak; ",
  ],
  [
    "starts a daemon",
    `fork(${CHILD}, { detached: true, stdio: 'ignore' } as any).unref();`,
    "leak; ",
  ],
  [
    "reads its environment",
    "if (Object.keys(env).some((name) => /PATH|KEY|TOKEN|SECRET|RUN/.test(name))) return;",
    "no execution shows a child",
  ],
  [
    "looks for all of Node",
    "(globalThis as any).process.getBuiltinModule('fs');",
    "getBuiltinModule is not a function",
  ],
];

describe("processes: gets no point:", () => {
  let zoo: ZooGrader;
  beforeAll(async () => {
    zoo = await openZoo({ kata: "fork-join" });
  });

  test.each(START)("%s", async (_name, code, says) => {
    const result = await zoo.grade(
      `import { fork, spawn } from "node:child_process";
       import { env, execPath, exit, kill, pid, ppid } from "node:process";
       void [fork, spawn, env, execPath, exit, kill, pid, ppid];
       export class Process {
         name = "Process-1"; pid: any = undefined; exitcode: any = null; alive = false;
         start(): void { this.pid = pid + 1; this.alive = true; ${code} }
         isAlive(): boolean { return this.alive; }
         async join(): Promise<any> { this.alive = false; this.exitcode = 0; return true; }
         get result(): any { return { pid: this.pid, ppid: pid }; }
       }
       export const forkJoin = () => [];`,
      ["B1"],
    );
    const words = wordsOf(result);
    expect(words).not.toMatch(/^pass/);
    expect(words).toContain(says);
    expect([result.earned, result.scenarios.length]).toEqual([0, 1]);
  });
});
