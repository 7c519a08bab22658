/** @alternative free-events — a pool and its workers are event emitters; a worker that is free says so, and is given work. */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { availableParallelism, constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";
import { type Failure, errorOf } from "../given/errors.ts";

type Answer = { readonly id: number } & (
  | { readonly failure: Failure }
  | { readonly failure?: never; readonly value?: unknown }
);

interface Task {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly done: (error: Error | undefined, value?: unknown) => void;
}

export interface PoolOptions {
  module: string | URL;
  size?: number;
}

/** A child. Emits "free" when it has nothing to do, and "gone" when it is dead. */
class Worker extends EventEmitter {
  readonly child: ChildProcess;
  #task: Task | undefined;
  #calls = 0;

  constructor(module: string) {
    super();
    const path = new URL("./child.ts", import.meta.url).href;
    this.child = spawn(process.execPath, [path, module], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    this.child.on("message", (answer: Answer) => this.#hear(answer));
    this.child.once("exit", (code, signal) => this.#end(code, signal));
    // Said by "exit" as well.
    this.child.on("error", () => undefined);
  }

  get isFree(): boolean {
    return this.#task === undefined && this.child.connected;
  }

  run(task: Task): void {
    const { fn, args } = task;
    const id = ++this.#calls;
    try {
      this.child.send({ id, fn, args });
    } catch {
      task.done(new KataError("NOT_CLONEABLE"));
      this.emit("free");
      return;
    }
    this.#task = task;
  }

  abandon(error: Error): void {
    this.#task?.done(error);
  }

  #hear(answer: Answer): void {
    const task = this.#task;
    if (task === undefined || answer.id !== this.#calls) return;
    this.#task = undefined;
    if (answer.failure === undefined) task.done(undefined, answer.value);
    else task.done(errorOf(answer.failure));
    this.emit("free");
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    const task = this.#task;
    this.#task = undefined;
    const exitcode = signal === null ? code : -constants.signals[signal];
    task?.done(Object.assign(new KataError("WORKER_DIED"), { exitcode }));
    this.emit("gone");
  }
}

export class Pool extends EventEmitter {
  readonly #module: string;
  readonly #size: number;
  readonly #tasks: Task[] = [];
  #workers: readonly Worker[] = [];
  #state = "";

  constructor({ module, size }: PoolOptions) {
    super();
    this.#size = size ?? availableParallelism();
    this.#module = module.toString();
    if (!(this.#size >= 1 && Number.isInteger(this.#size))) throw new RangeError("size");
    this.on("work", () => this.#hire());
    this.on("free", (worker: Worker) => this.#assign(worker));
  }

  #hire(): void {
    const free = this.#workers.find(({ isFree }) => isFree);
    if (free !== undefined) this.emit("free", free);
    else if (this.#workers.length < this.#size) this.emit("free", this.#start());
  }

  #start(): Worker {
    const worker = new Worker(this.#module);
    this.#workers = [...this.#workers, worker];
    worker.on("free", () => this.emit("free", worker));
    worker.once("gone", () => {
      this.#workers = this.#workers.filter((other) => other !== worker);
      if (this.#tasks.length > 0) this.emit("work");
      this.#settle();
    });
    return worker;
  }

  #assign(worker: Worker): void {
    const task = worker.isFree ? this.#tasks.shift() : undefined;
    if (task !== undefined) worker.run(task);
    this.#settle();
  }

  /** Where there will be no more work, lets free workers go, and says when none is left. */
  #settle(): void {
    if (this.#state === "" || this.#tasks.length > 0) return;
    for (const { isFree, child } of this.#workers) if (isFree) child.disconnect();
    if (this.#workers.length === 0) this.emit("empty");
  }

  applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    if (this.#state !== "") return Promise.reject(new KataError(this.#state));
    return new Promise<R>((resolve, reject) => {
      const done: Task["done"] = (error, value) => {
        if (error === undefined) resolve(value as R);
        else reject(error);
      };
      this.#tasks.push({ fn, args, done });
      this.emit("work");
    });
  }

  async map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    const all = items.map((item) => this.applyAsync<R>(fn, [item]));
    await Promise.allSettled(all);
    const results: R[] = [];
    for (const one of all) results.push(await one);
    return results;
  }

  close(): void {
    this.#state ||= "POOL_CLOSED";
    this.#settle();
  }

  async join(): Promise<void> {
    if (this.#state === "") throw new KataError("POOL_RUNNING");
    if (this.#workers.length > 0) await new Promise<void>((resolve) => this.once("empty", resolve));
  }

  async terminate(): Promise<void> {
    this.#state = "POOL_TERMINATED";
    const error = new KataError("POOL_TERMINATED");
    for (const { done } of this.#tasks.splice(0)) done(error);
    for (const worker of this.#workers) {
      worker.abandon(error);
      const { child } = worker;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 500);
      child.once("exit", () => clearTimeout(timer));
    }
    await this.join();
  }

  get pids(): readonly number[] {
    return this.#workers.map(({ child }) => child.pid ?? -1);
  }
}
