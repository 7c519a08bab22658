import { CommanderError } from "commander";
import { GraderError } from "../grade/error.ts";
import { oneLine } from "../grade/text.ts";
import type { Io } from "./io.ts";
import { createProgram } from "./program.ts";

/** Exit codes of the `katas` command. */
export const EXIT = {
  /** Everything that was asked for passes. */
  passed: 0,
  /** Something does not pass. */
  failed: 1,
  /** The command was used wrongly, or the course is broken; one line on stderr says how. */
  unusable: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/**
 * Runs `katas` with `argv` and returns its exit code.
 *
 * Wrong use is one line on stderr and no stack trace. A defect of the grader is one line too, with
 * the stack below it when `KATAS_DEBUG` is set.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.passed;
  const program = createProgram(io, (exitCode) => {
    code = exitCode;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return io.signal.aborted ? EXIT.interrupted : code;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.passed; // --help
    io.stderr.write(`katas: ${explain(error)}\n`);
    if ((io.env["KATAS_DEBUG"] ?? "") !== "" && error instanceof Error) {
      io.stderr.write(`${error.stack}\n`);
    }
    return EXIT.unusable;
  }
}

function explain(error: unknown): string {
  if (error instanceof GraderError) return `${oneLine(error.message)} (${error.code})`;
  if (error instanceof CommanderError) return `${flagProblem(error)} (E_BAD_FLAG)`;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `${oneLine(what)}: this is a bug of the grader; set KATAS_DEBUG=1 and report it (E_BUG)`;
}

/** `error: unknown option '--jsn'\n(Did you mean --json?)`, on one line and with what to do. */
function flagProblem({ message }: CommanderError): string {
  const [what = "", hint] = message.replace(/^error: /, "").split("\n");
  const todo = hint === undefined ? "see katas --help" : hint.replace(/^\((.*)\)$/, "$1");
  return `${oneLine(what.replace(/\.$/, ""))}: ${oneLine(todo)}`;
}
