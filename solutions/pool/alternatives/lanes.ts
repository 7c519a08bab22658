/** @alternative lanes — as many async lanes as there may be children; each has one child, and pulls from one queue. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
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
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface PoolOptions {
  module: string | URL;
  size?: number;
}

/** One child, and the lane's side of the talk with it. */
class Worker {
  readonly child: ChildProcess;
  readonly died: Promise<number>;
  isDead = false;

  constructor(module: string) {
    this.child = fork(new URL("./child.ts", import.meta.url), [module], {
      serialization: "advanced",
    });
    this.died = this.#death(this.child);
  }

  async #death(child: ChildProcess): Promise<number> {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals];
    this.isDead = true;
    return code ?? -constants.signals[signal];
  }

  /** Runs a task to its end, or to the end of the child. */
  async run({ id, fn, args, resolve, reject }: Task): Promise<void> {
    const answered = Promise.withResolvers<Answer>();
    const listener = (answer: Answer): void => {
      if (answer.id === id) answered.resolve(answer);
    };
    this.child.on("message", listener);
    try {
      this.child.send({ id, fn, args }, () => undefined);
      const outcome = await Promise.race([answered.promise, this.died]);
      if (typeof outcome === "number")
        reject(Object.assign(new KataError("WORKER_DIED"), { exitcode: outcome }));
      else if (outcome.failure !== undefined) reject(errorOf(outcome.failure));
      else resolve(outcome.value);
    } catch {
      reject(new KataError("NOT_CLONEABLE"));
    } finally {
      this.child.off("message", listener);
    }
  }
}

export class Pool {
  readonly #module: string;
  readonly #size: number;
  #queue: Task[] = [];
  /** Lanes that have nothing to do. */
  readonly #asleep: ((task: Task | undefined) => void)[] = [];
  readonly #lanes: Promise<void>[] = [];
  readonly #workers = new Set<Worker>();
  readonly #unsettled = new Set<Task>();
  #refusal: "POOL_CLOSED" | "POOL_TERMINATED" | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #submitted = 0;

  constructor(options: PoolOptions) {
    this.#size = options.size ?? availableParallelism();
    if (!Number.isInteger(this.#size) || this.#size < 1) throw new RangeError("no such size");
    this.#module = options.module.toString();
  }

  async applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    if (this.#refusal !== undefined) throw new KataError(this.#refusal);
    const task: Task = { id: this.#submitted++, fn, args, ...Promise.withResolvers<unknown>() };
    this.#unsettled.add(task);
    const wake = this.#asleep.shift();
    if (wake !== undefined) wake(task);
    else {
      this.#queue.push(task);
      if (this.#lanes.length < this.#size) this.#lanes.push(this.#lane());
    }
    try {
      return (await task.promise) as R;
    } finally {
      this.#unsettled.delete(task);
    }
  }

  map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    const all = items.map((item) => this.applyAsync<R>(fn, [item]));
    return Promise.allSettled(all).then(() => Promise.all(all));
  }

  async #lane(): Promise<void> {
    let worker: Worker | undefined;
    for (;;) {
      const task = await this.#next();
      if (task === undefined) break;
      if (worker?.child.connected === false) await worker.died;
      if (worker === undefined || worker.isDead) worker = this.#start();
      await worker.run(task);
    }
    if (worker?.child.connected === true) worker.child.disconnect();
    await worker?.died;
  }

  #start(): Worker {
    const worker = new Worker(this.#module);
    this.#workers.add(worker);
    void worker.died.then(() => this.#workers.delete(worker));
    return worker;
  }

  /** The next task; none when there will be no more. */
  async #next(): Promise<Task | undefined> {
    const task = this.#queue.shift();
    if (task !== undefined || this.#refusal !== undefined) return task;
    return new Promise((resolve) => this.#asleep.push(resolve));
  }

  #refuse(code: "POOL_CLOSED" | "POOL_TERMINATED"): void {
    this.#refusal = code;
    for (const wake of this.#asleep.splice(0)) wake(undefined);
    this.#ended = Promise.all(this.#lanes);
  }

  close(): void {
    if (this.#refusal === undefined) this.#refuse("POOL_CLOSED");
  }

  async join(): Promise<void> {
    if (this.#refusal === undefined) throw new KataError("POOL_RUNNING");
    await this.#ended;
  }

  async terminate(): Promise<void> {
    this.#queue = [];
    for (const { reject } of this.#unsettled) reject(new KataError("POOL_TERMINATED"));
    for (const { child } of this.#workers) child.kill();
    const timer = setTimeout(() => {
      for (const { child } of this.#workers) child.kill("SIGKILL");
    }, 500);
    this.#refuse("POOL_TERMINATED");
    await this.#ended;
    clearTimeout(timer);
  }

  get pids(): readonly number[] {
    return [...this.#workers].map(({ child }) => child.pid ?? 0);
  }
}
