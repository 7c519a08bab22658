import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { counter, courseOf, REPOSITORY, write } from "../grade/_course.ts";
import { isolation } from "../cli/_bin.ts";
import { SEALED_THIEF, THIEF } from "./_thief.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A word that stands nowhere but where it is planted. */
const canary = (where: string): string =>
  `canary-${createHash("sha256").update(`${where} ${process.pid}`).digest("hex").slice(0, 12)}`;

const FILES = [
  "home/.ssh/id_ed25519",
  "home/.npmrc",
  "home/.netrc",
  "home/.gitconfig",
  "home/.git-credentials",
  "home/.aws/credentials",
  "home/.config/gh/hosts.yml",
  "home/.bash_history",
  ".env",
  ".git/config",
  "answers.txt",
  "class/ada/tiny/src/notes.ts",
  "solutions/tiny/src/index.ts",
  "solutions/tiny/NOTES.md",
  "solutions/tiny/mutants/load-then-store.ts",
  "katas/wee/hidden/scenarios.ts",
  "last-year/results.json",
];
const PLANTED = [
  ...FILES,
  "env GITHUB_TOKEN",
  "env NODE_AUTH_TOKEN",
  "argv",
  "memory of the grader",
  "comment of a hidden scenario",
  "constant of a hidden scenario",
  "check of a hidden scenario",
];

test("24 are planted", () => expect(PLANTED).toHaveLength(24));

const run = promisify(execFile);

/** The weaker one everywhere, the stronger one where it is. */
const isolations = ["compartment", ...(isolation.length === 0 ? ["bubblewrap"] : [])];

/** A course with a canary in every place, and a class with thieves in it. */
function plant(): { root: string; env: NodeJS.ProcessEnv; node: readonly string[] } {
  const root = courseOf({
    "class/ada/tiny/src/index.ts": counter("Atomics.add(this.#cell, 0, 1)"),
    "class/mallory/tiny/src/index.ts": SEALED_THIEF,
    "class/trudy/tiny/src/index.ts": THIEF,
    "home/.config": null,
  });
  const scenarios = join(root, "katas/tiny/hidden/scenarios.ts");
  writeFileSync(
    scenarios,
    `// ${canary("comment of a hidden scenario")}
     const secret = "${canary("constant of a hidden scenario")}";
     ${readFileSync(scenarios, "utf8")
       .replace(
         `outcome.final("value") === 2`,
         `outcome.final("value") === 2 && "${canary("check of a hidden scenario")}" !== secret`,
       )
       .replace("thread.record(", "void secret.length; thread.record(")}`,
  );
  for (const file of FILES) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `// ${canary(file)}\n`, { flag: "a" });
  }
  // Spelled backwards in its file, so that it is whole in memory alone.
  const backwards = canary("memory of the grader").split("").reverse().join("");
  write(root, {
    "memory.mjs": `globalThis.kept = { secret: "${backwards}".split("").reverse().join("") };`,
  });
  return {
    root,
    env: {
      PATH: process.env["PATH"],
      HOME: join(root, "home"),
      NO_COLOR: "1",
      GITHUB_TOKEN: canary("env GITHUB_TOKEN"),
      NODE_AUTH_TOKEN: canary("env NODE_AUTH_TOKEN"),
    },
    node: [`--title=${canary("argv")}`, "--import", join(root, "memory.mjs")],
  };
}

/** Where what is found in `text` was planted. */
function foundIn(text: string): readonly string[] {
  return PLANTED.filter((where) => text.includes(canary(where)));
}

test.each(isolations)("none is in any output of the grader: %s", async (how) => {
  const { root, env, node } = plant();
  const bin = join(REPOSITORY, "grader/bin/katas.mjs");
  const { stdout, stderr } = await run(
    process.execPath,
    [...node, bin, "class", "class", "--out", "out", "--kata", "tiny", "--isolation", how],
    { cwd: root, env },
  );
  const files = readdirSync(join(root, "out"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  expect(stdout).toContain("3 graded");
  expect(files.length).toBeGreaterThan(8);
  expect(foundIn([stdout, stderr, ...files].join("\n"))).toEqual([]);
});

test("a submission that is simply imported finds them all", async () => {
  const { root, env, node } = plant();
  write(root, {
    "naive.mjs": `await import("./katas/tiny/hidden/scenarios.ts"); const { Counter } = await import("./class/trudy/tiny/src/index.ts"); console.log(Counter.create().value);`,
  });
  const { stdout } = await run(
    process.execPath,
    [
      ...node,
      "--conditions=@concurrency-katas/source",
      "--disable-warning=ExperimentalWarning",
      "naive.mjs",
    ],
    { cwd: root, env, maxBuffer: 2 ** 26 },
  );
  expect(foundIn(stdout)).toEqual(PLANTED);
});
