/** @alternative idle-list — three collections: idle children, waiting tasks, running tasks; a child is over when its channel is, too. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";
import { type Failure, errorOf } from "../given/errors.ts";

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: Failure;
}

interface Task {
  readonly id: number;
  readonly fn: string;
  readonly args: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface PoolOptions {
  module: string | URL;
  size?: number;
}

export class Pool {
  readonly #url: string;
  readonly #size: number;
  #idle: readonly ChildProcess[] = [];
  #waiting: readonly Task[] = [];
  readonly #running = new Map<ChildProcess, Task>();
  /** Children of which "exit" and "disconnect" have not both been heard. */
  readonly #known = new Set<ChildProcess>();
  readonly #joins: PromiseWithResolvers<void>[] = [];
  #refusal: KataError | undefined;
  #next = 1;

  constructor(options: PoolOptions) {
    const { size = availableParallelism() } = options;
    if (size < 1 || !Number.isSafeInteger(size)) throw new RangeError(`size ${size}`);
    this.#size = size;
    this.#url = new URL(options.module).href;
  }

  get pids(): readonly number[] {
    return [...this.#known]
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map(({ pid }) => pid as number);
  }

  #start(): void {
    const child = fork(new URL("./child.ts", import.meta.url), [this.#url], {
      serialization: "advanced",
    });
    this.#known.add(child);
    this.#idle = [...this.#idle, child];
    child.on("message", (answer: Answer) => {
      const task = this.#running.get(child);
      if (answer.id !== task?.id) return;
      this.#running.delete(child);
      if (answer.failure === undefined) task.resolve(answer.value);
      else task.reject(errorOf(answer.failure));
      if (child.exitCode === null && child.signalCode === null) this.#idle = [...this.#idle, child];
      this.#dispatch();
    });
    let events = 0;
    const over = (): void => {
      this.#idle = this.#idle.filter((other) => other !== child);
      if (++events === 2) this.#over(child);
    };
    // Its last answer comes before "disconnect", and perhaps after "exit".
    child.once("exit", over);
    child.once("disconnect", over);
  }

  #over(child: ChildProcess): void {
    const { exitCode, signalCode } = child;
    const exitcode = exitCode ?? -constants.signals[signalCode ?? "SIGKILL"];
    this.#running.get(child)?.reject(Object.assign(new KataError("WORKER_DIED"), { exitcode }));
    this.#running.delete(child);
    this.#idle = this.#idle.filter((other) => other !== child);
    this.#known.delete(child);
    this.#dispatch();
  }

  #dispatch(): void {
    for (;;) {
      const [task, ...tasks] = this.#waiting;
      if (task === undefined) break;
      if (this.#idle.length === 0 && this.#known.size < this.#size) this.#start();
      const [child, ...idle] = this.#idle;
      if (child === undefined) return;
      this.#waiting = tasks;
      const { id, fn, args } = task;
      try {
        child.send({ id, fn, args }, () => undefined);
      } catch {
        task.reject(new KataError("NOT_CLONEABLE"));
        continue;
      }
      this.#idle = idle;
      this.#running.set(child, task);
    }
    if (this.#refusal === undefined) return;
    for (const child of this.#idle) if (child.connected) child.disconnect();
    this.#idle = [];
    if (this.#known.size === 0) for (const { resolve } of this.#joins.splice(0)) resolve();
  }

  async applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting = [...this.#waiting, { id: this.#next++, fn, args, resolve, reject }];
    this.#dispatch();
    return (await promise) as R;
  }

  async map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    const settled = await Promise.allSettled(items.map((item) => this.applyAsync<R>(fn, [item])));
    const failed = settled.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }

  close(): void {
    this.#refusal ??= new KataError("POOL_CLOSED");
    this.#dispatch();
  }

  async join(): Promise<void> {
    if (this.#refusal === undefined) throw new KataError("POOL_RUNNING");
    const join = Promise.withResolvers<void>();
    this.#joins.push(join);
    this.#dispatch();
    await join.promise;
  }

  async terminate(): Promise<void> {
    const error = new KataError("POOL_TERMINATED");
    this.#refusal = error;
    for (const task of [...this.#waiting, ...this.#running.values()]) task.reject(error);
    this.#waiting = [];
    for (const child of this.#known) child.kill();
    const patience = setTimeout(() => {
      for (const child of this.#known) child.kill(9);
    }, 500);
    try {
      await this.join();
    } finally {
      clearTimeout(patience);
    }
  }
}
