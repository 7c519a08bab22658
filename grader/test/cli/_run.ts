import { Readable } from "node:stream";
import { run } from "../../src/cli/run.ts";
import type { Io, Output } from "../../src/cli/io.ts";
import { kataResult, scenarioResult } from "../grade/_result.ts";

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A terminal, or a file, that remembers what was printed. */
function recorder(isTTY = false): Output & { text: () => string } {
  let text = "";
  return {
    isTTY,
    columns: 80,
    write(more) {
      text += more;
    },
    text: () => text,
  };
}

/** Runs `katas` as if typed in `cwd`, with a grader that gives full points unless told otherwise. */
export async function katas(
  argv: readonly string[],
  cwd: string,
  changes: Partial<Omit<Io, "cwd" | "stdout" | "stderr">> & { readonly isTTY?: boolean } = {},
): Promise<Ran> {
  const { isTTY = false, ...rest } = changes;
  const stdout = recorder(isTTY);
  const stderr = recorder(isTTY);
  const io: Io = {
    cwd,
    env: {},
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    findSandbox: () => ({ tier: "T2", enclose: (node) => node }),
    gradeKata: async () => kataResult([scenarioResult("B1"), scenarioResult("T1")]),
    ...rest,
    stdout,
    stderr,
  };
  const code = await run(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Standard input on a terminal, at which these lines are typed. */
export function typed(...lines: readonly string[]): Io["stdin"] {
  return Object.assign(Readable.from(lines.map((line) => `${line}\n`)), { isTTY: true });
}
