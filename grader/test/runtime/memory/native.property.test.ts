import fc from "fast-check";
import { test } from "vitest";
import { expect } from "vitest";
import { program, runProgram } from "./_program.ts";
import { nativeWorld, ownWorld } from "./_worlds.ts";

test("any program gives what it gives on native shared memory: results, errors and every byte", () => {
  fc.assert(
    fc.property(program, (any) => {
      expect(runProgram(ownWorld().world, any)).toEqual(runProgram(nativeWorld, any));
    }),
    { seed: 20261121, numRuns: 20_000 },
  );
});
