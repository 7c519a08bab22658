import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { isStale } from "../bootstrap.mjs";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bootstrap-"));
  mkdirSync(join(root, "node_modules"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes a file of the repository as if `seconds` after the epoch. */
function write(path: string, seconds: number): void {
  writeFileSync(join(root, path), "{}");
  utimesSync(join(root, path), seconds, seconds);
}

test("a fresh clone is stale", () => {
  write("package-lock.json", 100);
  expect(isStale(root)).toBe(true);
});

test("an install after the lockfile is not stale", () => {
  write("package-lock.json", 100);
  write("node_modules/.package-lock.json", 200);
  expect(isStale(root)).toBe(false);
});

test("a lockfile that changed after the install is stale", () => {
  write("package-lock.json", 300);
  write("node_modules/.package-lock.json", 200);
  expect(isStale(root)).toBe(true);
});

test("the lockfile that an install itself wrote is not stale", () => {
  write("package-lock.json", 200.02);
  write("node_modules/.package-lock.json", 200);
  expect(isStale(root)).toBe(false);
});
