/** @alternative callbacks — no promise until somebody asks for one: lists of callbacks that are called once. */
import { type ChildProcess, fork } from "node:child_process";
import { constants } from "node:os";
import { KataError } from "@concurrency-katas/grader/kit";

interface Answer {
  readonly kind: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly message?: string;
}

export interface ProcessOptions {
  module: string | URL;
  fn: string;
  args?: unknown[];
  name?: string;
  env?: Record<string, string>;
}

/** Something that happens once; whoever asks later is told at once. */
class Latch<T> {
  #waiting: ((value: T) => void)[] | undefined = [];
  #value: T | undefined;

  open(value: T): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#value = value;
    for (const call of waiting) call(value);
  }

  get isOpen(): boolean {
    return this.#waiting === undefined;
  }

  /** Calls `call` when it is open; what it returns withdraws that. */
  whenOpen(call: (value: T) => void): () => void {
    if (this.#waiting === undefined) call(this.#value as T);
    else this.#waiting.push(call);
    return () => {
      this.#waiting = this.#waiting?.filter((other) => other !== call);
    };
  }
}

let counted = 0;

export class Process {
  readonly name: string;
  private readonly options: ProcessOptions;
  private child?: ChildProcess;
  private readonly ended = new Latch<number>();
  private readonly told = new Latch<{ value: unknown } | { error: Error }>();

  constructor(options: ProcessOptions) {
    this.options = options;
    this.name = options.name ?? `Process-${(counted += 1)}`;
  }

  start(): void {
    if (this.child !== undefined) throw new KataError("ALREADY_STARTED");
    const { module, fn, args = [], env = {} } = this.options;
    const bootstrap = new URL("../given/bootstrap.ts", import.meta.url);
    const child = fork(bootstrap.href, { env: { ...process.env, ...env } });
    this.child = child;
    let answer: Answer | undefined;
    let isSilent = false;
    const conclude = (): void => {
      const { exitcode } = this;
      if (!isSilent || exitcode === null || this.told.isOpen) return;
      if (answer === undefined) {
        this.told.open({ error: Object.assign(new KataError("CHILD_DIED"), { exitcode }) });
      } else if (answer.kind === "threw") {
        const error = new KataError("REMOTE", answer.message);
        this.told.open({ error: Object.assign(error, { name: answer.name }) });
      } else this.told.open({ value: answer.value });
    };
    child.on("message", (message: Answer) => {
      answer ??= message;
    });
    child.on("exit", (code, signal) => {
      this.ended.open(signal === null ? Number(code) : -constants.signals[signal]);
      conclude();
    });
    child.on("disconnect", () => {
      isSilent = true;
      conclude();
    });
    child.send({ module: String(module), fn, args }, () => undefined);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  isAlive(): boolean {
    return this.child !== undefined && !this.ended.isOpen;
  }

  get exitcode(): number | null {
    let found: number | null = null;
    const withdraw = this.ended.whenOpen((exitcode) => {
      found = exitcode;
    });
    withdraw();
    return found;
  }

  join(timeout?: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.child === undefined) reject(new KataError("NOT_STARTED"));
      else if (timeout !== undefined && !(timeout >= 0)) reject(new RangeError(`${timeout}`));
      else {
        const withdraw = this.ended.whenOpen(() => {
          resolve(true);
        });
        if (timeout === undefined || this.ended.isOpen) return;
        const timer = setTimeout(() => {
          withdraw();
          resolve(false);
        }, timeout);
        this.ended.whenOpen(() => {
          clearTimeout(timer);
        });
      }
    });
  }

  get result(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.told.whenOpen((what) => {
        if ("error" in what) reject(what.error);
        else resolve(what.value);
      });
    });
  }
}

export function forkJoin<R>(
  module: string | URL,
  fn: string,
  jobs: readonly unknown[][],
): Promise<PromiseSettledResult<R>[]> {
  const all = jobs.map((args) => new Process({ module, fn, args }));
  all.forEach((each) => {
    each.start();
  });
  return Promise.all(
    all.map(async (each): Promise<PromiseSettledResult<R>> => {
      await each.join();
      return each.result.then(
        (value) => ({ status: "fulfilled", value: value as R }),
        (reason: unknown) => ({ status: "rejected", reason }),
      );
    }),
  );
}
