/**
 * The `Worker` of a program: it starts modules of the kata, each in a compartment of its own, and nothing else. A real
 * thread is behind each; the submission never has it in its hands.
 */
import { Worker as NativeWorker, type Transferable } from "node:worker_threads";
import { modulePath } from "../sealed/url.ts";
import type { DescribedError } from "../stress/described.ts";
import { Listeners } from "./listeners.ts";
import { harmless, likeError, withoutNativeErrors } from "./native-errors.ts";
import { WORKER_LIMIT, type WorkerReport, type WorkerStart } from "./protocol.ts";

/** Which bound of all programs was passed. */
export type Excess = "workers" | "memory";

/** What the host does about its workers. */
export interface WorkerHooks {
  /** The file of our own worker. */
  readonly file: string;
  /** Heap of one worker. */
  readonly heapMiB: number;
  /** The bundles of the modules that can be started, by their path in the kata. */
  readonly modules: ReadonlyMap<string, string>;
  hrefOf(value: unknown): string | undefined;
  /** Nobody caught `error`; it came from the worker module `entry`, or from a listener in the main thread. */
  onUncaught(
    error: unknown,
    worker?: { readonly entry: string; readonly said: DescribedError },
  ): void;
  onExcess(what: Excess): void;
  /** How many workers of the module `entry` there are has changed. */
  onChange(entry: string, alive: number): void;
}

/** The workers of one program. */
export interface Workers {
  /** The class that a submission gets. */
  readonly Worker: object;
  /** How many have not ended. */
  alive(): number;
  /** Keeps the process alive until they have ended, whatever the submission has said. */
  hold(): void;
}

/** Makes the `Worker` of a realm that is locked down. */
export function createWorkers(hooks: WorkerHooks): Workers {
  const living = new Map<NativeWorker, string>();
  let started = 0;

  const changed = (entry: string): void => {
    hooks.onChange(entry, [...living.values()].filter((other) => other === entry).length);
  };

  /** The entry that `specifier` names. */
  const entryOf = (specifier: unknown): string => {
    const href = hooks.hrefOf(specifier);
    if (href === undefined) {
      throw new TypeError(
        'new Worker() takes new URL("./a-module.ts", import.meta.url) here, and nothing else',
      );
    }
    const path = modulePath(href);
    if (path !== undefined && hooks.modules.has(path)) return path;
    const known = [...hooks.modules.keys()].join(", ");
    throw new TypeError(`${path ?? href} cannot be started as a worker; this kata has ${known}`);
  };

  class Worker {
    readonly #native: NativeWorker;
    readonly #listeners: Listeners;
    #threadId: number;
    readonly #gone: Promise<number>;

    constructor(specifier: unknown, options?: unknown) {
      const entry = entryOf(specifier);
      const { workerData, transferList } = readOptions(options);
      if (living.size >= WORKER_LIMIT) {
        hooks.onExcess("workers");
        throw new RangeError(`there are ${WORKER_LIMIT} workers already`);
      }
      const threadId = ++started;
      const start: WorkerStart = { code: hooks.modules.get(entry) ?? "", threadId, workerData };
      const native = withoutNativeErrors(
        () =>
          new NativeWorker(hooks.file, {
            workerData: start,
            transferList: transferList as readonly Transferable[] as Transferable[],
            env: {},
            execArgv: [],
            resourceLimits: { maxOldGenerationSizeMb: hooks.heapMiB },
          }),
      );
      living.set(native, entry);
      changed(entry);
      this.#native = native;
      this.#threadId = threadId;
      this.#listeners = new Listeners((error) => hooks.onUncaught(error));
      this.#gone = this.#listen(entry);
    }

    get threadId(): number {
      return this.#threadId;
    }

    postMessage(value: unknown, transferList?: unknown): void {
      withoutNativeErrors(() => {
        this.#native.postMessage(value, transferList as Transferable[]);
      });
    }

    async terminate(): Promise<number> {
      if (this.#threadId !== -1) void this.#native.terminate();
      return this.#gone;
    }

    ref(): void {
      this.#native.ref();
    }

    unref(): void {
      this.#native.unref();
    }

    on(event: unknown, listener: unknown): this {
      this.#listeners.add(event, listener, false);
      return this;
    }

    once(event: unknown, listener: unknown): this {
      this.#listeners.add(event, listener, true);
      return this;
    }

    off(event: unknown, listener: unknown): this {
      this.#listeners.remove(event, listener);
      return this;
    }

    addListener(event: unknown, listener: unknown): this {
      return this.on(event, listener);
    }

    removeListener(event: unknown, listener: unknown): this {
      return this.off(event, listener);
    }

    removeAllListeners(event?: unknown): this {
      this.#listeners.removeAll(event);
      return this;
    }

    listenerCount(event: unknown): number {
      return this.#listeners.count(event);
    }

    #listen(entry: string): Promise<number> {
      const native = this.#native;
      const emit = (event: string, ...values: readonly unknown[]): boolean =>
        this.#listeners.emit(event, this, ...values);
      const fail = (thrown: unknown, said: DescribedError): void => {
        if (!emit("error", thrown)) hooks.onUncaught(thrown, { entry, said });
      };
      native.on("online", () => emit("online"));
      native.on("message", (report: WorkerReport) => {
        if (report.kind === "message") emit("message", report.value);
        else fail(report.name === undefined ? report.thrown : likeError(report), report.said);
      });
      native.on("messageerror", (error) => emit("messageerror", harmless(error)));
      native.on("error", (error: Error & { readonly code?: string }) => {
        if (error.code === "ERR_WORKER_OUT_OF_MEMORY") hooks.onExcess("memory");
        else fail(harmless(error), { code: error.name, message: error.message, frames: [] });
      });
      return new Promise((resolve) => {
        native.on("exit", (code) => {
          this.#threadId = -1;
          living.delete(native);
          changed(entry);
          emit("exit", code);
          resolve(code);
        });
      });
    }
  }

  return {
    Worker,
    alive: () => living.size,
    hold() {
      for (const native of living.keys()) native.ref();
    },
  };
}

/** Options of Node's `Worker` that would reach past the compartment. */
const refused = ["eval", "execArgv", "argv", "env", "stdin", "stdout", "stderr", "resourceLimits"];

function readOptions(options: unknown): {
  readonly workerData: unknown;
  readonly transferList: unknown;
} {
  if (options === undefined) return { workerData: undefined, transferList: undefined };
  if (typeof options !== "object" || options === null)
    throw new TypeError("the options of new Worker() must be an object");
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of refused) {
    if (given[name] === undefined || given[name] === false) continue;
    throw new TypeError(`the option "${name}" of new Worker() cannot be used here`);
  }
  return { workerData: given["workerData"], transferList: given["transferList"] };
}
