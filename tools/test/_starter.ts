import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

import { innerEnvironment } from "../ensure-node.mjs";

/** A new folder of its own. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), "starter-"));
}

/** What a command printed, and how it ended. */
export interface Ran {
  readonly stdout: string;
  readonly status: number | null;
}

/** Runs a line of a shell in a folder, as a step of a workflow does, on the Node of this process. */
export function shell(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Ran {
  const { FORCE_COLOR: _, ...inherited } = innerEnvironment(process.env);
  const { stdout, stderr, status } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd,
    encoding: "utf8",
    env: {
      ...inherited,
      NO_COLOR: "1",
      npm_config_prefer_offline: "true",
      ...env,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    },
  });
  return { stdout: status === 0 ? stdout : `${stdout}${stderr}`, status };
}

/** As {@link shell}, for what a test stands on. */
export function succeed(script: string, cwd: string): void {
  const { status, stdout } = shell(script, cwd);
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stdout}`);
}

/** The scripts of the named steps of a workflow, in order. */
export function stepsOf(workflow: string): ReadonlyMap<string, string> {
  const steps = readFileSync(workflow, "utf8")
    .split(/^ {6}- /m)
    .slice(1);
  return new Map(
    steps.flatMap((step) => {
      const name = /^name: (.*)$/m.exec(step)?.[1];
      const [, line, block = ""] =
        /^ {8}run: (?:([^|\n].*)|\|\n((?: {10}.*\n?)+))/m.exec(step) ?? [];
      const script = line ?? block.replaceAll(/^ {10}/gm, "");
      return name === undefined || script === "" ? [] : [[name, script] as const];
    }),
  );
}
