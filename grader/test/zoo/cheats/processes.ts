import type { EngineCheat } from "../_cheat.ts";

const CHILD = `new URL("../given/bootstrap.ts", import.meta.url)`;

/** What a process does when it is started, and a part of what is said about it. */
const starts: readonly (readonly [name: string, code: string, says: string])[] = [
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

/** Against the engine of processes, for fork-join. */
export const processCheats: readonly EngineCheat[] = starts.map(([name, code, says]) => ({
  name,
  text: `import { fork, spawn } from "node:child_process";
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
  says,
}));
