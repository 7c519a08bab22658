import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Counted by `.ci/run`, as the grader's.
    reporters: ["default", "json"],
  },
});
