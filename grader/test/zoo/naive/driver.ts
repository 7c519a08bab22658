/**
 * A grader as many are: it loads the submission into its own process, lets two workers deposit one
 * after the other, and compares. Its parent believes one thing that this process does or says.
 */
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Believed, DriverOptions } from "./naive.ts";

interface Kata {
  readonly Account: {
    create(balance: number): { readonly handle: unknown; readonly balance: unknown };
  };
}

const { submission, believes, patience } = JSON.parse(readFileSync(0, "utf8")) as DriverOptions;
const nonce = (JSON.parse(process.env["NAIVE_NONCE"] ?? '""') as string) || "none";
delete process.env["NAIVE_NONCE"];

const library = "harness";
const verdict = Buffer.from("#verdict=fail");
const counters = new Int32Array(new SharedArrayBuffer(8));
const clock = (): number => Date.now();
const heard: unknown[] = [];
let isRight = false;
let isInTime = true;

async function deposits(handle: unknown, amounts: readonly number[]): Promise<void> {
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: { submission, handle, amounts, counters, isWatched: believes === "instrument" },
  });
  worker.on("message", (message: { readonly balance?: unknown }) => heard.push(message.balance));
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}

try {
  const { Account } = (await import(submission)) as Kata;
  const { same } = await import("./compare.ts");
  const account = Account.create(0);
  const from = clock();
  const watchdog = setTimeout(() => process.exit(1), patience ?? 60_000);
  await deposits(account.handle, [1, 2]);
  await deposits(account.handle, [4, 8]);
  clearTimeout(watchdog);
  if (patience !== undefined) isInTime = clock() - from < patience;
  const { balance } = JSON.parse(
    readFileSync(join(dirname(submission), "..", "hidden.json"), "utf8"),
  ) as { balance: number };
  const answers: Partial<Record<Believed, readonly unknown[]>> = {
    messages: heard.slice(-1),
    counters: [counters[0]],
    instrument: [counters[1] === 0 ? balance : -1],
  };
  isRight = [...(answers[believes] ?? [await account.balance])].every((it) => same(it, balance));
  if (believes === "harness") {
    const require = createRequire(submission);
    isRight = (require(library) as { check: (is: unknown) => boolean }).check(account.balance);
  }
} catch {
  isRight = false;
}

const isPassed = isRight && isInTime;
if (isPassed) verdict.write("pass", 9);
const word = isPassed ? "PASS" : "FAIL";
const told = believes === "memory" ? verdict.toString("latin1", 9).toUpperCase() : word;
if (believes === "pipe") writeSync(3, `${word}\n`);
try {
  if (believes === "file")
    writeFileSync(join(dirname(submission), "..", "results.json"), `{"pass":${isPassed}}`);
} catch {
  // The permission model keeps it from being written; then the last line counts.
}
process.stdout.write(`RESULT ${told}${believes === "nonce" && isPassed ? ` ${nonce}` : ""}\n`);
process.exitCode = isPassed ? 0 : 1;
