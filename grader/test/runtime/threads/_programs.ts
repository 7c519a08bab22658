/** Small concurrent programs, written as texts in a test and run by the real engine. */

import { vi } from "vitest";
import type { GradeOptions } from "../../../src/grade/grade-options.ts";
import type { ScenarioResult } from "../../../src/grade/result.ts";
import { bundleSubmission } from "../../../src/runtime/bundle.ts";
import { bundleHost } from "../../../src/runtime/host-files.ts";
import type {
  ExploredEvidence,
  OutcomeEvidence,
  RecordedOperation,
  TraceEvidence,
} from "../../../src/runtime/evidence.ts";
import { type Host, launchHost, pinnableCpus } from "../../../src/runtime/launch.ts";
import { gradeText, imports, withFiles } from "./_grade-text.ts";
import type { Departure, SamplerName } from "../../../src/schedule/index.ts";

/** Every test here waits for a process; how long that takes is for the machine to say. */
vi.setConfig({ testTimeout: 120_000 });

/** A program: bodies of functions of `handle` and of `x`, an `Int32Array` over it. */
export interface Program {
  /** Words of shared memory; `x` views them. 4 unless given. */
  readonly cells?: number;
  /** Makes the handle of a program that wants another than its cells; there is no `x` then. */
  readonly setup?: string;
  /** What each thread does; what it returns is its result. */
  readonly threads: readonly string[];
  /** What the main thread does after all of them; its result comes last. */
  readonly final?: string;
  /** The results that are right, thread by thread and then the main thread's; any unless given. */
  readonly allowed?: readonly (readonly unknown[])[];
  /** Code that all parts of this program can use. */
  readonly shared?: string;
  /** Preemptions that must be exhausted. */
  readonly preemptions?: number;
  readonly schedules?: number;
  /** Sampled schedules beside the search. */
  readonly samples?: number;
  readonly threadIds?: readonly number[];
}

export type Programs = Readonly<Record<string, Program>>;

/** The submission that holds every program. Line n of a thread's text is line n of its function. */
export function submissionOf(programs: Programs): string {
  const texts = Object.values(programs).flatMap((program, p) => {
    const { setup, cells = 4, shared = "", final = "", threads } = program;
    const view = setup === undefined ? "const x = new Int32Array(handle);" : "";
    return [
      shared,
      `export function setup${p}() { ${setup ?? `return new SharedArrayBuffer(${cells * 4});`} }`,
      ...threads.map(
        (body, i) => `export function thread${p}n${i}(handle: any) { ${view}${body}\n}`,
      ),
      `export function final${p}(handle: any) { ${view}${final}\n}`,
    ];
  });
  const kit = `import { Mutex, KataError } from "@concurrency-katas/grader/kit";`;
  const identity = `import { threadId, isMainThread } from "node:worker_threads";`;
  return [kit, identity, ...texts].join("\n");
}

/** The scenario file of the programs: the n-th program is scenario `P<n>`. */
export function scenariosOf(programs: Programs): string {
  const list = Object.entries(programs).map(([title, program], p) => ({
    id: `P${p}`,
    title,
    threads: program.threads.length,
    allowed: program.allowed?.map((results) => JSON.stringify(results)),
    explore: {
      preemptions: program.preemptions ?? 2,
      schedules: program.schedules ?? 60_000,
      ...(program.samples === undefined ? {} : { samples: program.samples }),
    },
    threadIds: program.threadIds,
  }));
  return `
    export default ${JSON.stringify(list)}.map(({ id, title, threads, allowed, explore, threadIds }) => {
      const p = id.slice(1);
      const results = (outcome) => JSON.stringify([...outcome.results("thread"), outcome.final("final")].map((value) => value ?? null));
      return {
        engine: "threads", id, title, group: "S", contract: "the contract", expected: "what is allowed", explore,
        ...(threadIds === undefined ? {} : { threadIds }),
        setup: (kata) => kata["setup" + p](),
        threads: Array.from({ length: threads }, (_, i) => (kata, handle, thread) => {
          thread.operation("thread", [i], () => kata["thread" + p + "n" + i](handle));
        }),
        finally: (kata, handle, thread) => {
          thread.operation("final", [], () => kata["final" + p](handle));
        },
        check: (outcome) => allowed === undefined || allowed.includes(results(outcome)),
        got: results,
      };
    });`;
}

/** Grades programs as the scenarios of one submission; the results by the programs' names. */
export async function gradePrograms(
  programs: Programs,
  options: Partial<GradeOptions> = {},
): Promise<ReadonlyMap<string, ScenarioResult>> {
  const { scenarios } = await gradeText(submissionOf(programs), scenariosOf(programs), options);
  return new Map(scenarios.map((result) => [result.title, result]));
}

