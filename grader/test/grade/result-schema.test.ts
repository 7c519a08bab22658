import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { FULL_RESULT } from "./_result.ts";

const file = new URL("../../schema/result.schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(file, "utf8")) as object;
const isValid = new Ajv2020({ allErrors: true }).compile(schema);

test("a result with every field follows the schema", () => {
  isValid(FULL_RESULT);
  expect(isValid.errors).toBeNull();
});

test("every object of a result refuses a field that it does not have", () => {
  const places = objectsIn(FULL_RESULT);
  expect(places.length).toBeGreaterThan(12);
  for (const path of places) {
    const changed = structuredClone(FULL_RESULT);
    at(changed, path)["more"] = 1;
    expect([path, isValid(changed)]).toEqual([path, false]);
  }
});

test("every field has one type only", () => {
  for (const path of objectsIn(FULL_RESULT)) {
    for (const name of Object.keys(at(FULL_RESULT, path))) {
      const changed = structuredClone(FULL_RESULT);
      at(changed, path)[name] = { kind: "another type" };
      expect([...path, name, isValid(changed)]).toEqual([...path, name, false]);
    }
  }
});

const MUTATIONS: readonly [string, readonly (string | number)[], unknown][] = [
  ["another version", ["schema"], "concurrency-katas/result/v2"],
  ["a result without katas", ["katas"], undefined],
  ["an unknown verdict", ["katas", 0, "scenarios", 0, "verdict"], "flaky"],
  ["an unknown bug class", ["katas", 0, "scenarios", 1, "bugClass"], "gremlins"],
  ["an unknown group", ["katas", 0, "rubric", 0, "group"], "X"],
  ["half a point", ["katas", 0, "rubric", 0, "earned"], 0.5],
  ["a negative score", ["earned"], -1],
  ["line 0", ["katas", 0, "scenarios", 1, "place", "line"], 0],
  ["no samples", ["katas", 0, "scenarios", 1, "evidence", "samples"], 0],
  ["a bound below -1", ["katas", 0, "scenarios", 0, "evidence", "bound"], -2],
  ["a story without a replay id", ["katas", 0, "scenarios", 1, "story", "replay"], undefined],
  ["a scenario without evidence", ["katas", 0, "scenarios", 0, "evidence"], undefined],
  ["an unknown tier", ["katas", 0, "tier"], "T9"],
  ["a path as the kata's name", ["katas", 0, "kata"], "../tiny"],
];

test.each(MUTATIONS)("%s does not follow the schema", (_, path, value) => {
  const changed = structuredClone(FULL_RESULT) as unknown as Readonly<Record<string, unknown>>;
  at(changed, path.slice(0, -1))[path.at(-1)!] = value;
  expect(isValid(JSON.parse(JSON.stringify(changed)))).toBe(false);
});

type Path = readonly (string | number)[];

/** The places of all objects in plain data. */
function objectsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.entries(value).flatMap(([name, child]) => objectsIn(child, [...path, name]));
  return Array.isArray(value) ? below : [path, ...below];
}

function at(value: unknown, path: Path): Record<string | number, unknown> {
  return path.reduce(
    (found, name) => found[name] as Record<string | number, unknown>,
    value as Record<string | number, unknown>,
  );
}
