import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { findAwaitInterleaving } from "../../../../src/runtime/tasks/atomicity/interleaving.ts";
import { programs } from "./_programs.ts";
import { run, runInstrumented } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

/** What settles next, each time. */
const orders = fc.array(fc.nat(5), { minLength: 40, maxLength: 40 });

test("a generated program says the same when it is instrumented, in whatever order its promises settle", async () => {
  await fc.assert(
    fc.asyncProperty(programs("side by side"), orders, async (code, order) => {
      const plain = await run(code, order);
      expect((await runInstrumented(code, order)).log).toEqual(plain);
    }),
    { numRuns: 25 },
  );
});

test("nothing is lost where one task runs after the other", async () => {
  await fc.assert(
    fc.asyncProperty(programs("one by one"), orders, async (code, order) => {
      const { events } = await runInstrumented(code, order);
      expect(findAwaitInterleaving(events)).toBeUndefined();
    }),
    { numRuns: 25 },
  );
});