/** What the engine showed of one program. */
export interface Exploration {
  /** Every outcome, as JSON of the results, or what ended the execution; sorted. */
  readonly outcomes: readonly string[];
  /** The number of preemptions with which each outcome was seen first. */
  readonly firstFound: ReadonlyMap<string, number>;
  readonly evidence: readonly OutcomeEvidence[];
  readonly explored: ExploredEvidence;
}

/** How to explore. */
export interface ExploreOptions {
  readonly cache?: boolean;
  readonly symmetry?: boolean;
  readonly preemptions?: number;
  readonly schedules?: number;
  readonly stateless?: boolean;
  /** Samples so many schedules instead of exploring. */
  readonly sample?: {
    readonly strategy: SamplerName;
    readonly seed: number;
    readonly schedules: number;
  };
}

/** Explores programs on one host and says everything that came out; nothing is judged. */
export function explorePrograms(
  programs: Programs,
  options: ExploreOptions = {},
): Promise<ReadonlyMap<string, Exploration>> {
  return exploreText(submissionOf(programs), scenariosOf(programs), {
    ...options,
    scenarios: Object.entries(programs).map(([title, { threads }], p) => ({
      id: `P${p}`,
      title,
      threads: threads.length,
    })),
  });
}

/** A scenario of a text, as the host needs to know it. */
export interface Named {
  readonly id: string;
  readonly title: string;
  readonly threads: number;
}

/** Explores the named scenarios of a text, with a submission, on one host. */
export function exploreText(
  submission: string,
  scenarios: string,
  options: ExploreOptions & { readonly scenarios: readonly Named[] },
): Promise<ReadonlyMap<string, Exploration>> {
  const { cache = true, symmetry = true, preemptions = 1_000_000, schedules = 100_000 } = options;
  return withHost(submission, scenarios, options, async (host) => {
    const found = new Map<string, Exploration>();
    for (const { id, title } of options.scenarios) {
      host.send(
        options.sample === undefined
          ? { kind: "explore", scenario: id, preemptions, schedules, extra: 0, cache, symmetry }
          : { kind: "sample", scenario: id, ...options.sample },
      );
      const evidence: OutcomeEvidence[] = [];
      for (;;) {
        const frame = await host.receive();
        if (frame.kind === "outcome") evidence.push(frame.outcome);
        else if (frame.kind === "explored") {
          // Later entries win in a Map, so the first comes last.
          const firstFound = new Map(
            evidence.toReversed().map((item) => [outcomeOf(item), item.preemptions]),
          );
          const outcomes = [...firstFound.keys()].toSorted();
          found.set(title, { outcomes, firstFound, evidence, explored: frame.explored });
          break;
        } else if (frame.kind !== "progress" && frame.kind !== "ready") {
          throw new Error(`${title}: ${JSON.stringify(frame)}`);
        }
      }
    }
    return found;
  });
}

/** Runs one schedule of a program and shows every step of it. */
export function replayProgram(
  program: Program,
  plan: readonly Departure[],
): Promise<TraceEvidence> {
  const programs = { program };
  const scenarios = [{ id: "P0", title: "program", threads: program.threads.length }];
  return withHost(submissionOf(programs), scenariosOf(programs), { scenarios }, async (host) => {
    host.send({ kind: "replay", scenario: "P0", plan });
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "trace") return frame.trace;
      if (frame.kind !== "ready") throw new Error(JSON.stringify(frame));
    }
  });
}

async function withHost<R>(
  submission: string,
  scenarios: string,
  options: ExploreOptions & { readonly scenarios: readonly Named[] },
  use: (host: Host) => Promise<R>,
): Promise<R> {
  return withFiles({ "scenarios.js": scenarios }, async (scenarioFiles) => {
    const bundle = await bundleSubmission(new Map([["src/index.ts", submission]]), {
      entry: "src/index.ts",
      imports,
    });
    if (!("code" in bundle)) throw new Error(bundle.message);
    const own = await bundleHost(scenarioFiles);
    const start = {
      code: bundle.code,
      stateless: options.stateless ?? bundle.stateless,
      workerFile: own.worker,
      scenarioFile: own.scenarios,
      threads: Object.fromEntries(options.scenarios.map(({ id, threads }) => [id, threads])),
      arenaBytes: 1 << 16,
    };
    const host = launchHost({ hostFile: own.host, start, slot: 0 }, pinnableCpus());
    try {
      return await use(host);
    } finally {
      await host.kill();
    }
  });
}

function outcomeOf({ end, operations }: OutcomeEvidence): string {
  const results = operations.toSorted((a, b) => order(a) - order(b)).map(resultOf);
  return end === "done" ? JSON.stringify(results) : `${end} ${JSON.stringify(results)}`;
}

/** The threads in their order, then the main thread. */
const order = ({ thread }: RecordedOperation): number => (thread === -1 ? 99 : thread);

function resultOf({ outcome }: RecordedOperation): unknown {
  if (outcome.kind === "returned") return outcome.value ?? null;
  return outcome.kind === "threw" ? outcome.code : "pending";
}
