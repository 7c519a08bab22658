/** Runs texts as processes: a submission that is the parent, a module of its own for children, a given one, a scenario. */
import { randomUUID } from "node:crypto";
import { bundleSubmission } from "../../../src/runtime/bundle.ts";
import { bundleHost } from "../../../src/runtime/host-files.ts";
import type { Order, ProcessLimits } from "../../../src/runtime/processes/protocol.ts";
import { findMarked } from "../../../src/runtime/processes/marked.ts";
import { type ProcessesEvidence, runProcesses } from "../../../src/runtime/processes/run.ts";
import { withFiles } from "../threads/_grade-text.ts";

/** A program of processes, and how it is run. */
export interface ProcessesText {
  /** Statements of `run`, the function of the submission that is the parent. */
  readonly run: string;
  /** More of the submission, at its top level. */
  readonly top?: string;
  /** Statements of `src/child.ts`, a module of the submission. */
  readonly child?: string;
  /** Statements of `given/child.ts`. */
  readonly given?: string;
  /** The scenario's body, and more of the scenario. */
  readonly body?: string;
  readonly scenario?: string;
  readonly scenarioTop?: string;
  readonly orders?: readonly Order[];
  readonly limits?: Partial<ProcessLimits>;
  readonly signal?: AbortSignal;
}

/** The submission before its parts. */
const HEAD = `import { fork, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { constants } from "node:os";
const child = (options: object = {}): any => fork(new URL("./child.ts", import.meta.url), options as any);
const given = (options: object = {}): any => fork(new URL("../given/child.ts", import.meta.url), options as any);
const next = (emitter: any, event: string): Promise<any[]> => new Promise((resolve) => emitter.once(event, (...values: any[]) => resolve(values)));
`;

/** Runs it in one order, unless it is said otherwise, and makes sure that no process of it is left. */
export async function runText({
  run,
  top = "",
  child = "",
  given = "",
  body = "(kata) => kata.run()",
  scenario = "",
  scenarioTop = "",
  orders = ["oldest-first"],
  limits,
  signal,
}: ProcessesText): Promise<ProcessesEvidence> {
  const files = new Map([
    ["src/index.ts", `${HEAD}${top}\nexport async function run(): Promise<unknown> {\n${run}\n}\n`],
    ["src/child.ts", `import { fork } from "node:child_process";\nvoid fork;\n${child}\n`],
    ["given/child.ts", `declare const harness: any;\n${given}\n`],
  ]);
  const scenarios = `${scenarioTop}\nexport default [{ engine: "processes", id: "P1", title: "", group: "S", contract: "", expected: "", body: ${body}, ${scenario} }];`;
  return withFiles({ "scenarios.js": scenarios }, async (paths) => {
    const own = await bundleHost(paths);
    const bundle = await bundleSubmission(files, {
      entry: "src/index.ts",
      imports: [
        "@concurrency-katas/grader/kit",
        "node:child_process",
        "node:events",
        "node:os",
        "node:process",
      ],
      workers: ["src/child.ts", "given/child.ts"],
    });
    if (!("code" in bundle)) throw new Error(bundle.message);
    const runId = randomUUID();
    const running = runProcesses({
      scenario: { id: "P1" },
      own,
      bundle,
      orders,
      limits: { asleepSeconds: 1, cpuSeconds: 1, ...limits },
      runId,
      ...(signal === undefined ? {} : { signal }),
    });
    await Promise.allSettled([running]);
    const left = findMarked(runId).length;
    if (left > 0) throw new Error(`${left} processes are left`);
    return running;
  });
}

/** What the execution in one order came to. */
export async function resultOf(text: ProcessesText): Promise<unknown> {
  const { runs, stop } = await runText(text);
  if (runs.length === 0)
    throw new Error(`${stop.end}: ${stop.detail ?? stop.error?.message ?? ""}`);
  return runs[0]?.outcome.result;
}
