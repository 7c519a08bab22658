/**
 * @mutant exit-is-the-end
 * @bug start() takes "exit" for the end of everything: no answer by then, no answer at all.
 * @killed-by P2
 * @verdict violation
 * @diagnosis exit-overtakes-answer
 * @sees "exit" of a child is seen before its answer, and the result is CHILD_DIED 0.
 */
import { type ChildProcess, fork } from "node:child_process";
import { constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";

/** What a child answers, as `given/bootstrap.ts` has it. */
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

let made = 0;

export class Process {
  readonly name: string;
  readonly #options: ProcessOptions;
  #child: ChildProcess | undefined;
  #exitcode: number | null = null;
  #ended: Promise<void> = Promise.resolve();
  #result: Promise<unknown> | undefined;

  constructor(options: ProcessOptions) {
    this.name = options.name ?? `Process-${++made}`;
    this.#options = options;
  }

  start(): void {
    if (this.#child !== undefined) throw new KataError("ALREADY_STARTED");
    const { module, fn, args = [], env } = this.#options;
    const child = fork(new URL("../given/bootstrap.ts", import.meta.url), {
      env: { ...process.env, ...env },
    });
    this.#child = child;
    let answer: Answer | undefined;
    child.once("message", (message: Answer) => {
      answer = message;
    });
    const exited = new Promise<void>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#exitcode = code ?? -(constants.signals[signal as "SIGTERM"] ?? 0);
        resolve();
      });
    });
    this.#ended = exited;
    this.#result = exited.then(() => this.#read(answer));
    this.#result.catch(() => undefined);
    child.send({ module: String(module), fn, args });
  }

  #read(answer: Answer | undefined): unknown {
    if (answer === undefined) {
      throw Object.assign(new KataError("CHILD_DIED"), { exitcode: this.#exitcode });
    }
    if (answer.kind === "returned") return answer.value;
    const { name, message } = answer;
    throw Object.assign(new KataError("REMOTE", message), { name });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  isAlive(): boolean {
    return this.#child !== undefined && this.#exitcode === null;
  }

  get exitcode(): number | null {
    return this.#exitcode;
  }

  async join(timeout?: number): Promise<boolean> {
    if (this.#child === undefined) throw new KataError("NOT_STARTED");
    if (timeout !== undefined && !(timeout >= 0))
      throw new RangeError("timeout must be at least 0");
    if (!this.isAlive()) return true;
    const ended = this.#ended.then(() => true);
    if (timeout === undefined) return ended;
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), timeout);
    try {
      return await Promise.race([ended, late.promise]);
    } finally {
      clearTimeout(timer);
    }
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
  const all = jobs.map((args) => new Process({ module, fn, args }));
  for (const one of all) one.start();
  for (const one of all) await one.join();
  return Promise.allSettled(all.map(({ result }) => result as Promise<R>));
}
