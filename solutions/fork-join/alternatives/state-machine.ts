/** @alternative state-machine — one record of the child's life, changed by its events; everybody asks the record. */
import { fork } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
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

type State =
  | { readonly kind: "new" }
  | { readonly kind: "running"; readonly pid: number | undefined }
  | { readonly kind: "ended"; readonly pid: number | undefined; readonly exitcode: number };

let unnamed = 0;

export class Process {
  readonly name: string;
  readonly #options: ProcessOptions;
  #state: State = { kind: "new" };
  readonly #end = Promise.withResolvers<void>();
  readonly #answer = Promise.withResolvers<unknown>();

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.name = options.name ?? "Process-" + String((unnamed += 1));
    this.#answer.promise.catch(() => undefined);
  }

  start(): void {
    if (this.#state.kind !== "new") throw new KataError("ALREADY_STARTED");
    void this.#live();
  }

  async #live(): Promise<void> {
    const { module, fn, args, env = {} } = this.#options;
    const child = fork(new URL("../given/bootstrap.ts", import.meta.url), [], {
      env: { ...process.env, ...env },
    });
    const { pid } = child;
    this.#state = { kind: "running", pid };
    child.on("message", (answer: Answer) => {
      if (answer.kind === "returned") this.#answer.resolve(answer.value);
      else
        this.#answer.reject(
          Object.assign(new KataError("REMOTE", answer.message), { name: answer.name }),
        );
    });
    const silent = once(child, "disconnect");
    const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    child.send({ module: String(module), fn, args: args ?? [] });
    const [code, signal] = await exited;
    const exitcode = signal === null ? (code ?? 0) : -os.constants.signals[signal];
    this.#state = { kind: "ended", pid, exitcode };
    this.#end.resolve();
    await silent;
    // Too late if there was an answer.
    this.#answer.reject(Object.assign(new KataError("CHILD_DIED"), { exitcode }));
  }

  get pid(): number | undefined {
    return this.#state.kind === "new" ? undefined : this.#state.pid;
  }

  isAlive(): boolean {
    return this.#state.kind === "running";
  }

  get exitcode(): number | null {
    return this.#state.kind === "ended" ? this.#state.exitcode : null;
  }

  join(timeout = Infinity): Promise<boolean> {
    if (this.#state.kind === "new") return Promise.reject(new KataError("NOT_STARTED"));
    if (Number.isNaN(timeout) || timeout < 0) return Promise.reject(new RangeError("timeout"));
    if (this.#state.kind === "ended") return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer =
        timeout === Infinity
          ? undefined
          : setTimeout(() => {
              resolve(false);
            }, timeout);
      const answer = async (): Promise<void> => {
        await this.#end.promise;
        clearTimeout(timer);
        resolve(true);
      };
      void answer();
    });
  }

  get result(): Promise<unknown> {
    return this.#answer.promise;
  }
}

export async function forkJoin<R>(
  module: string | URL,
  fn: string,
  jobs: readonly unknown[][],
): Promise<PromiseSettledResult<R>[]> {
  const all = jobs.map((args) => new Process({ module, fn, args }));
  all.forEach((each) => {
    each.start();
  });
  const results = Promise.allSettled(all.map((each) => each.result as Promise<R>));
  await Promise.all(all.map((each) => each.join()));
  return results;
}
