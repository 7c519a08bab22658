import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Nothing is decided by time: this only ends what hangs, also on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Counted by `.ci/run`, as the grader's.
    reporters: ["default", "json"],
  },
});
