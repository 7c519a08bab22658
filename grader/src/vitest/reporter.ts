import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestRunEndReason } from "vitest/node";
import { createColors } from "picocolors";
import type { GraderErrorCode } from "../grade/error.ts";
import type { KataDefinition } from "../grade/kata.ts";
import type { KataResult, ScenarioResult } from "../grade/result.ts";
import { oneLine } from "../grade/text.ts";
import { factsFileOf } from "./options.ts";
import { describeFailure, type Failure } from "./_failure.ts";
import { pointsBlock, scenarioBlock } from "./_look.ts";
import { printerOn, type Printer } from "./_printer.ts";

/** Where the results of a kata's tests are printed, and how. */
export interface ReporterOutput {
  /** Prints finished text. */
  print(text: string): void;
  /** Shows what is being done, where that can be taken back again; "" takes it back. */
  status(text: string): void;
  readonly colour: boolean;
  readonly width: number;
}

/** What went wrong that is no fault of the submission. */
interface Problem {
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
  readonly kata: KataDefinition;
}): KataReporter {
  const { output, kata } = options;
  const { folder, slug, rubric } = kata;
  const { colour, width } = output;
  const { green, red, dim } = createColors(colour);
  const facts = factsFileOf(kata);
  let run = newRun(output, false);

  function failed(name: string, error: Failure): void {
    if (error.name === "GraderError") {
      const { code = "E_BUG" } = error as { code?: GraderErrorCode };
      run.problem ??= { code, message: error.message };
      return;
    }
    const why = describeFailure(error, { folder, colour });
    run.printer.block({ text: `${red("FAIL")}  ${name}\n${why}\n`, isShort: false });
    run.failures.push(name);
  }

  function decided(scenario: ScenarioResult): void {
    const { titleWidth } = run;
    const isFirst = scenario.verdict !== "pass" && run.fallen++ === 0;
    const look = { colour, width, kata: slug, rubric, titleWidth };
    run.printer.block(scenarioBlock(scenario, look, isFirst));
  }

  function finished(test: TestCase): void {
    const outcome = test.result();
    if (outcome.state === "skipped") return;
    run.count++;
    const { scenario, kata: result } = test.meta();
    run.result ??= result;
    if (scenario !== undefined) decided(scenario);
    else if (run.result !== undefined && test.module.moduleId !== facts) {
      return; // an item of the rubric, which the points below show
    } else if (outcome.state === "passed") {
      run.printer.block({ text: `${green("PASS")}  ${test.name}\n`, isShort: true });
    } else if (outcome.state === "failed") {
      for (const error of outcome.errors) failed(test.name, error);
    }
  }

  /** What can only be said when everything has been run. */
  function summarise(): void {
    const { printer, result, failures, count, problem } = run;
    if (problem !== undefined) return;
    if (result !== undefined) printer.block(pointsBlock(result, output));
    if (result !== undefined && failures.length > 0) {
      printer.block({ text: `${red("FAIL")}  ${failures.join(", ")}\n`, isShort: false });
    }
    if (count === 0 && failures.length === 0) printer.text("no test matches\n");
  }

  const reporter: Reporter = {
    onTestRunStart() {
      run = newRun(output, true);
    },
    onTestModuleCollected(module) {
      if (module.moduleId === facts) return;
      run.titleWidth = Math.max(...[...module.children.allTests()].map(({ name }) => name.length));
    },
    onTestCaseReady: (test) => output.status(test.name),
    onTestCaseResult: finished,
    onUserConsoleLog: ({ content }) => run.printer.block({ text: content, isShort: true }),
    onTestModuleEnd(module: TestModule) {
      for (const error of module.errors()) failed(relative(folder, module.moduleId), error);
    },
    onTestRunEnd(_modules, unhandled, reason) {
      run.isRunning = false;
      run.reason = reason;
      output.status("");
      if (reason === "interrupted") return;
      for (const error of unhandled) {
        // Vitest's way to say that a process is gone; the watchdog, or Node itself, has said why.
        const isGone = error.message.startsWith("[vitest-pool]");
        if (isGone) failed("test/facts.test.ts", { message: "its process ended before its tests" });
        else failed("outside of any test", error);
      }
      summarise();
    },
    onWatcherStart() {
      if (run.reason === "interrupted") return;
      if (run.problem !== undefined) output.print(`katas: ${oneLine(run.problem.message)}\n`);
      output.print(dim("\nwaiting for a file to be saved; Ctrl+C to end\n"));
    },
    onWatcherRerun(_files, trigger) {
      output.print(dim(`\n${trigger ?? "again"} was saved\n\n`));
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
  readonly printer: Printer;
  /** Tests that have ended. */
  count: number;
  /** Scenarios that did not pass. */
  fallen: number;
  /** Names of whatever else failed. */
  readonly failures: string[];
  result: KataResult | undefined;
  titleWidth: number;
  problem: Problem | undefined;
  reason: TestRunEndReason | undefined;
}

function newRun(output: ReporterOutput, isRunning: boolean): Run {
  return {
    isRunning,
    printer: printerOn(output),
    count: 0,
    fallen: 0,
    failures: [],
    result: undefined,
    titleWidth: 0,
    problem: undefined,
    reason: undefined,
  };
}
