/** @alternative borrowed-children — children are a resource behind a semaphore: a task borrows one, and gives it back. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";
import { type Failure, errorOf } from "../given/errors.ts";

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: Failure;
}

export interface PoolOptions {
  module: string | URL;
  size?: number;
}

/** Something that happens once. */
type Latch = PromiseWithResolvers<void>;

export class Pool {
  readonly #options: { readonly module: string; readonly size: number };
  /** Tasks that run or are about to. */
  #borrowed = 0;
  readonly #turns: Latch[] = [];
  readonly #spare: ChildProcess[] = [];
  readonly #all = new Map<ChildProcess, Promise<number>>();
  readonly #stopped: Latch = Promise.withResolvers();
  #isOpen = true;
  #isTerminated = false;
  #pending = 0;
  readonly #idle: Latch = Promise.withResolvers();

  constructor({ module, size = availableParallelism() }: PoolOptions) {
    if (!Number.isInteger(size) || size <= 0) throw new RangeError("size is no natural number");
    this.#options = { module: new URL(module).toString(), size };
    this.#stopped.promise.catch(() => undefined);
  }

  get pids(): readonly number[] {
    return this.#all
      .keys()
      .map(({ pid }) => pid ?? 0)
      .toArray();
  }

  /** Waits for its turn: first come, first served. */
  async #acquire(): Promise<void> {
    if (this.#borrowed < this.#options.size) {
      this.#borrowed++;
      return;
    }
    const turn: Latch = Promise.withResolvers();
    this.#turns.push(turn);
    await turn.promise;
  }

  #release(): void {
    const next = this.#turns.shift();
    if (next === undefined) this.#borrowed--;
    else next.resolve();
  }

  /** A child that nobody uses: an old one, or a new one once there is room for it. */
  async #child(): Promise<ChildProcess> {
    for (;;) {
      const spare = this.#spare.pop();
      if (spare?.connected === true && this.#all.has(spare)) return spare;
      if (spare === undefined && this.#all.size < this.#options.size) return this.#fork();
      if (spare === undefined) await Promise.race(this.#all.values());
    }
  }

  #fork(): ChildProcess {
    const child = fork(new URL("./child.ts", import.meta.url), [this.#options.module], {
      serialization: "advanced",
    });
    const died = new Promise<number>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#all.delete(child);
        resolve(code ?? -constants.signals[signal as "SIGKILL"]);
      });
    });
    this.#all.set(child, died);
    return child;
  }

  async #ask(child: ChildProcess, call: object, id: number): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const listen = (answer: Answer): void => {
      if (answer.id === id) resolve(answer);
    };
    child.on("message", listen);
    try {
      sendTo(child, { ...call, id });
      const outcome = await Promise.race([promise, this.#all.get(child)]);
      if (typeof outcome !== "object")
        throw Object.assign(new KataError("WORKER_DIED"), { exitcode: outcome });
      if (outcome.failure !== undefined) throw errorOf(outcome.failure);
      return outcome.value;
    } finally {
      child.off("message", listen);
      this.#spare.push(child);
    }
  }

  #ids = 0;

  async #run(fn: string, args: readonly unknown[]): Promise<unknown> {
    await this.#acquire();
    try {
      if (this.#isTerminated) throw new KataError("POOL_TERMINATED");
      return await this.#ask(await this.#child(), { fn, args }, ++this.#ids);
    } finally {
      this.#release();
    }
  }

  async applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    if (!this.#isOpen) throw new KataError(this.#isTerminated ? "POOL_TERMINATED" : "POOL_CLOSED");
    this.#pending++;
    const running = this.#run(fn, args);
    const over = (): void => {
      this.#pending--;
      this.#leave();
    };
    running.then(over, over);
    return (await Promise.race([running, this.#stopped.promise])) as R;
  }

  map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    const all = items.map((item) => this.applyAsync<R>(fn, [item]));
    return Promise.allSettled(all).then(() => Promise.all(all));
  }

  /** Lets all children go once there is no more to do. */
  #leave(): void {
    if (this.#isOpen || this.#pending > 0) return;
    for (const child of this.#all.keys()) if (child.connected) child.disconnect();
    this.#idle.resolve();
  }

  close(): void {
    this.#isOpen = false;
    this.#leave();
  }

  async join(): Promise<void> {
    if (this.#isOpen) throw new KataError("POOL_RUNNING");
    await this.#idle.promise;
    await Promise.all(this.#all.values());
  }

  async terminate(): Promise<void> {
    this.#isTerminated = true;
    this.#stopped.reject(new KataError("POOL_TERMINATED"));
    for (const child of this.#all.keys()) child.kill("SIGTERM");
    const kill = (): void => {
      for (const child of this.#all.keys()) child.kill("SIGKILL");
    };
    const timer = setTimeout(kill, 500);
    this.close();
    await this.join();
    clearTimeout(timer);
  }
}

function sendTo(child: ChildProcess, message: object): void {
  try {
    child.send(message, () => undefined);
  } catch {
    throw new KataError("NOT_CLONEABLE");
  }
}
