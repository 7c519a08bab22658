/** @alternative spawn — no fork: spawn with an "ipc" channel; "close" of the channel is awaited by counting what must come. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { KataError } from "@concurrency-katas/grader/kit";

type Answer =
  | { readonly kind: "returned"; readonly value?: unknown }
  | { readonly kind: "threw"; readonly name: string; readonly message: string };

export interface ProcessOptions {
  module: string | URL;
  fn: string;
  args?: unknown[];
  name?: string;
  env?: Record<string, string>;
}

const names = { next: 1 };

/** What a child comes to: its end, and what it has said by then. */
interface Life {
  readonly exitcode: number;
  readonly answer: Answer | undefined;
}

export class Process {
  readonly name: string;
  readonly #start: () => ChildProcess;
  #child: ChildProcess | undefined;
  #life: Promise<Life> | undefined;
  #result: Promise<unknown> | undefined;
  #exit: Promise<void> | undefined;
  #exitcode: number | null = null;

  constructor({ module, fn, args = [], name, env }: ProcessOptions) {
    this.name = name ?? `Process-${names.next++}`;
    this.#start = () => {
      const file = new URL("../given/bootstrap.ts", import.meta.url).href;
      const child = spawn(process.execPath, [file], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        env: Object.assign({}, process.env, env),
      });
      child.send({ module: typeof module === "string" ? module : module.href, fn, args });
      return child;
    };
  }

  start(): void {
    if (this.#child) throw new KataError("ALREADY_STARTED");
    const child = this.#start();
    this.#child = child;
    this.#exit = new Promise((resolve) => {
      child.on("exit", (code, signal) => {
        this.#exitcode = signal ? -constants.signals[signal] : (code ?? 0);
        resolve();
      });
    });
    this.#life = new Promise((resolve) => {
      let answer: Answer | undefined;
      let open = 2;
      const close = (): void => {
        open--;
        if (open === 0) resolve({ exitcode: this.#exitcode ?? 0, answer });
      };
      child.on("message", (message) => (answer = message as Answer));
      child.on("disconnect", close);
      child.on("exit", close);
    });
    this.#result = this.#life.then(({ exitcode, answer }) => {
      if (answer?.kind === "returned") return answer.value;
      const error = new KataError(answer ? "REMOTE" : "CHILD_DIED", answer?.message);
      throw Object.assign(error, answer ? { name: answer.name } : { exitcode });
    });
    this.#result.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  isAlive(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  get exitcode(): number | null {
    return this.#exitcode;
  }

  async join(timeout?: number): Promise<boolean> {
    if (!this.#exit) throw new KataError("NOT_STARTED");
    if (timeout === undefined) {
      await this.#exit;
      return true;
    }
    if (!(timeout >= 0)) throw new RangeError(`timeout ${timeout}`);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout);
    });
    await Promise.race([this.#exit, limit]);
    clearTimeout(timer);
    return !this.isAlive();
  }

  get result(): Promise<unknown> {
    return this.#result ?? Promise.reject(new KataError("NOT_STARTED"));
  }
}

export async function forkJoin<R>(
  module: string | URL,
  fn: string,
  jobs: readonly unknown[][],
): Promise<PromiseSettledResult<R>[]> {
  const all: Process[] = [];
  for (const args of jobs) {
    const each = new Process({ module, fn, args });
    each.start();
    all.push(each);
  }
  const results: PromiseSettledResult<R>[] = [];
  for (const each of all) {
    await each.join();
    const [one] = await Promise.allSettled([each.result as Promise<R>]);
    results.push(one);
  }
  return results;
}
