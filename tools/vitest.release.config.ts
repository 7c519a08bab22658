import { defineConfig } from "vitest/config";

// The whole way of a release, through a registry on loopback.
export default defineConfig({
  test: { include: ["test/publish.test.ts"], env: { RELEASE_TEST: "whole" } },
});
