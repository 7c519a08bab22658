import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The grader under test is the source; see `exports` of package.json.
  ssr: { resolve: { conditions: ["@concurrency-katas/source", ...defaultServerConditions] } },
  test: {
    include: ["test/**/*.test.ts"],
    // Nothing is decided by time: this only ends what hangs, also on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The machine-readable result is what `.ci/run` counts: .vitest/json/output.json.
    reporters: ["default", "json"],
    execArgv: ["--conditions=@concurrency-katas/source"],
  },
});
