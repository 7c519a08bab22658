/** @alternative emitter — a Process is an EventEmitter that says "ended" once; who joins listens, or is told at once. */
import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter } from "node:events";
import { constants } from "node:os";
import { env, pid } from "node:process";
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

export class Process extends EventEmitter {
  static #count = 0;
  readonly name: string;
  private options: ProcessOptions;
  private child: ChildProcess | null = null;
  private isOver = false;
  private answers: Answer[] = [];
  private settled: Promise<unknown> | null = null;

  constructor(options: ProcessOptions) {
    super();
    this.options = options;
    if (options.name === undefined) Process.#count++;
    this.name = options.name ?? `Process-${Process.#count}`;
  }

  start(): void {
    if (this.child !== null) throw new KataError("ALREADY_STARTED", `by ${pid}`);
    const environment: Record<string, string | undefined> = {};
    for (const key of Object.keys(env)) environment[key] = env[key];
    for (const [key, value] of Object.entries(this.options.env ?? {})) environment[key] = value;
    const child = fork(new URL("../given/bootstrap.ts", import.meta.url), {
      env: environment,
      serialization: "advanced",
    });
    this.child = child;
    child.on("message", (answer: Answer) => this.answers.push(answer));
    child.once("exit", () => {
      this.isOver = true;
      this.emit("ended");
    });
    this.settled = new Promise((resolve, reject) => {
      child.once("disconnect", () => {
        if (this.isOver) this.settle(resolve, reject);
        else
          this.once("ended", () => {
            this.settle(resolve, reject);
          });
      });
    });
    this.settled.catch(() => null);
    child.send({
      module: String(this.options.module),
      fn: this.options.fn,
      args: this.options.args ?? [],
    });
  }

  private settle(resolve: (value: unknown) => void, reject: (error: Error) => void): void {
    const [answer] = this.answers;
    if (answer === undefined) {
      const error: KataError & { exitcode?: number | null } = new KataError("CHILD_DIED");
      error.exitcode = this.exitcode;
      reject(error);
    } else if (answer.kind === "returned") resolve(answer.value);
    else {
      const { name, message } = answer;
      reject(Object.defineProperty(new KataError("REMOTE", message), "name", { value: name }));
    }
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  isAlive(): boolean {
    return this.child !== null && !this.isOver;
  }

  get exitcode(): number | null {
    const { exitCode = null, signalCode = null } = this.child ?? {};
    return signalCode === null ? exitCode : -constants.signals[signalCode];
  }

  async join(timeout?: number): Promise<boolean> {
    if (this.child === null) throw new KataError("NOT_STARTED");
    if (timeout !== undefined && (timeout < 0 || Number.isNaN(timeout))) throw new RangeError();
    if (this.isOver) return true;
    return new Promise((resolve) => {
      const onEnd = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.once("ended", onEnd);
      const giveUp = (): void => {
        this.off("ended", onEnd);
        resolve(false);
      };
      const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout);
    });
  }

  get result(): Promise<unknown> {
    return this.settled ?? Promise.reject(new KataError("NOT_STARTED"));
  }
}

export async function forkJoin<R>(
  module: string | URL,
  fn: string,
  jobs: readonly unknown[][],
): Promise<PromiseSettledResult<R>[]> {
  const all = jobs.map((args) => new Process({ module, fn, args }));
  for (const each of all) each.start();
  await Promise.all(all.map((each) => each.join()));
  return Promise.allSettled(all.map((each) => each.result as Promise<R>));
}
