/**
 * The sealed compartment: where a submission's code is evaluated, with the engine's globals and nothing else.
 *
 * `lockdown` freezes what the realm's code shares; the compartment's global object is frozen too, so that no state
 * can pass from one execution to the next except through the module instance, which is made anew each time.
 */
import "ses";
import { ForbiddenSyntax, prepareSource, refuseImportForms } from "./source.ts";
import { type Frame, watchStacks } from "./stack.ts";

export type { Frame };

/** A submission's module, ready to be instantiated any number of times. */
export interface Factory {
  /** A new instance of the module: nothing that an earlier instance did is visible in it. */
  instantiate(imports: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** What is left of the realm once it is locked down. */
export interface Realm {
  /**
   * Evaluates a bundle in a new compartment: the body of a function of `require`, `exports` and `module`, which fills
   * `module.exports` or returns the exports. Throws a SyntaxError for what it cannot take. Frames carry the `entry`.
   */
  compile(code: string, globals: Readonly<Record<string, unknown>>, entry?: string): Factory;
  /** Freezes `value` and all that is reachable from it. */
  harden<T>(value: T): T;
  /**
   * Puts our own error classes below the compartment's `Error`: they were made before lockdown, and their prototype
   * would hand the realm's own `Error`, which can read anybody's stacks, to the submission.
   */
  adopt<T extends object>(module: T): T;
  /** The submission's frames of the running stack, innermost first. */
  frames(limit: number): readonly Frame[];
  /** The submission's frames of a thrown error, innermost first. */
  framesOf(error: unknown): readonly Frame[];
}

/** What a realm is locked down with. */
export interface RealmOptions {
  /** Which values beside the native ones `ArrayBuffer.isView` takes for views. */
  readonly isView?: (value: unknown) => boolean;
}

/** Name under which the bundle appears in stacks. */
export const BUNDLE_NAME = "submission.js";

/** Globals of JavaScript that a submission keeps: frozen by lockdown, or the compartment's own. */
const permitted: ReadonlySet<string> = new Set(
  (
    "AggregateError Array ArrayBuffer BigInt Boolean Error EvalError Function Infinity Iterator JSON Map NaN Number " +
    "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError " +
    "WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN " +
    "parseFloat parseInt undefined unescape"
  ).split(" "),
);

/** Parameters of the function that makes an instance. */
const moduleParameters = "require, exports, module";

/** Names that cannot be constants, or would not be found faster as such. */
const notConstants: ReadonlySet<string> = new Set(["Infinity", "NaN", "eval", "undefined"]);

/** Locks the realm down, once per worker, before any student code is seen. */
export function lockRealm({ isView }: RealmOptions = {}): Realm {
  const RealmError = Error;
  const RealmFunction = Function;
  const { captureStackTrace } = RealmError;
  if (isView !== undefined) extendIsView(isView);
  // `ses` would take the stack of each error a second time, to leave its own frame out: that costs more than the rest.
  RealmError.captureStackTrace = () => undefined;
  lockdown({
    consoleTaming: "unsafe",
    domainTaming: "unsafe",
    errorTaming: "safe",
    errorTrapping: "none",
    localeTaming: "unsafe",
    // An object of a submission may get a `constructor` or `toLocaleString` of its own by assignment, too.
    overrideTaming: "severe",
    reporting: "none",
    stackFiltering: "verbose",
    unhandledRejectionTrapping: "none",
  });
  RealmError.captureStackTrace = captureStackTrace;
  // A promise that a submission leaves rejected would end the worker.
  process.on("unhandledRejection", () => undefined);
  /** By script name, how to find a place in the bundle. */
  const bundles = new Map<string | null, (frame: Frame) => Frame>();
  const stacks = watchStacks(RealmError, (script, frame) => bundles.get(script)?.(frame));

  return {
    harden: (value) => harden(value),
    adopt(module) {
      for (const value of Object.values(module) as unknown[]) {
        if (typeof value === "function" && Reflect.getPrototypeOf(value) === RealmError) {
          Reflect.setPrototypeOf(value, Error.prototype.constructor);
        }
      }
      return module;
    },
    compile(code, globals, entry) {
      const { text: body, restore } = prepareSource(code);
      // The body must be whole by itself: what closes the function around it would run outside of any instance.
      RealmFunction(moduleParameters, body);
      const compartment = new Compartment({
        __options__: true,
        transforms: [refuseImportForms],
      });
      const globalNames = seal(compartment.globalThis, harden(globals));
      // Constants are found faster than properties of the compartment's scope objects, and hold nothing of an instance.
      const names = globalNames.filter((name) => !notConstants.has(name));
      const head = `(function () { const { ${names.join(", ")} } = arguments[0]; return function (${moduleParameters}) { `;
      const script = bundles.size === 0 ? BUNDLE_NAME : `${bundles.size}/${BUNDLE_NAME}`;
      bundles.set(script, ({ line, column, name }) =>
        restore({
          line,
          column: line === 1 ? column - head.length : column,
          name,
          ...(entry === undefined ? {} : { entry }),
        }),
      );
      const enter = compartment.evaluate(`${head}${body}\n}; })\n//# sourceURL=${script}`, {
        __rejectSomeDirectEvalExpressions__: false,
      }) as (scope: unknown) => MakeInstance;
      return createFactory(enter(compartment.globalThis));
    },
    frames: (limit) => stacks.frames(limit),
    framesOf(error) {
      if (!(error instanceof ForbiddenSyntax)) return stacks.framesOf(error);
      return [{ line: error.line, column: error.column, name: undefined }];
    },
  };
}

/** Fills `module.exports`, or returns the exports. */
type MakeInstance = (
  require: (name: string) => unknown,
  exports: object,
  module: { exports: Record<string, unknown> },
) => Record<string, unknown> | undefined;

function createFactory(make: MakeInstance): Factory {
  return {
    instantiate(imports) {
      const module = { exports: {} as Record<string, unknown> };
      const require = (name: string): unknown => {
        if (Object.hasOwn(imports, name)) return Object.freeze(imports[name]);
        const allowed = Object.keys(imports).join(", ");
        throw new Error(
          `import of "${name}" is not allowed; this submission may import ${allowed}`,
        );
      };
      return make(require, module.exports, module) ?? module.exports;
    },
  };
}

/** Leaves a compartment's global object with what is permitted and `globals`, frozen; returns the names. */
function seal(scope: object, globals: Readonly<Record<string, unknown>>): readonly string[] {
  for (const name of Object.getOwnPropertyNames(scope)) {
    if (!permitted.has(name)) Reflect.deleteProperty(scope, name);
  }
  for (const [name, value] of Object.entries(globals)) {
    Reflect.defineProperty(scope, name, { value, writable: false, configurable: true });
  }
  Object.freeze(scope);
  return Object.getOwnPropertyNames(scope);
}

/** Makes `ArrayBuffer.isView` know views that are Proxies. */
function extendIsView(isView: (value: unknown) => boolean): void {
  const native = ArrayBuffer.isView;
  const extended = {
    isView: (value: unknown): boolean => native(value) || isView(value),
  };
  Reflect.defineProperty(ArrayBuffer, "isView", { value: extended.isView });
}
