/**
 * The sealed compartment: where a submission's code is evaluated, with the engine's globals and nothing else.
 *
 * `lockdown` freezes what the realm's code shares; the compartment's global object is frozen too, so that no
 * state can pass from one execution to the next except through the module instance, which is made anew each time.
 */
import "ses";

/** One source position in the student's bundle. */
export interface Frame {
  readonly line: number;
  readonly column: number;
  readonly name: string | undefined;
}

/** A submission's module, ready to be instantiated any number of times. */
export interface Factory {
  /** A new instance of the module: nothing that an earlier instance did is visible in it. */
  instantiate(imports: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** What is left of the realm once it is locked down. */
export interface Realm {
  /** Evaluates a bundle in a new compartment. A SyntaxError or an error of the first evaluation is thrown on. */
  compile(code: string, globals: Readonly<Record<string, unknown>>): Factory;
  /**
   * Puts our own error classes below the compartment's `Error`: they were made before lockdown, and their prototype
   * would hand the realm's own `Error`, which can read anybody's stacks, to the submission.
   */
  adopt<T extends object>(module: T): T;
  /** Freezes `value` and all that is reachable from it. */
  harden<T>(value: T): T;
  /** The student's frames of the running stack, innermost first; `above` cuts off our own callee frames. */
  frames(limit: number): readonly Frame[];
  /** The student's frames of a thrown error, innermost first. */
  framesOf(error: unknown): readonly Frame[];
}

/** Name under which the bundle appears in stacks. */
export const BUNDLE_NAME = "submission.js";

/** Globals of JavaScript that a submission may use; all of them are frozen by lockdown or replaced by the engine's. */
const sharedGlobals = [
  "AggregateError",
  "Array",
  "ArrayBuffer",
  "BigInt",
  "Boolean",
  "Error",
  "EvalError",
  "Infinity",
  "Iterator",
  "JSON",
  "Map",
  "NaN",
  "Number",
  "Object",
  "Promise",
  "Proxy",
  "RangeError",
  "ReferenceError",
  "Reflect",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "SyntaxError",
  "TypeError",
  "URIError",
  "WeakMap",
  "WeakSet",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
];

type CallSite = {
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getFunctionName(): string | null;
};

/** Locks the realm down, once per worker, before any student code is seen. */
export function lockRealm(): Realm {
  const NativeError = Error as ErrorConstructor & {
    prepareStackTrace?: unknown;
    captureStackTrace(target: object): void;
  };
  const { captureStackTrace } = NativeError;
  repairIntrinsics({
    consoleTaming: "unsafe",
    domainTaming: "unsafe",
    errorTaming: "safe",
    errorTrapping: "none",
    localeTaming: "unsafe",
    overrideTaming: "moderate",
    reporting: "none",
    stackFiltering: "verbose",
    unhandledRejectionTrapping: "none",
  });
  hardenIntrinsics();

  const toFrames = (sites: readonly CallSite[], limit: number): Frame[] => {
    const frames: Frame[] = [];
    for (const site of sites) {
      if (frames.length >= limit) break;
      if (site.getScriptNameOrSourceURL() !== BUNDLE_NAME) continue;
      frames.push({
        line: site.getLineNumber() ?? 0,
        column: site.getColumnNumber() ?? 0,
        name: site.getFunctionName() ?? undefined,
      });
    }
    return frames;
  };

  /** Reads call sites through V8's hook, which is put back at once. */
  function withSites<R>(read: () => R): R {
    const saved = NativeError.prepareStackTrace;
    const savedLimit = NativeError.stackTraceLimit;
    NativeError.prepareStackTrace = (_error: unknown, sites: unknown) => sites;
    NativeError.stackTraceLimit = 50;
    try {
      return read();
    } finally {
      NativeError.prepareStackTrace = saved;
      NativeError.stackTraceLimit = savedLimit;
    }
  }

  return {
    adopt(module) {
      const tamed = Error.prototype.constructor;
      for (const value of Object.values(module) as unknown[]) {
        if (typeof value === "function" && Object.getPrototypeOf(value) === NativeError) {
          Object.setPrototypeOf(value, tamed);
        }
      }
      return module;
    },
    harden: (value) => harden(value),
    compile(code, globals) {
      const endowments: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const key of sharedGlobals) {
        if (key in globalThis)
          endowments[key] = (globalThis as unknown as Record<string, unknown>)[key];
      }
      Object.assign(endowments, globals);
      const compartment = new Compartment({ __options__: true, globals: {} });
      const scope = compartment.globalThis as Record<string, unknown>;
      // Tamed by lockdown: these throw, or belong to the compartment itself.
      const own = ["Date", "Math", "Function", "eval"];
      for (const key of Object.getOwnPropertyNames(scope)) {
        if (!own.includes(key) && !(key in endowments)) Reflect.deleteProperty(scope, key);
      }
      for (const key of Object.keys(endowments)) {
        if (key !== "NaN" && key !== "Infinity") {
          Object.defineProperty(scope, key, {
            value: endowments[key],
            writable: false,
            configurable: false,
          });
        }
      }
      for (const key of Object.getOwnPropertyNames(scope)) {
        const descriptor = Object.getOwnPropertyDescriptor(scope, key);
        if (descriptor?.configurable)
          Object.defineProperty(scope, key, { writable: false, configurable: false });
      }
      Object.preventExtensions(scope);
      // Parameters are found faster than the compartment's scope objects, so the usual globals come as both.
      const names = Object.keys(endowments).filter(
        (key) => /^[A-Z]/.test(key) && key !== "Infinity" && key !== "NaN",
      );
      const factory = compartment.evaluate(
        `(function (${names.join(", ")}) { return function (require, exports, module) { ${code}\n}; })\n//# sourceURL=${BUNDLE_NAME}`,
      ) as (
        ...values: unknown[]
      ) => (require: unknown, exports: object, module: { exports: object }) => void;
      const instantiate = factory(...names.map((key) => endowments[key]));
      return {
        instantiate(imports) {
          const module = { exports: {} };
          const require = (name: string): unknown => imports[name];
          instantiate(require, module.exports, module);
          return module.exports as Record<string, unknown>;
        },
      };
    },
    frames: (limit) =>
      withSites(() => {
        const holder: { stack?: readonly CallSite[] } = {};
        captureStackTrace.call(NativeError, holder);
        return toFrames(holder.stack ?? [], limit);
      }),
    framesOf(error) {
      if (typeof error !== "object" || error === null || !(error instanceof NativeError)) return [];
      const stack = getStack(error);
      return parseStack(stack);
    },
  };
}

/** SES keeps an error's stack from the compartment and gives it to the start realm. */
function getStack(error: object): string {
  const { getStackString } = globalThis as unknown as {
    getStackString?: (error: object) => string;
  };
  return getStackString === undefined ? "" : getStackString(error);
}

function parseStack(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const match =
      /at (?:async )?(?:(?<name>[^ (]+) )?\(?(?:eval at .*, )?submission\.js:(?<line>\d+):(?<column>\d+)\)?/.exec(
        line,
      );
    if (match?.groups === undefined) continue;
    frames.push({
      line: Number(match.groups["line"]),
      column: Number(match.groups["column"]),
      name: match.groups["name"],
    });
  }
  return frames;
}
