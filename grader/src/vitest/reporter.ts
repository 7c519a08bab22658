import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestRunEndReason } from "vitest/node";
import { createColors } from "picocolors";
import type { GraderErrorCode } from "../grade/error.ts";
import type { KataDefinition } from "../grade/kata.ts";
import type { KataResult } from "../grade/result.ts";
import { oneLine } from "../grade/text.ts";
import { factsFileOf } from "./options.ts";
import { describeFailure, type Failure } from "./_failure.ts";
import { pointsBlock, scenarioBlock, type Block } from "./_look.ts";

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
  const facts = factsFileOf(kata);
  const { colour, width } = output;
  const { green, red, dim } = createColors(colour);
  let run = emptyRun();

  function print(text: string): void {
    output.status("");
    output.print(text);
  }

  /** Short blocks stand together; the others have an empty line around them. */
  function printBlock({ text, isShort }: Block): void {
    if (run.count > 0 && !(isShort && run.wasShort)) print("\n");
    run.wasShort = isShort;
    run.count++;
    print(text);
  }

  function failed(name: string, error: Failure): void {
    if (error.name === "GraderError") {
      const { code = "E_BUG" } = error as { code?: GraderErrorCode };
      run.problem ??= { code, message: error.message };
      return;
    }
    printBlock({
      text: `${red("FAIL")}  ${name}\n${describeFailure(error, { folder, colour })}\n`,
      isShort: false,
    });
  }

  function finished(test: TestCase): void {
    const { scenario, kata: result } = test.meta();
    if (result !== undefined) run.result = result;
    const outcome = test.result();
    if (scenario !== undefined) {
      const { titleWidth } = run;
      const isFirst = scenario.verdict !== "pass" && run.fallen++ === 0;
      printBlock(
        scenarioBlock(scenario, { colour, width, kata: slug, rubric, titleWidth }, isFirst),
      );
    } else if (run.result !== undefined && test.module.moduleId !== facts) {
      run.count++; // an item of the rubric, which the points below show
    } else if (outcome.state === "passed") {
      printBlock({ text: `${green("PASS")}  ${test.name}\n`, isShort: true });
    } else if (outcome.state === "failed") {
      for (const error of outcome.errors) failed(test.name, error);
    }
  }

  const reporter: Reporter = {
    onTestRunStart() {
      run = { ...emptyRun(), isRunning: true };
    },
    onTestModuleCollected(module) {
      const names = [...module.children.allTests()].map(({ name }) => name.length);
      run.titleWidth = Math.max(run.titleWidth, ...names);
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
      if (run.result !== undefined) printBlock(pointsBlock(run.result, { colour, width }));
      if (run.count === 0) print("no test matches\n");
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
  /** Blocks that were printed. */
  count: number;
  wasShort: boolean;
  /** Scenarios that did not pass. */
  fallen: number;
  result: KataResult | undefined;
  titleWidth: number;
  problem: Problem | undefined;
  reason: TestRunEndReason | undefined;
}

function emptyRun(): Run {
  return {
    isRunning: false,
    count: 0,
    wasShort: false,
    fallen: 0,
    result: undefined,
    titleWidth: 0,
    problem: undefined,
    reason: undefined,
  };
}
