import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

/** What each layer may import, lowest first: values, or no more than types. DESIGN.md, "Layout". */
const layers: Record<string, { values: string[]; types: string[] }> = {
  schedule: { values: [], types: [] },
  race: { values: [], types: [] },
  history: { values: [], types: [] },
  kit: { values: [], types: [] },
  certificate: { values: [], types: ["schedule"] },
  scenario: { values: [], types: ["schedule", "race", "history", "kit"] },
  runtime: {
    values: ["schedule", "race", "history", "kit", "certificate", "scenario"],
    types: [],
  },
  grade: {
    values: ["schedule", "race", "history", "kit", "certificate", "scenario", "runtime"],
    types: [],
  },
  report: { values: [], types: ["grade"] },
  vitest: { values: ["grade", "report"], types: [] },
  cli: {
    values: "schedule race history kit certificate scenario runtime grade report vitest".split(" "),
    types: [],
  },
};
const pairs = Object.keys(layers).flatMap((from) =>
  Object.keys(layers)
    .filter((to) => to !== from)
    .map((to) => ({ from, to, allowed: layers[from]! })),
);

/** The files of the fixture, by path under `grader/src`. */
const files = new Map<string, string>();
for (const { from, to } of pairs) {
  const path = `../${to}/index.ts`;
  files.set(`${from}/value-of-${to}.ts`, `export { x } from "${path}";`);
  files.set(`${from}/type-of-${to}.ts`, `import type { X } from "${path}";\nexport type Y = X;`);
  files.set(`${from}/inner/dynamic-${to}.ts`, `export const x = import("../${path}");`);
}
for (const layer of Object.keys(layers)) {
  files.set(`${layer}/reads-disk.ts`, 'export { readFileSync } from "node:fs";');
  files.set(`${layer}/reads-clock.ts`, "export const now = Date.now();");
  files.set(`${layer}/draws.ts`, "export const x = Math.random();");
  files.set(`${layer}/own-package.ts`, 'export { x } from "@concurrency-katas/grader/cli";');
  files.set(`${layer}/kata.ts`, 'export { x } from "../../../katas/pool/src/index.ts";');
  files.set(`${layer}/private-of-folder.ts`, 'export { x } from "./inner/_private.ts";');
  files.set(
    `${layer}/inner/own-private.ts`,
    'export { x } from "./_private.ts";\nexport { y } from "../_above.ts";',
  );
}

let fixture = "";
let rejected: Set<string>;

beforeAll(() => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  fixture = mkdtempSync(join(tmpdir(), "layers-"));
  cpSync(join(root, ".oxlintrc.json"), join(fixture, ".oxlintrc.json"));
  for (const [path, text] of files) {
    const file = join(fixture, "grader", "src", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  const oxlint = join(root, "node_modules", "oxlint", "bin", "oxlint");
  const { stdout } = spawnSync(process.execPath, [oxlint, "--format=json"], {
    cwd: fixture,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; severity: string; filename: string }[];
  };
  rejected = new Set(
    diagnostics
      .filter((found) => found.code.includes("no-restricted-") && found.severity === "error")
      .map((found) => found.filename.replaceAll("\\", "/").replace("grader/src/", "")),
  );
});

afterAll(() => {
  rmSync(fixture, { recursive: true, force: true });
});

test.each(pairs.filter(({ to, allowed }) => allowed.values.includes(to)))(
  "$from may import $to",
  ({ from, to }) => {
    expect(rejected).not.toContain(`${from}/value-of-${to}.ts`);
    expect(rejected).not.toContain(`${from}/type-of-${to}.ts`);
    expect(rejected).not.toContain(`${from}/inner/dynamic-${to}.ts`);
  },
);

test.each(pairs.filter(({ to, allowed }) => allowed.types.includes(to)))(
  "$from may import the types of $to, but no value",
  ({ from, to }) => {
    expect(rejected).toContain(`${from}/value-of-${to}.ts`);
    expect(rejected).not.toContain(`${from}/type-of-${to}.ts`);
    expect(rejected).toContain(`${from}/inner/dynamic-${to}.ts`);
  },
);

test.each(pairs.filter(({ to, allowed }) => ![...allowed.values, ...allowed.types].includes(to)))(
  "$from may not import $to, not even its types",
  ({ from, to }) => {
    expect(rejected).toContain(`${from}/value-of-${to}.ts`);
    expect(rejected).toContain(`${from}/type-of-${to}.ts`);
    expect(rejected).toContain(`${from}/inner/dynamic-${to}.ts`);
  },
);

test.each(["reads-disk", "reads-clock", "draws"])("only a pure layer is kept from: %s", (file) => {
  const kept = Object.keys(layers).filter((layer) => rejected.has(`${layer}/${file}.ts`));
  expect(kept).toEqual(["schedule", "race", "history", "certificate"]);
});

test.each(Object.keys(layers))(
  "%s imports neither its own package by name, nor a kata, nor a private file of another folder",
  (layer) => {
    expect(rejected).toContain(`${layer}/own-package.ts`);
    expect(rejected).toContain(`${layer}/kata.ts`);
    expect(rejected).toContain(`${layer}/private-of-folder.ts`);
    expect(rejected).not.toContain(`${layer}/inner/own-private.ts`);
  },
);
