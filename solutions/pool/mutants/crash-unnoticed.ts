/**
 * @mutant crash-unnoticed
 * @bug Nobody tells a task that its child has died: its promise stays pending.
 * @killed-by P3
 * @verdict deadlock
 * @diagnosis promise-left
 * @sees The child of the first task is gone, and its promise is pending for ever.
 */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";
import { type Failure, errorOf } from "../given/errors.ts";

/** What a child answers. */
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
  readonly #module: string;
  readonly #size: number;
  readonly #waiting: Task[] = [];
  /** Every living child, with the task that it runs. */
  readonly #children = new Map<ChildProcess, Task | undefined>();
  readonly #empty = Promise.withResolvers<void>();
  #state: "open" | "closed" | "terminated" = "open";
  #submitted = 0;

  constructor({ module, size = availableParallelism() }: PoolOptions) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError("size must be at least 1");
    this.#module = String(module);
    this.#size = size;
  }

  applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    if (this.#state !== "open") {
      const code = this.#state === "closed" ? "POOL_CLOSED" : "POOL_TERMINATED";
      return Promise.reject(new KataError(code));
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ id: this.#submitted++, fn, args, resolve, reject });
    this.#dispatch();
    return promise as Promise<R>;
  }

  async map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    const settled = await Promise.allSettled(items.map((item) => this.applyAsync<R>(fn, [item])));
    return settled.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  }

  /** Gives waiting tasks to children that are free, as long as there are both. */
  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const child = this.#free() ?? this.#fork();
      if (child === undefined) return;
      this.#give(child, this.#waiting.shift() as Task);
    }
    if (this.#state !== "open") this.#release();
  }

  #free(): ChildProcess | undefined {
    for (const [child, task] of this.#children)
      if (task === undefined && child.connected) return child;
    return undefined;
  }

  #fork(): ChildProcess | undefined {
    if (this.#children.size >= this.#size) return undefined;
    const child = fork(new URL("./child.ts", import.meta.url), [this.#module], {
      serialization: "advanced",
    });
    this.#children.set(child, undefined);
    child.on("message", (answer: Answer) => this.#settle(child, answer));
    child.once("exit", (code, signal) => {
      this.#bury(child, code ?? -constants.signals[signal as NodeJS.Signals]);
    });
    return child;
  }

  #give(child: ChildProcess, task: Task): void {
    const { id, fn, args } = task;
    try {
      // Whom it does not reach has ended, and "exit" says so.
      child.send({ id, fn, args }, () => undefined);
      this.#children.set(child, task);
    } catch {
      task.reject(new KataError("NOT_CLONEABLE"));
    }
  }

  #settle(child: ChildProcess, { id, value, failure }: Answer): void {
    const task = this.#children.get(child);
    if (task?.id !== id) return;
    this.#children.set(child, undefined);
    if (failure === undefined) task.resolve(value);
    else task.reject(errorOf(failure));
    this.#dispatch();
  }

  #bury(child: ChildProcess, exitcode: number): void {
    const task = this.#children.get(child);
    this.#children.delete(child);
    void [task, exitcode];
    this.#dispatch();
  }

  /** Lets the children go that have nothing to do. */
  #release(): void {
    for (const [child, task] of this.#children)
      if (task === undefined && child.connected) child.disconnect();
    if (this.#children.size === 0) this.#empty.resolve();
  }

  close(): void {
    if (this.#state === "open") this.#state = "closed";
    this.#dispatch();
  }

  async join(): Promise<void> {
    if (this.#state === "open") throw new KataError("POOL_RUNNING");
    await this.#empty.promise;
  }

  async terminate(): Promise<void> {
    if (this.#state !== "terminated") this.#kill();
    await this.#empty.promise;
  }

  #kill(): void {
    this.#state = "terminated";
    const running = [...this.#children.values()].filter((task) => task !== undefined);
    for (const task of [...running, ...this.#waiting.splice(0)])
      task.reject(new KataError("POOL_TERMINATED"));
    const timer = setTimeout(() => this.#signal("SIGKILL"), 500);
    void this.#empty.promise.then(() => clearTimeout(timer));
    this.#signal("SIGTERM");
    this.#dispatch();
  }

  #signal(signal: NodeJS.Signals): void {
    for (const child of this.#children.keys()) child.kill(signal);
  }

  get pids(): readonly number[] {
    return [...this.#children.keys()].flatMap(({ pid }) => pid ?? []);
  }
}
