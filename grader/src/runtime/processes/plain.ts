/**
 * A process that runs nothing but given modules of the course. They are trusted, so there is no compartment: locking a
 * realm down takes as long as Node takes to start.
 */
import { compileFunction } from "node:vm";
import { KataError, Mutex } from "../../kit/index.ts";
import type { Factory, Realm } from "../sealed/compartment.ts";
import { type Frame, watchStacks } from "../sealed/stack.ts";
import { createGlobals } from "../threads/globals.ts";
import { type Prepare, prepareIn } from "./globals.ts";

const parameters = ["require", "exports", "module"];

/** Prepares a process for given modules. */
export const openProcess: Prepare = prepareIn((ambient) => ({
  realm: createPlainRealm(),
  globals: createGlobals(ambient),
  kit: { KataError, Mutex },
  hrefOf: (value) => (value instanceof URL ? value.href : undefined),
}));

function createPlainRealm(): Realm {
  const entries = new Set<string>();
  const stacks = watchStacks(Error, (script, frame) =>
    script !== null && entries.has(script)
      ? ({ ...frame, entry: script } satisfies Frame)
      : undefined,
  );
  return {
    harden: (value) => value,
    adopt: (module) => module,
    frames: (limit) => stacks.frames(limit),
    framesOf: (error) => stacks.framesOf(error),
    compile(code, globals, entry = ""): Factory {
      entries.add(entry);
      const names = Object.keys(globals);
      const make = compileFunction(code, [...parameters, ...names], { filename: entry }) as (
        ...values: readonly unknown[]
      ) => Record<string, unknown> | undefined;
      return {
        instantiate(imports) {
          const module = { exports: {} as Record<string, unknown> };
          const require = (name: string): unknown => imports[name];
          const values = names.map((name) => globals[name]);
          return make(require, module.exports, module, ...values) ?? module.exports;
        },
      };
    },
  };
}
