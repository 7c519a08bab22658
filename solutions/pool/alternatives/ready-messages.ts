/** @alternative ready-messages — children are started early and ask for work: who has sent "ready" gets the next task. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";
import { type Failure, errorOf } from "../given/errors.ts";

type Message =
  | "ready"
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure }
  | { readonly kind: "returned"; readonly id: number; readonly value?: unknown };

interface Task {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface PoolOptions {
  module: string | URL;
  size?: number;
}

export class Pool {
  readonly #options: Required<PoolOptions>;
  readonly #children = new Set<ChildProcess>();
  /** Those that have asked for a task and got none. */
  readonly #ready = new Set<ChildProcess>();
  /** Those that have asked at least once. */
  readonly #up = new WeakSet<ChildProcess>();
  readonly #waiting: number[] = [];
  readonly #tasks = new Map<number, Task>();
  readonly #running = new Map<ChildProcess, number>();
  #refusal: string | undefined;
  #whenEmpty: (() => void)[] = [];
  #submitted = 0;

  constructor({ module, size = availableParallelism() }: PoolOptions) {
    if (!(Number.isInteger(size) && size >= 1)) throw new RangeError(`a pool of ${size}`);
    this.#options = { module, size };
    for (let i = 0; i < size; i++) this.#start();
  }

  #start(): void {
    const child = fork(new URL("./child.ts", import.meta.url), {
      serialization: "advanced",
      env: { ...process.env, POOL_MODULE: String(this.#options.module) },
    });
    this.#children.add(child);
    child.on("message", (message: Message) => this.#hear(child, message));
    child.on("exit", (code, signal) => {
      this.#lose(child, signal === null ? (code ?? 0) : -constants.signals[signal]);
    });
  }

  #hear(child: ChildProcess, message: Message): void {
    if (message === "ready") {
      this.#up.add(child);
      if (this.#children.has(child)) this.#ready.add(child);
      return this.#serve();
    }
    if (this.#running.get(child) !== message.id) return undefined;
    this.#running.delete(child);
    if (message.kind === "returned") this.#take(message.id)?.resolve(message.value);
    else this.#take(message.id)?.reject(errorOf(message.failure));
    return undefined;
  }

  #take(id: number | undefined): Task | undefined {
    if (id === undefined) return undefined;
    const task = this.#tasks.get(id);
    this.#tasks.delete(id);
    return task;
  }

  #lose(child: ChildProcess, exitcode: number): void {
    this.#children.delete(child);
    this.#ready.delete(child);
    // Who has never asked has died of its module; a task has to pay for it, or there is no end.
    const id = this.#up.has(child) ? this.#running.get(child) : this.#waiting.shift();
    this.#running.delete(child);
    this.#take(id)?.reject(Object.assign(new KataError("WORKER_DIED"), { exitcode }));
    if (this.#waiting.length > 0) this.#start();
    this.#serve();
  }

  #serve(): void {
    for (const child of this.#ready) {
      if (!child.connected) continue;
      const id = this.#waiting.shift();
      if (id === undefined) break;
      const { fn, args } = this.#tasks.get(id) as Task;
      try {
        child.send({ id, fn, args }, () => undefined);
        this.#ready.delete(child);
        this.#running.set(child, id);
      } catch {
        this.#take(id)?.reject(new KataError("NOT_CLONEABLE"));
        return this.#serve();
      }
    }
    // A child that has died idle may be missed now.
    if (this.#waiting.length > 0 && this.#children.size === 0) this.#start();
    if (this.#refusal === undefined || this.#waiting.length > 0) return undefined;
    for (const child of this.#ready) if (child.connected) child.disconnect();
    if (this.#children.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
    return undefined;
  }

  applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    if (this.#refusal !== undefined) return Promise.reject(new KataError(this.#refusal));
    return new Promise<unknown>((resolve, reject) => {
      const id = this.#submitted++;
      this.#tasks.set(id, { fn, args, resolve, reject });
      this.#waiting.push(id);
      if (this.#children.size < this.#options.size) this.#start();
      this.#serve();
    }) as Promise<R>;
  }

  async map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    const results: R[] = [];
    const failures = new Map<number, unknown>();
    await Promise.all(
      items.map(async (item, i) => {
        try {
          results[i] = await this.applyAsync<R>(fn, [item]);
        } catch (error) {
          failures.set(i, error);
        }
      }),
    );
    if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
    return results;
  }

  close(): void {
    this.#refusal ??= "POOL_CLOSED";
    this.#serve();
  }

  join(): Promise<void> {
    if (this.#refusal === undefined) return Promise.reject(new KataError("POOL_RUNNING"));
    if (this.#children.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  async terminate(): Promise<void> {
    this.#refusal = "POOL_TERMINATED";
    this.#waiting.length = 0;
    this.#running.clear();
    for (const { reject } of this.#tasks.values()) reject(new KataError("POOL_TERMINATED"));
    this.#tasks.clear();
    for (const child of this.#children) child.kill("SIGTERM");
    const insist = setTimeout(() => {
      for (const child of this.#children) child.kill("SIGKILL");
    }, 500);
    await this.join();
    clearTimeout(insist);
  }

  get pids(): readonly number[] {
    return Array.from(this.#children, ({ pid }) => pid).filter((pid) => pid !== undefined);
  }
}
