import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findSandbox } from "../../src/runtime/sandbox.ts";
import { REPOSITORY } from "../grade/_course.ts";
import type { Ran } from "./_run.ts";

const BIN = join(REPOSITORY, "grader/bin/katas.mjs");

/** What `katas class` is told on this machine. */
export const isolation =
  findSandbox().tier === "T2" ? [] : (["--isolation", "compartment"] as const);

/** The real command, under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when `text` was printed after the last time that this was asked. */
  printed(text: string): Promise<void>;
}

/** Starts the real command in `cwd`, as a user would, with no terminal. */
export function startKatas(argv: readonly string[], cwd: string): Running {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd,
    env: { PATH, HOME, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const text = { stdout: "", stderr: "" };
  let from = 0;
  let look = (): void => {};
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (more: string) => {
      text[name] += more;
      look();
    });
  }
  const ended = once(child, "close").then(([code, signal]: (string | number | null)[]) => {
    if (typeof code !== "number") throw new Error(`katas was ended by ${signal}: ${text.stderr}`);
    return { code, ...text };
  });
  return {
    child,
    ended,
    async printed(wanted) {
      const seen = new Promise<void>((resolve) => {
        look = () => {
          const at = text.stdout.indexOf(wanted, from);
          if (at === -1) return;
          from = at + wanted.length;
          resolve();
        };
        look();
      });
      const early = async (): Promise<never> => {
        const { stderr } = await ended;
        throw new Error(`it ended without ${wanted}: ${stderr}`);
      };
      await Promise.race([seen, early()]);
    },
  };
}

/** Runs the real command in `cwd`, to its end. */
export async function runKatas(argv: readonly string[], cwd: string): Promise<Ran> {
  return startKatas(argv, cwd).ended;
}
