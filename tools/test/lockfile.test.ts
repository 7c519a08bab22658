import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

interface Lockfile {
  packages: Record<
    string,
    {
      link?: true;
      resolved?: string;
      version?: string;
      optionalDependencies?: Record<string, string>;
    }
  >;
}

const { packages } = JSON.parse(
  readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
) as Lockfile;
const entries = Object.entries(packages);

test("the lockfile has every platform's build of every native package", () => {
  const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test("the lockfile names no registry", () => {
  expect(
    entries.filter(([, { link, resolved }]) => resolved !== undefined && link !== true),
  ).toEqual([]);
});
