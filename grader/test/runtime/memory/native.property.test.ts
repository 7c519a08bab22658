import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { program, runProgram } from "./_program.ts";
import { nativeWorld, ownWorld } from "./_worlds.ts";

test(
  "any program gives what it gives on native shared memory: results, errors and every byte",
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(program, (any) => {
        const [ours, native] = [runProgram(ownWorld().world, any), runProgram(nativeWorld, any)];
        // What vitest shows is better, what Node compares is faster.
        if (!isDeepStrictEqual(ours, native)) expect(ours).toEqual(native);
      }),
      { seed: 20261121, numRuns: 6_000 },
    );
  },
);
