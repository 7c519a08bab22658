import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestRunEndReason } from "vitest/node";
import { createColors } from "picocolors";
import type { GraderErrorCode } from "../grade/error.ts";
import type { KataResult } from "../grade/result.ts";
import { oneLine } from "../grade/text.ts";
import { describeFailure, type Failure } from "./_failure.ts";
import { pointsTable, scenarioText } from "./_look.ts";

/** Where the results of a kata's tests are printed, and how. */
export interface ReporterOutput {
  /** Prints finished text. */
  print(text: string): void;
  /** Shows what is being done, where that can be taken back again; "" takes it back. */
  status(text: string): void;
  readonly color: boolean;
  readonly columns: number;
}

/** What went wrong that is no fault of the submission. */
export interface Problem {
  readonly code: GraderErrorCode;
  readonly message: string;
}

/** A vitest reporter for the tests of one kata, and what it has seen in the last run. */
export interface KataReporter {
  readonly reporter: Reporter;
  isRunning(): boolean;
  passed(): boolean;
  problem(): Problem | undefined;
}

/** Prints each scenario as soon as it is decided, and at the end what all of them earn. */
export function createKataReporter(options: {
  readonly output: ReporterOutput;
  readonly folder: string;
  readonly slug: string;
}): KataReporter {
  const { output, folder, slug } = options;
  const { green, red, dim } = createColors(output.color);
  let run = emptyRun();

  function print(text: string): void {
    output.status("");
    output.print(text);
  }

  function failed(name: string, error: Failure): void {
    if (error.name === "GraderError") {
      const { code = "E_BUG" } = error as { code?: GraderErrorCode };
      run.problem ??= { code, message: error.message };
      return;
    }
    run.failures++;
    print(`${red("✗")} ${name}\n${describeFailure(error, folder)}\n`);
  }

  function finished(test: TestCase): void {
    const { scenario, kata } = test.meta();
    if (kata !== undefined) run.kata = kata;
    const result = test.result();
    if (scenario !== undefined) {
      run.count++;
      print(scenarioText(scenario, { slug, ...output }));
    } else if (result.state === "passed") {
      run.count++;
      print(`${green("✓")} ${test.name}\n`);
    } else if (result.state === "failed") {
      run.count++;
      for (const error of result.errors) failed(test.name, error);
    }
  }

  const reporter: Reporter = {
    onTestRunStart() {
      run = { ...emptyRun(), isRunning: true };
    },
    onTestCaseReady(test) {
      output.status(test.name);
    },
    onTestCaseResult: finished,
    onUserConsoleLog: ({ content }) => print(content),
    onTestModuleEnd(module: TestModule) {
      const name = relative(folder, module.moduleId);
      for (const error of module.errors()) failed(name, error);
    },
    onTestRunEnd(_modules, unhandled, reason) {
      run.isRunning = false;
      run.reason = reason;
      if (reason === "interrupted") return output.status("");
      for (const error of unhandled) {
        // Vitest's way to say that a process is gone; the watchdog, or Node itself, has said why.
        const isGone = error.message.startsWith("[vitest-pool]");
        if (isGone) failed("test/facts.test.ts", { message: "its process ended before its tests" });
        else failed("outside of any test", error);
      }
      if (run.problem !== undefined) return output.status("");
      if (run.kata !== undefined) print(pointsTable(run.kata, output));
      if (run.count === 0 && run.failures === 0) print("no test matches\n");
    },
    onWatcherStart() {
      if (run.reason === "interrupted") return;
      if (run.problem !== undefined) print(`katas: ${oneLine(run.problem.message)}\n`);
      print(dim("\nwaiting for a file to be saved; Ctrl+C to end\n"));
    },
    onWatcherRerun(_files, trigger) {
      print(dim(`\n${trigger ?? "again"} was saved\n\n`));
    },
  };
  return {
    reporter,
    isRunning: () => run.isRunning,
    passed: () => run.reason === "passed" && run.problem === undefined && run.count > 0,
    problem: () => run.problem,
  };
}

interface Run {
  isRunning: boolean;
  count: number;
  failures: number;
  kata: KataResult | undefined;
  problem: Problem | undefined;
  reason: TestRunEndReason | undefined;
}

function emptyRun(): Run {
  return {
    isRunning: false,
    count: 0,
    failures: 0,
    kata: undefined,
    problem: undefined,
    reason: undefined,
  };
}
