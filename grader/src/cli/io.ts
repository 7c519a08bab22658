import type { Readable } from "node:stream";
import type { gradeKata, prepareHosts } from "../grade/grade-kata.ts";
import type { findSandbox } from "../runtime/sandbox.ts";

/** Somewhere to print to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** Everything of the process that a command may use, so that a test can stand in for all of it. */
export interface Io {
  /** Where the command was typed. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by Ctrl-C: whatever runs then ends as soon as it can. */
  readonly signal: AbortSignal;
  readonly gradeKata: typeof gradeKata;
  readonly prepareHosts?: typeof prepareHosts;
  readonly findSandbox: typeof findSandbox;
}

/**
 * Whether `output` gets colours: never with a `NO_COLOR`, always with a `FORCE_COLOR` (`0` means
 * never), and otherwise on a terminal.
 */
export function wantsColor({ env }: Io, output: Output): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced !== "0" && forced !== "false";
  return output.isTTY === true && env["TERM"] !== "dumb";
}

/** How text for stdout is laid out. */
export function look(io: Io): { readonly colour: boolean; readonly width: number } {
  return { colour: wantsColor(io, io.stdout), width: io.stdout.columns ?? DEFAULT_WIDTH };
}

/** Columns of an output that is no terminal. */
const DEFAULT_WIDTH = 120;
