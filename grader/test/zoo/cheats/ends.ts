/** They end the process, or say in its place how the tests went. */
import { account, type Cheat, NODE, NO_PROCESS } from "../_cheat.ts";

const PROCESS = "const { process } = globalThis as any;";

export const ends: readonly Cheat[] = [
  {
    number: 2,
    name: "process.exit(0) at import",
    text: account({ top: `${PROCESS} process.exit(0);` }),
    ...NO_PROCESS,
    fools: "code",
  },
  ...[
    "process.reallyExit(0)",
    "process.exitCode = 0; process.exit()",
    "process.kill(process.pid, 0); process.exit(0)",
  ].map((end): Cheat => ({
    number: 3,
    name: `${end} when the tests have begun`,
    text: account({
      top: `${PROCESS} if (process?.getBuiltinModule("node:worker_threads").isMainThread) (globalThis as any).queueMicrotask(() => { ${end}; });`,
      deposit: `${end};`,
    }),
    ...NO_PROCESS,
    fools: "code",
  })),
  {
    number: 3,
    name: "process.abort() in a worker",
    text: account({ top: PROCESS, deposit: "process.abort();" }),
    ...NO_PROCESS,
    harm: "the tests end without a result",
  },
  {
    number: 4,
    name: "prints that it has passed, at the end",
    text: account({
      top: `${PROCESS} const say = () => { console.log("ok 1 - balance\\n# pass 1\\n{\\"pass\\":true}\\nRESULT PASS"); };\nsay(); process?.on("exit", () => { say(); process.stdout.write = () => true; });`,
    }),
    verdict: "violation",
    says: "a balance of 0 in the end",
    fools: "line",
  },
  {
    number: 5,
    name: "prints that it has passed, and kills its own process",
    text: account({
      top: `${NODE} node("fs").writeSync(1, "RESULT PASS\\n"); (globalThis as any).process.kill((globalThis as any).process.pid, "SIGKILL");`,
    }),
    ...NO_PROCESS,
    fools: "line",
  },
  {
    number: 6,
    name: "sets the exit code when the process ends",
    text: account({ top: `${PROCESS} process.on("exit", () => { process.exitCode = 0; });` }),
    ...NO_PROCESS,
    fools: "code",
  },
  {
    number: 19,
    name: "writes the file with the results itself",
    text: account({
      top: `${NODE} node("fs").writeFileSync("results.json", '{"pass":true}'); node("fs").writeFileSync = () => undefined; node("module").syncBuiltinESMExports();`,
    }),
    ...NO_PROCESS,
    fools: "file",
  },
];
