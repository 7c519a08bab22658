/** Stands in for `src/runtime/sealed/compartment.ts`: a realm that is not locked, and has all of Node in it. */
import type { Factory, Realm } from "../../../src/runtime/sealed/compartment.ts";

type Make = (
  require: (name: string) => unknown,
  exports: object,
  module: { exports: Record<string, unknown> },
) => void;

/** Locks nothing. */
export function lockRealm(): Realm {
  return {
    harden: (value) => value,
    adopt: (module) => module,
    compile(code, globals): Factory {
      // oxlint-disable-next-line typescript/no-implied-eval
      const factory = new Function(
        ...Object.keys(globals),
        `return function (require, exports, module) { ${code}\n}`,
      ) as (...values: readonly unknown[]) => Make;
      const make = factory(...Object.values(globals));
      return {
        instantiate(imports) {
          const module = { exports: {} as Record<string, unknown> };
          make((name) => imports[name], module.exports, module);
          return module.exports;
        },
      };
    },
    frames: () => [],
    framesOf: () => [],
  };
}
