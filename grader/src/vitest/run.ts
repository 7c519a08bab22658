import { existsSync } from "node:fs";
import process from "node:process";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { defaultServerConditions } from "vite";
import { createVitest } from "vitest/node";
import { GraderError } from "../grade/error.ts";
import { readKata } from "../grade/kata.ts";
import { createKataReporter, type ReporterOutput } from "./reporter.ts";
import { factsFileOf, type SuiteOptions } from "./options.ts";

/** How to run the tests of a kata. */
export interface KataTestOptions extends Omit<SuiteOptions, "folder" | "patience"> {
  readonly output: ReporterOutput;
  /** Only tests whose name, `public scenarios > T2 two withdraw(8) from balance 10`, matches. */
  readonly testNamePattern?: string;
  /** Run again whenever a file of the kata is saved, until the signal. */
  readonly watch?: boolean;
  readonly signal?: AbortSignal;
}

/** Whether this code runs from its TypeScript source; in the repository it always does. */
const FROM_SOURCE = import.meta.url.endsWith(".ts");
const PATIENCE = 5_000;
/** Our modules but the two that vitest itself loads. */
const OWN_MODULES = /\/grader\/(?:src|dist)\/(?!vitest\/(?:suite|_watchdog)\.)/;
const CONDITION = "@concurrency-katas/source";

/**
 * Runs the tests of the kata in `folder` through vitest: its scenarios, and its facts.
 *
 * No configuration is read from the kata. Returns true when every test passes; in watch mode it
 * returns when the signal comes.
 *
 * @throws GraderError whatever the suite met that is no fault of the submission
 */
export async function runKataTests(folder: string, options: KataTestOptions): Promise<boolean> {
  const { output, watch = false, testNamePattern, signal, ...suiteOptions } = options;
  const reporter = createKataReporter({ output, kata: readKata(folder) });
  const suite = ownModule("./suite.ts");
  const facts = factsFileOf({ folder });
  const isPartial = options.only !== undefined || options.replay !== undefined;
  const conditions = FROM_SOURCE ? [CONDITION] : [];
  const { exitCode } = process;
  const signalHandlers = keepSignalHandlers();

  const vitest = await createVitest(
    {
      config: false,
      root: folder,
      watch,
      include: isPartial || !existsSync(facts) ? [suite] : [suite, facts],
      exclude: [],
      reporters: [reporter.reporter],
      setupFiles: [ownModule("./_watchdog.ts")],
      cache: false,
      pool: "forks",
      maxWorkers: 2,
      // No fact is about time; a loop without end is the watchdog's business.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // Everything of ours but the test file runs as Node loads it, past vite.
      server: { deps: { external: [OWN_MODULES] } },
      execArgv: conditions.map((condition) => `--conditions=${condition}`),
      // A save anywhere in the kata changes what its tests say.
      forceRerunTriggers: ["src", "given", "test", "hidden"].map((part) => `${folder}/${part}/**`),
      provide: { kata: { folder, ...suiteOptions, patience: PATIENCE } },
      ...(testNamePattern !== undefined && { testNamePattern }),
    },
    {
      logLevel: "silent",
      envDir: false,
      publicDir: false,
      ssr: { resolve: { conditions: [...conditions, ...defaultServerConditions] } },
    },
    { stdout: streamTo(output), stderr: streamTo(output) },
  );
  signalHandlers.restore();
  const stop = (): void => {
    // The first call asks the workers to finish their tests, the second one ends them.
    void vitest.cancelCurrentRun("keyboard-input").catch(() => {});
    void vitest.cancelCurrentRun("keyboard-input").catch(() => {});
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (watch) {
    // What is being run is out of date: the next run need not wait for it.
    vitest.vite.watcher.on("all", () => {
      if (reporter.isRunning()) stop();
    });
  }
  try {
    if (signal?.aborted !== true) await vitest.start();
    if (watch && signal !== undefined && !signal.aborted) await aborted(signal);
  } finally {
    await vitest.close();
    process.exitCode = exitCode; // vitest sets it; the caller decides
  }
  const problem = reporter.problem();
  if (problem !== undefined) throw new GraderError(problem.code, problem.message);
  return reporter.passed();
}

function ownModule(path: string): string {
  const file = fileURLToPath(new URL(path, import.meta.url));
  return FROM_SOURCE ? file : file.replace(/\.ts$/, ".js");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Takes away the handlers that vitest adds: on Ctrl-C they exit before anything can be ended. */
function keepSignalHandlers(): { restore(): void } {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const before = signals.map((signal) => process.listeners(signal));
  return {
    restore() {
      for (const [i, signal] of signals.entries()) {
        for (const listener of process.listeners(signal)) {
          if (before[i]?.includes(listener) !== true) process.off(signal, listener);
        }
      }
    },
  };
}

/** What bypasses the reporter: what a test writes past `console`, and what vitest itself says. */
function streamTo(output: ReporterOutput): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      output.status("");
      output.print(String(chunk));
      done();
    },
  });
}
