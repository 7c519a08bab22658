import { expect, test } from "vitest";
import { overlaysOf } from "../../../src/grade/check/_overlays.ts";

const EDITABLE = ["src/pool.ts", "src/child.ts"];

test("a file stands in for the first editable file, or for the one that it names", () => {
  expect(overlaysOf(["lazy.ts", "silent.child.ts"], EDITABLE)).toEqual([
    { name: "lazy", files: new Map([["src/pool.ts", "lazy.ts"]]) },
    { name: "silent", files: new Map([["src/child.ts", "silent.child.ts"]]) },
  ]);
});

test("files of one name are one program, and the first editable file comes first", () => {
  const [program, ...others] = overlaysOf(["both.child.ts", "both.ts"], EDITABLE);
  expect([...(program?.files ?? [])]).toEqual([
    ["src/pool.ts", "both.ts"],
    ["src/child.ts", "both.child.ts"],
  ]);
  expect(others).toEqual([]);
});

test("other names are no program's", () => {
  const names = ["Load.ts", "notes.md", "lazy.parent.ts", "lazy.pool.ts", "a.child.b.ts"];
  expect(overlaysOf(names, EDITABLE)).toEqual([]);
});
