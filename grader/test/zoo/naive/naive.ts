/** What the zoo's cheats are shown to beat: a grader that runs them in its own process and believes it. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What it believes: how the process ended, what it printed last (with a secret word in it, or not),
 * or a result in a file, in a pipe, in its memory, in messages of its workers, or in memory that it
 * shares with them. Three ask more: `instrument` that nobody calls `Atomics.store`, `harness` a
 * library that is installed beside the submission, and `permission` is `file` under Node's
 * permission model.
 */
export type Believed =
  | "code"
  | "line"
  | "nonce"
  | "file"
  | "permission"
  | "pipe"
  | "memory"
  | "messages"
  | "counters"
  | "instrument"
  | "harness";

/** What the driver is told. */
export interface DriverOptions {
  readonly submission: string;
  readonly believes: Believed;
  /** Milliseconds after which a right answer counts for nothing. */
  readonly patience: number | undefined;
}

/** True when the naive grader gives full points. The submission really runs here, with nothing around it. */
export async function isFooled(
  files: Readonly<Record<string, string>>,
  believes: Believed,
  patience?: number,
): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), "naive-"));
  const results = join(root, "results.json");
  try {
    const all = {
      "hidden.json": '{ "balance": 15 }',
      "node_modules/harness/index.cjs": "exports.check = (is) => is === 15;",
      "node_modules/harness/package.json": '{ "main": "index.cjs" }',
      "package.json": '{ "type": "module" }',
      ...files,
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const nonce = `nonce-${randomBytes(16).toString("hex")}`;
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        ...(believes === "permission"
          ? ["--permission", "--allow-worker", "--allow-fs-read=*"]
          : []),
        fileURLToPath(new URL("driver.ts", import.meta.url)),
      ],
      {
        cwd: root,
        stdio: ["pipe", "pipe", "ignore", "pipe"],
        env: { PATH: process.env["PATH"], NAIVE_NONCE: JSON.stringify(nonce) },
      },
    );
    const driver = believes === "permission" ? "file" : believes;
    const options: DriverOptions = {
      submission: join(root, "src/index.ts"),
      believes: driver,
      patience,
    };
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(JSON.stringify(options));
    let [printed, piped] = ["", ""];
    child.stdout?.on("data", (chunk) => (printed += String(chunk)));
    child.stdio[3]?.on("data", (chunk) => (piped += String(chunk)));
    const [code] = (await once(child, "close")) as [number | null];
    const last = printed.trimEnd().split("\n").at(-1);
    if (driver === "line" || driver === "memory") return last === "RESULT PASS";
    if (driver === "nonce") return last === `RESULT PASS ${nonce}`;
    if (driver === "pipe") return piped.startsWith("PASS");
    if (driver === "file")
      return existsSync(results) && readFileSync(results, "utf8").includes("true");
    return code === 0;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
