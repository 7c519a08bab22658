import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { codeBlocks, read, root } from "./_markdown.ts";

/** A course of nothing but the kata of AUTHORING.md. */
let course = "";

beforeAll(() => {
  course = mkdtempSync(join(tmpdir(), "authoring-"));
  symlinkSync(join(root, "node_modules"), join(course, "node_modules"), "junction");
  for (const { heading, content } of codeBlocks(read("katas/AUTHORING.md"))) {
    const [, path] = /^`(.+)`$/.exec(heading) ?? [];
    if (path !== undefined) write(path, content);
  }
  const tsconfig = { extends: join(root, "tsconfig.base.json"), include: ["katas", "solutions"] };
  write("tsconfig.json", JSON.stringify(tsconfig));
  write("package.json", '{ "type": "module" }');
});

afterAll(() => {
  rmSync(course, { recursive: true });
});

function write(path: string, content: string): void {
  const file = join(course, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

test("the kata of AUTHORING.md compiles", () => {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "."], {
    cwd: course,
    encoding: "utf8",
  });
  expect(stdout).toBe("");
});

test("its reference passes and its mutant falls as the header says", { timeout: 180_000 }, () => {
  const katas = join(root, "grader", "bin", "katas.mjs");
  const file = join(course, "check.json");
  const { stderr } = spawnSync(process.execPath, [katas, "check", "--json", file], {
    cwd: course,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const { items } = JSON.parse(readFileSync(file, "utf8")) as {
    items: { kind: string; name: string; seen: string; problems: string[] }[];
  };
  // The first item is about the files of a whole kata, of which AUTHORING.md shows five.
  const proved = items.slice(1).map(({ kind, name, seen, problems }) => {
    return [kind, name, seen, ...problems].join(" · ");
  });
  expect(proved).toMatchInlineSnapshot(`
    [
      "stub · stub · 0/100",
      "reference · reference · 100/100",
      "mutant · check-then-add · T1 violation check-then-act 30/100",
    ]
  `);
});
