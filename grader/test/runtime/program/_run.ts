/** Runs texts as a program: a submission, its one worker module, and a scenario. */
import { bundleSubmission } from "../../../src/runtime/bundle.ts";
import { bundleHost } from "../../../src/runtime/host-files.ts";
import type { ProgramLimits } from "../../../src/runtime/program/protocol.ts";
import { type ProgramEvidence, runProgram } from "../../../src/runtime/program/run.ts";
import { imports, withFiles } from "../threads/_grade-text.ts";

/** A program and how it is run. */
export interface ProgramText {
  /** Statements of `run`, the function of the submission that is the program; `start(data)` starts a worker. */
  readonly run: string;
  /** More of the submission, at its top level. */
  readonly top?: string;
  /** Statements of the worker module `given/worker.ts`. */
  readonly worker?: string;
  readonly runs?: number;
  readonly limits?: Partial<ProgramLimits>;
  readonly signal?: AbortSignal;
  /** The scenario's body and what it needs to import. */
  readonly body?: string;
  readonly scenarioTop?: string;
}

/** The submission before and after its parts. */
const HEAD = `import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { Worker, isMainThread, parentPort, threadId, workerData } from "node:worker_threads";
const start = (data?: unknown, options: object = {}): any => new Worker(new URL("../given/worker.ts", import.meta.url), { workerData: data, ...options });
const next = (worker: any, event: string): Promise<any> => new Promise((resolve) => worker.once(event, resolve));
`;

/** Line of the submission on which `run` begins. */
export const RUN_LINE = HEAD.split("\n").length + 2;

/** Runs a program with limits that suit a test. */
export async function runText({
  run,
  top = "",
  worker = "",
  runs = 1,
  limits,
  signal,
  body = "(kata) => kata.run()",
  scenarioTop = "",
}: ProgramText): Promise<ProgramEvidence> {
  const submission = `${HEAD}${top}\nexport async function run(): Promise<unknown> {\n${run}\n}\nexport const shared = () => "shared";\n`;
  const module = `import { Worker, isMainThread, parentPort, threadId, workerData } from "node:worker_threads";\nimport { shared } from "../src/index.ts";\n${worker}\n`;
  const files = new Map([
    ["src/index.ts", submission],
    ["given/worker.ts", module],
  ]);
  const scenarios = `${scenarioTop}\nexport default [{ engine: "program", id: "S2", title: "", group: "R", contract: "", expected: "", runs: ${runs}, body: ${body}, check: () => true }];`;
  return withFiles({ "scenarios.js": scenarios }, async (paths) => {
    const own = await bundleHost(paths);
    const bundle = await bundleSubmission(files, {
      entry: "src/index.ts",
      imports: [...imports, "node:async_hooks"],
      workers: ["given/worker.ts"],
    });
    if (!("code" in bundle)) throw new Error(bundle.message);
    return runProgram({
      scenario: { id: "S2", runs },
      own,
      bundle,
      signal,
      limits: {
        asleepSeconds: 1,
        cpuSeconds: 2,
        leftoverSeconds: 1,
        leftoverCpuSeconds: 1,
        ...limits,
      },
    });
  });
}
