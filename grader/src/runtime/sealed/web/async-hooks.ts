/**
 * `node:async_hooks` for a compartment. Behind its classes are Node's own, which alone can follow a context through
 * `await`; a submission never has one of these in its hands.
 */
import {
  AsyncLocalStorage as NativeStorage,
  AsyncResource as NativeResource,
} from "node:async_hooks";
import { named } from "./named.ts";
import { dictionary, toText } from "./values.ts";

/** The module, with what only an engine may do. */
export interface AsyncHooks {
  /** What the module exports. */
  readonly exports: Readonly<Record<"AsyncLocalStorage" | "AsyncResource", object>>;
  /**
   * Remembers what all storages hold now; what it gives calls a function with that. Whatever the function enters has
   * no effect on who calls it.
   */
  captureContext(): <R>(call: () => R) => R;
  /**
   * Empties all storages and counts ids from the beginning. To be done between executions: without it, Node 22 would
   * follow the storages of all of them for ever.
   */
  reset(): void;
}

type Call = (...values: readonly unknown[]) => unknown;

/** Nobody can ask for the real ids of what runs, so that they are ours to count: the same in each execution. */
const ROOT_ID = 1;

/** Makes it, once for a realm that is locked down. */
export function createAsyncHooks(harden: <T>(value: T) => T): AsyncHooks {
  let storages: NativeStorage<Box>[] = [];
  let lastId = ROOT_ID;
  /** The resource in whose scope code runs. */
  let executing = ROOT_ID;

  class KataStorage {
    readonly #native = new NativeStorage<Box>();
    readonly #name: string;
    readonly #defaultValue: unknown;

    constructor(options?: unknown) {
      const { name = "", defaultValue } = dictionary(options);
      this.#name = toText(name);
      this.#defaultValue = defaultValue;
      storages.push(this.#native);
    }

    static bind(call: unknown): Call {
      return KataResource.bind(call);
    }
    static snapshot(): Call {
      return KataResource.bind((call: unknown, ...values: readonly unknown[]) =>
        callable(call)(...values),
      );
    }

    get name(): string {
      return this.#name;
    }
    getStore(): unknown {
      const box = this.#native.getStore();
      return box === undefined ? this.#defaultValue : box.value;
    }
    run(value: unknown, call: unknown, ...values: readonly unknown[]): unknown {
      return this.#native.run({ value }, callable(call), ...values);
    }
    exit(call: unknown, ...values: readonly unknown[]): unknown {
      return this.#native.run({ value: undefined }, callable(call), ...values);
    }
    enterWith(value: unknown): void {
      this.#native.enterWith({ value });
    }
    disable(): void {
      this.#native.disable();
    }
  }

  class KataResource {
    readonly #native = createNative();
    readonly #id = ++lastId;
    readonly #triggerId: number;

    constructor(type: unknown, options: unknown = {}) {
      if (typeof type !== "string") throw new TypeError("the type of a resource must be a string");
      const { triggerAsyncId = executing } =
        typeof options === "number" ? { triggerAsyncId: options } : dictionary(options);
      if (!Number.isSafeInteger(triggerAsyncId) || (triggerAsyncId as number) < -1)
        throw new RangeError("triggerAsyncId must be an integer, at least -1");
      this.#triggerId = triggerAsyncId as number;
    }

    static bind(call: unknown, type?: unknown, receiver?: unknown): Call {
      return new KataResource(type ?? "bound").bind(call, receiver);
    }

    runInAsyncScope(call: unknown, receiver?: unknown, ...values: readonly unknown[]): unknown {
      const before = executing;
      executing = this.#id;
      try {
        return this.#native.runInAsyncScope(callable(call), receiver, ...values);
      } finally {
        executing = before;
      }
    }
    bind(call: unknown, receiver?: unknown): Call {
      const inner = callable(call);
      // eslint-disable-next-line @typescript-eslint/no-this-alias
      const resource = this;
      const bound = function bound(this: unknown, ...values: readonly unknown[]): unknown {
        return resource.runInAsyncScope(inner, receiver ?? this, ...values);
      };
      return Object.defineProperty(bound, "length", { value: inner.length });
    }
    asyncId(): number {
      return this.#id;
    }
    triggerAsyncId(): number {
      return this.#triggerId;
    }
    emitDestroy(): this {
      return this;
    }
  }

  /** Made while no storage holds anything, and never entered by a submission. */
  const root = createNative();

  /** Runs `call` as if nobody had entered anything. */
  const atRoot = <R>(call: () => R): R => {
    if (storages.length === 0) return call();
    // In Node 22, what is entered sticks to the resource.
    return root.runInAsyncScope(createNative).runInAsyncScope(call);
  };

  return {
    exports: harden({
      AsyncLocalStorage: named("AsyncLocalStorage", KataStorage),
      AsyncResource: named("AsyncResource", KataResource),
    }),
    captureContext() {
      if (storages.length === 0) return atRoot;
      const native = createNative();
      return (call) => native.runInAsyncScope(call);
    },
    reset() {
      if (storages.length === 0 && lastId === ROOT_ID) return;
      for (const storage of storages) storage.disable();
      storages = [];
      lastId = ROOT_ID;
      executing = ROOT_ID;
    },
  };
}

/** In Node 22, a storage cannot tell that it holds `undefined` from that it holds nothing. */
interface Box {
  readonly value: unknown;
}

function createNative(): NativeResource {
  return new NativeResource("submission", { requireManualDestroy: true });
}

function callable(value: unknown): Call {
  if (typeof value !== "function") throw new TypeError("a function is needed");
  return value as Call;
}
