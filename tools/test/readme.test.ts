import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  brokenLinks,
  codeBlocks,
  markdownIn,
  missingPaths,
  missingScripts,
  read,
  root,
  wrongConstants,
} from "./_markdown.ts";

const documents = [
  "README.md",
  ".github/CONTRIBUTING.md",
  "katas/AUTHORING.md",
  "katas/README.md",
  "grader/README.md",
  ...markdownIn("grader/docs"),
];

describe.each(documents)("%s", (document) => {
  test("its links lead somewhere", () => {
    expect(brokenLinks(document)).toEqual([]);
  });

  test("the files that it names exist", () => {
    expect(missingPaths(document)).toEqual([]);
  });

  test("the npm scripts that it names exist", () => {
    expect(missingScripts(document)).toEqual([]);
  });

  test("the figures that it names are those of the code", () => {
    expect(wrongConstants(document)).toEqual([]);
  });
});

/** What was printed, and the exit code. */
interface Printed {
  readonly text: string;
  readonly status: number | null;
}

let scratch = "";

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "readme-"));
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** Runs Node in the root of the repository; the output has neither colours nor a terminal's width. */
function node(...args: readonly string[]): Printed {
  const { FORCE_COLOR: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1" },
  });
  return { text: `${stdout}${stderr}`, status };
}

const katas = (...args: readonly string[]): Printed => node("grader/bin/katas.mjs", ...args);

/** A script of npm, without what comes before it: that may install, and we are in the middle of a test. */
function npm(command: string, ...rest: readonly string[]): Printed {
  const cli = process.env["npm_execpath"];
  if (cli === undefined)
    throw new Error("npm_execpath is not set: start vitest through npm or npx");
  return node(cli, command, "--ignore-scripts", "--silent", ...rest);
}

const readme = read("README.md");

/**
 * A sample is a block of text that begins with `$ npx katas grade … --only T1,T4 …`. Below it stand those scenarios,
 * as they are printed now.
 */
function sampleAgain(content: string): string {
  const [command = ""] = content.split("\n");
  const { text } = katas(...command.replace(/^\$ npx katas /, "").split(" "));
  const [, ids = ""] = / --only (\S+)/.exec(command) ?? [];
  const shown = ids.split(",").map((id) => {
    const entry = new RegExp(`^(?:PASS|FAIL|OPEN) +${id} .*\n(?: .*\n)*`, "m").exec(text);
    return entry?.[0] ?? `${id} is not in what is printed:\n${text}`;
  });
  return `${command}\n\n${shown.join("")}`;
}

test("the samples are what the commands print", { timeout: 900_000 }, async () => {
  const samples = codeBlocks(readme).filter(({ content }) => content.startsWith("$ npx katas "));
  expect(samples.length).toBeGreaterThan(0);
  const again = samples.reduce(
    (text, { content }) => text.replace(content, () => sampleAgain(content)),
    readme,
  );
  await expect(again).toMatchFileSnapshot(join(root, "README.md"));
});

test("the example of the grader's README prints what its comment says", () => {
  const [{ content } = { content: "" }] = codeBlocks(read("grader/README.md"));
  symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"), "junction");
  const file = join(scratch, "example.mts");
  writeFileSync(file, content);
  const { text } = node("--conditions=@concurrency-katas/source", file);
  expect(text).toBe(`${/\/\/ (\w+)\n$/.exec(content)?.[1]}\n`);
});

/** The replay id of the first sample. */
const replayId = /--replay (\S+)/.exec(readme)?.[1] ?? "";
const racy = "solutions/bank-balance/mutants/check-then-sub.ts";

/** Each command of the README, and how it is tried here: for real, or as much of it as is cheap. */
const commands: Readonly<Record<string, () => void>> = {
  "npm run demo"() {
    const { text, status } = npm("run", "demo");
    expect(text).toContain(replayId);
    expect(text).toContain("100/100");
    expect(status).toBe(0);
  },
  "npm test"() {
    // This test is part of it.
    expect(read(".ci/run")).toContain("\nnpm test ");
  },
  "npm install"() {
    // That the lockfile is whole, and of all platforms, is the business of lockfile.test.ts.
    expect(JSON.parse(read("package.json"))).toMatchObject({
      workspaces: ["grader", "katas/*", "solutions/*"],
      scripts: { postinstall: "node tools/ensure-node.mjs" },
    });
  },
  "npm test -w kata-bank-balance"() {
    const { text } = npm("test", "-w", "kata-bank-balance", "--", "--explain");
    expect(text).toContain("T1");
  },
  "npm test -w kata-bank-balance -- --only T3"() {
    const { text } = npm("test", "-w", "kata-bank-balance", "--", "--only", "T3");
    expect(text).toContain("T3");
    expect(text).not.toContain("T2");
  },
  "npm test -w kata-bank-balance -- --watch"() {
    expect(katas("test", "--help").text).toContain("--watch");
  },
  [`npm test -w kata-bank-balance -- --replay ${replayId}`]() {
    // On the file that the id is from; the stub has no such lines.
    const { text, status } = katas("replay", "bank-balance", replayId, "--submission", racy);
    expect(text).toContain("true, true, balance -6");
    expect(status).toBe(1);
  },
  "npm run hint -w kata-bank-balance -- 1"() {
    expect(npm("run", "hint", "-w", "kata-bank-balance", "--", "1").text).toMatch(/^Hint 1 of 3/);
  },
  "npm run predict -w kata-bank-balance"() {
    expect(npm("run", "predict", "-w", "kata-bank-balance").text).toMatch(/^1\/3/);
  },
  "npm run grade -- --submission solutions --json result.json"() {
    const file = join(scratch, "result.json");
    const { text, status } = npm("run", "grade", "--", "--submission", "solutions", "--json", file);
    expect(text).toContain("100/100");
    const result = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    expect(result).toMatchObject({ schema: "concurrency-katas/result/v1" });
    expect(result["earned"]).toBe(result["points"]);
    expect(status).toBe(0);
  },
};

const named = codeBlocks(readme)
  .filter(({ language }) => language === "sh")
  .flatMap(({ content }) => content.split("\n"))
  .map((line) => line.replace(/ #.*/, "").trim())
  .filter((line) => line !== "");

test("every command of the README is tried here, and no other", () => {
  expect([...new Set(named)].sort()).toEqual(Object.keys(commands).sort());
});

test.each(Object.keys(commands))("%s", { timeout: 900_000 }, (command) => {
  commands[command]!();
});
