/** A worker that a program has started: one module of the kata in a compartment of its own, at native speed. */
import { type Transferable, parentPort, workerData } from "node:worker_threads";
import { createNoWorkers } from "../sealed/no-workers.ts";
import { createAsyncHooks } from "../sealed/web/async-hooks.ts";
import { createWeb } from "../sealed/web/web.ts";
import { describeError } from "../stress/described.ts";
import { lockNativeRealm } from "../stress/native-realm.ts";
import { Listeners } from "./listeners.ts";
import { harmless, withoutNativeErrors } from "./native-errors.ts";
import type { WorkerFailure, WorkerReport, WorkerStart } from "./protocol.ts";
import { createTimers, realTime } from "./timers.ts";

if (parentPort === null) throw new Error("E_BUG: worker.ts runs in a worker");
const port = parentPort;
const start = workerData as WorkerStart;
const { realm, globals, kit } = lockNativeRealm();
const timers = createTimers({ harden: realm.harden, onThrow: fail });
const web = createWeb({ harden: realm.harden, onThrow: fail, ...realTime });
const identify = createNoWorkers(
  realm.harden,
  "only the main thread starts workers, and this is one",
);

/** Ends this thread, as an error does that nobody catches. */
function fail(error: unknown): never {
  report(failureOf(error));
  process.exit(1);
}

function failureOf(error: unknown): WorkerFailure {
  const said = describeError(error, realm);
  const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
  const plain = harmless(error) as { readonly name?: unknown; readonly code?: unknown };
  const read = (key: "name" | "code"): string => {
    try {
      const value = plain[key];
      return typeof value === "string" ? value.slice(0, 500) : "";
    } catch {
      return "";
    }
  };
  return {
    kind: "failed",
    said,
    thrown: isObject || typeof error === "symbol" ? undefined : error,
    name: isObject ? read("name") : undefined,
    code: isObject ? read("code") : "",
    message: said.message,
  };
}

function report(message: WorkerReport, transferList?: readonly Transferable[]): void {
  port.postMessage(message, (transferList ?? []) as Transferable[]);
}

let isMade = false;

/** The `parentPort` of a submission: one, whoever finds its constructor. */
class ParentPort {
  readonly #listeners = new Listeners(fail, (event, count) => {
    // As with the real one, who listens for messages keeps the thread alive.
    if (event !== "message") return;
    port.off("message", this.#take);
    if (count > 0) port.on("message", this.#take);
  });
  readonly #take = (value: unknown): void => {
    this.#listeners.emit("message", this, value);
  };

  constructor() {
    if (isMade) throw new TypeError("Illegal constructor");
    isMade = true;
    port.on("messageerror", (error) => {
      this.#listeners.emit("messageerror", this, harmless(error));
    });
    port.on("close", () => {
      this.#listeners.emit("close", this);
    });
  }

  postMessage(value: unknown, transferList?: unknown): void {
    withoutNativeErrors(() => {
      report({ kind: "message", value }, transferList as readonly Transferable[]);
    });
  }

  close(): void {
    port.close();
  }

  ref(): void {
    port.ref();
  }

  unref(): void {
    port.unref();
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
}

process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
try {
  const scope = { ...globals, ...timers.globals, ...web.globals };
  const factory = realm.compile(start.code, realm.harden(scope));
  factory.instantiate({
    "@concurrency-katas/grader/kit": kit,
    "node:worker_threads": {
      ...identify({ threadId: start.threadId, isMainThread: false }),
      parentPort: realm.harden(new ParentPort()),
      workerData: start.workerData,
    },
    "node:async_hooks": createAsyncHooks(realm.harden).exports,
  });
} catch (error) {
  fail(error);
}
