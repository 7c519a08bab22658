import { defineConfig } from "vitest/config";

// What is generated, as often as it takes to be sure; the tests generate less of it.
export default defineConfig({
  test: { include: ["test/**/*.full.ts"], testTimeout: 900_000 },
});
