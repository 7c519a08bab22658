import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { GraderError } from "../../src/grade/error.ts";
import {
  findCourseRoot,
  findKata,
  findKatas,
  readKata,
  scenarioFilesOf,
  slugOfFolder,
} from "../../src/grade/kata.ts";
import { providedModules } from "../../src/runtime/provided.ts";
import { courseOf, folderOf, KATA, kataJson, REPOSITORY } from "./_course.ts";

const schemaFile = new URL("../../schema/kata.schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as object;
const isValid = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

test("every kata of this repository can be read, and follows the schema", () => {
  const katas = findKatas(REPOSITORY);
  expect(katas.map(({ slug }) => slug)).toContain("bank-balance");
  for (const { folder } of katas) {
    isValid(JSON.parse(readFileSync(join(folder, "kata.json"), "utf8")));
    expect(isValid.errors).toBeNull();
  }
});

test("a kata is what its kata.json says, and where it lies", () => {
  const root = courseOf();
  const { $schema: _, ...said } = { $schema: "", ...KATA };
  expect(readKata(join(root, "katas/tiny"))).toEqual({ ...said, folder: join(root, "katas/tiny") });
});

test("minutes, seeds and given may be left out", () => {
  const { minutes: _, seeds: __, given: ___, ...rest } = KATA;
  const root = folderOf({ "tiny/kata.json": JSON.stringify(rest) });
  expect(isValid(rest)).toBe(true);
  const kata = readKata(join(root, "tiny"));
  expect(kata).not.toHaveProperty("minutes");
  expect(kata.given).toEqual([]);
});

test("files of a kata may be said to be workers", () => {
  const workers = ["given/racy.ts", "src/index.ts"];
  const root = folderOf({ "tiny/kata.json": kataJson({ workers }) });
  expect(isValid({ ...KATA, workers })).toBe(true);
  expect(readKata(join(root, "tiny")).workers).toEqual(workers);
});

test.each(Object.keys(providedModules))("a submission may be allowed to import %s", (name) => {
  const imports = [name];
  const root = folderOf({ "tiny/kata.json": kataJson({ imports }) });
  expect(isValid({ ...KATA, imports })).toBe(true);
  expect(readKata(join(root, "tiny")).imports).toEqual(imports);
});

test("a derived rubric item may look at no scenario in particular", () => {
  const rubric = [
    { id: "T1", title: "a", group: "S", points: 95, scenarios: ["T1"] },
    { id: "C1", title: "b", group: "C", points: 5, scenarios: [], derive: "no-data-race" },
  ];
  const root = folderOf({ "tiny/kata.json": kataJson({ rubric }) });
  expect(isValid({ ...KATA, rubric })).toBe(true);
  expect(readKata(join(root, "tiny")).rubric[1]?.derive).toBe("no-data-race");
});

test.each(["2027-03-01T00:00:00Z", "2028-02-29T23:59+01:00"])(
  "solutions may wait for %s",
  (embargo) => {
    const root = folderOf({ "tiny/kata.json": kataJson({ embargo }) });
    expect(isValid({ ...KATA, embargo })).toBe(true);
    expect(readKata(join(root, "tiny")).embargo).toBe(embargo);
  },
);

const item = KATA.rubric[0]!;
const rest = KATA.rubric.slice(1);

/** What is changed, the message after the file name, and whether the schema can see it too. */
const MALFORMED: readonly [Readonly<Record<string, unknown>>, string][] = [
  [{ slug: undefined }, '"slug" is missing: it must be small letters with hyphens'],
  [{ slug: "Tiny" }, '"slug" is "Tiny": it must be small letters with hyphens'],
  [{ title: "" }, '"title" is "": it must be one line of text'],
  [{ title: "a\nb" }, String.raw`"title" is "a\nb": it must be one line of text`],
  [{ title: 7 }, '"title" is 7: it must be one line of text'],
  [{ order: 0 }, '"order" is 0: it must be a whole number from 1 to 999'],
  [{ order: 1.5 }, '"order" is 1.5: it must be a whole number'],
  [{ order: "1" }, '"order" is "1": it must be a whole number'],
  [{ level: 6 }, '"level" is 6: it must be a whole number from 1 to 5'],
  [{ minutes: null }, '"minutes" is null: it must be a whole number'],
  [{ concepts: [] }, '"concepts" is []: it must be a list of at least 1'],
  [{ concepts: "lock" }, '"concepts" is "lock": it must be a list'],
  [{ concepts: ["a", "a"] }, '"concepts[1]" is "a" a second time'],
  [{ seeds: [1] }, '"seeds[0]" is 1: it must be one line of text'],
  [{ editable: [] }, '"editable" is []: it must be a list of at least 1'],
  [{ editable: ["index.ts"] }, '"editable[0]" is "index.ts": it must be a .ts file below src/'],
  [{ editable: ["src/../x.ts"] }, '"editable[0]" is "src/../x.ts": it must be a .ts file'],
  [{ editable: ["/src/x.ts"] }, '"editable[0]" is "/src/x.ts": it must be a .ts file'],
  [{ editable: ["src/x.js"] }, '"editable[0]" is "src/x.js": it must be a .ts file'],
  [{ given: ["src/x.ts"] }, '"given[0]" is "src/x.ts": it must be a .ts file below given/'],
  [{ workers: [] }, '"workers" is []: it must be a list of at least 1'],
  [
    { workers: ["../x.ts"] },
    '"workers[0]" is "../x.ts": it must be a .ts file below src/ or given/',
  ],
  [
    { imports: ["lodash"] },
    '"imports[0]" is "lodash": it must be "@concurrency-katas/grader/kit",',
  ],
  [{ imports: ["node:fs"] }, '"imports[0]" is "node:fs": it must be "@concurrency-katas/grader'],
  [{ exports: [] }, '"exports" is []: it must be a list of at least 1'],
  [{ exports: ["a-b"] }, '"exports[0]" is "a-b": it must be the name of an export'],
  [{ engines: ["gpu"] }, '"engines[0]" is "gpu": it must be "threads", "processes", "tasks" or'],
  [{ profile: "none" }, '"profile" is "none": it must be "sealed", "facade" or "open"'],
  [{ rubric: {} }, '"rubric" is {}: it must be a list of at least 1'],
  [{ rubric: [7] }, '"rubric[0]" must be an object, not 7'],
  [{ rubric: [{ ...item, id: "b1" }, ...rest] }, '"rubric[0].id" is "b1": it must be a capital'],
  [{ rubric: [{ ...item, group: "X" }, ...rest] }, '"rubric[0].group" is "X": it must be "B", "S"'],
  [{ rubric: [{ ...item, points: 0 }, ...rest] }, '"rubric[0].points" is 0: it must be a whole'],
  [{ rubric: [{ ...item, points: "40" }, ...rest] }, '"rubric[0].points" is "40": it must be'],
  [{ rubric: [{ ...item, scenarios: [] }, ...rest] }, '"rubric[0].scenarios" is []: it must be'],
  [{ rubric: [{ ...item, scenarios: ["?"] }, ...rest] }, '"rubric[0].scenarios[0]" is "?": it'],
  [{ rubric: [{ ...item, derive: "luck" }, ...rest] }, '"rubric[0].derive" is "luck": it must be'],
  [{ rubric: [{ ...item, weight: 1 }, ...rest] }, '"rubric[0].weight" is not a known field'],
  [
    { embargo: "2027-03-01" },
    '"embargo" is "2027-03-01": it must be a date and a time with its zone',
  ],
  [{ embargo: "2027-03-01T00:00:00" }, '"embargo" is "2027-03-01T00:00:00": it must be a date'],
  [{ embargo: "2027-13-01T00:00Z" }, '"embargo" is "2027-13-01T00:00Z": it must be a date'],
  [{ embargo: 0 }, '"embargo" is 0: it must be a date'],
  [{ weight: 1 }, '"weight" is not a known field: remove it'],
];

test.each(MALFORMED)("kata.json with %j is refused, by the schema too", (change, message) => {
  const content = kataJson(change);
  expect(refusalOf("tiny", content)).toContain(`tiny/kata.json: ${message}`);
  expect(isValid(JSON.parse(content))).toBe(false);
});

/** What JSON Schema cannot say. */
const INCONSISTENT: readonly [Readonly<Record<string, unknown>>, string][] = [
  [{ slug: "small" }, '"slug" is "small", but the folder is named "tiny": rename one'],
  [{ rubric: [item, ...rest, item] }, '"rubric[2].id" is "B1" as in rubric[0]: choose another id'],
  [{ workers: ["given/x.ts"] }, '"workers[0]" is "given/x.ts": add it to "editable" or "given"'],
  [
    { workers: ["src/index.ts"], imports: [] },
    '"workers" needs "node:worker_threads" or "node:child_process" among',
  ],
  [
    { embargo: "2027-02-30T00:00Z" },
    '"embargo" is "2027-02-30T00:00Z": that month has no such day',
  ],
  [{ rubric: [item] }, '"rubric" gives 40 points in all: change its points to 100'],
];

test.each(INCONSISTENT)("kata.json with %j is refused", (change, message) => {
  expect(refusalOf("tiny", kataJson(change))).toContain(message);
});

test("a kata.json that is no JSON is refused on one line", () => {
  const message = refusalOf("tiny", '{\n  "slug": tiny\n}');
  expect(message).toMatch(/^katas-\w+\/tiny\/kata\.json is no JSON: Unexpected token/);
  expect(message).not.toContain("\n");
});

test("a kata.json that is a list is refused", () => {
  expect(refusalOf("tiny", "[]")).toContain("the file must be an object, not []");
});

test("a folder without kata.json is no kata", () => {
  const root = folderOf({ "tiny/README.md": "" });
  expect(() => readKata(join(root, "tiny"))).toThrow(
    expect.objectContaining({ code: "E_NO_KATA" }) as Error,
  );
});

test("katas come in the order of the course, whatever the order of their folders", () => {
  const root = courseOf({ "katas/first/kata.json": kataJson({ slug: "first", order: 9 }) });
  expect(findKatas(root).map(({ slug }) => slug)).toEqual(["tiny", "first"]);
});

test("one kata can be read while another is broken", () => {
  const root = courseOf({ "katas/broken/kata.json": "{" });
  expect(findKata(root, "tiny").slug).toBe("tiny");
  expect(() => findKatas(root)).toThrow(/katas\/broken\/kata\.json is no JSON/);
});

test("a kata may be called by its package's name", () => {
  expect(findKata(courseOf(), "kata-tiny").slug).toBe("tiny");
});

test("an unknown kata is answered with those that there are", () => {
  expect(() => findKata(courseOf(), "huge")).toThrow('there is no kata "huge"; there is tiny');
});

test("the course is found from any folder inside of it", () => {
  const root = courseOf();
  expect(findCourseRoot(join(root, "katas/tiny/src"))).toBe(root);
  expect(slugOfFolder(root, join(root, "katas/tiny/src"))).toBe("tiny");
  expect(slugOfFolder(root, join(root, "solutions/tiny"))).toBeUndefined();
});

test("where no folder above holds katas, there is no course", () => {
  expect(() => findCourseRoot(folderOf({ "katas/README.md": "" }))).toThrow(
    expect.objectContaining({ code: "E_NO_COURSE" }) as Error,
  );
});

test("hidden scenarios take part where they are present and wanted", () => {
  const root = courseOf();
  const kata = findKata(root, "tiny");
  const both = ["test/public.ts", "hidden/scenarios.ts"].map((file) => join(kata.folder, file));
  expect(scenarioFilesOf(kata, { hidden: true })).toEqual({ files: both, hasHidden: true });
  expect(scenarioFilesOf(kata, { hidden: false })).toEqual({
    files: both.slice(0, 1),
    hasHidden: false,
  });
});

function refusalOf(slug: string, content: string): string {
  const root = folderOf({ [`${slug}/kata.json`]: content });
  try {
    readKata(join(root, slug));
  } catch (error) {
    expect(error).toBeInstanceOf(GraderError);
    expect((error as GraderError).code).toBe("E_BAD_KATA");
    return (error as GraderError).message;
  }
  return expect.unreachable("it was accepted");
}
