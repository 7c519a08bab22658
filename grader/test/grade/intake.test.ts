import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { GraderError } from "../../src/grade/error.ts";
import { readSubmission, withFiles } from "../../src/grade/intake.ts";
import { findKata } from "../../src/grade/kata.ts";
import { courseOf, folderOf, kataJson, type Files } from "./_course.ts";

const CODE = "export const mine = 1;\n";

test("a repository with katas/<slug>/src is a submission", () => {
  const { read } = setUp();
  const path = folderOf({ "katas/tiny/src/index.ts": CODE });
  const submission = read(path);
  expect(submission.name).toBe(basename(path));
  expect(submission.files.get("src/index.ts")).toBe(CODE);
});

test("a folder with <slug>/src is a submission", () => {
  const { read } = setUp();
  expect(read(folderOf({ "tiny/src/index.ts": CODE })).files.get("src/index.ts")).toBe(CODE);
});

test("one file stands for the only editable file", () => {
  const { read } = setUp();
  const path = join(folderOf({ "answer.ts": CODE }), "answer.ts");
  expect(read(path)).toMatchObject({ name: "answer.ts" });
  expect(read(path).files.get("src/index.ts")).toBe(CODE);
});

test("without a path, the working tree is the submission", () => {
  const { root, kata } = setUp();
  const submission = readSubmission(undefined, kata, root);
  expect(submission.name).toBe("working tree");
  expect([...submission.files.keys()]).toEqual(["src/index.ts", "given/racy.ts"]);
});

test("given/ comes from the course, whatever the submission holds there", () => {
  const { read } = setUp();
  const path = folderOf({ "tiny/src/index.ts": CODE, "tiny/given/racy.ts": "evil" });
  expect(read(path).files.get("given/racy.ts")).toBe("export {};\n");
});

test("every .ts file below src/ is read, and nothing else is looked at", () => {
  const { read } = setUp();
  const path = folderOf({
    "tiny/src/index.ts": CODE,
    "tiny/src/lib/a.ts": "a",
    "tiny/src/notes.md": "\u0000",
    "tiny/src/.hidden.ts": "\u0000",
    "tiny/src/node_modules/x.ts": "x",
    "tiny/secret.ts": "s",
    "tiny/test/public.ts": "t",
  });
  const { files } = read(path);
  expect([...files.keys()]).toEqual(["src/index.ts", "src/lib/a.ts", "given/racy.ts"]);
});

test("a byte order mark is not part of the text", () => {
  const { read } = setUp();
  expect(read(folderOf({ "tiny/src/index.ts": `\uFEFF${CODE}` })).files.get("src/index.ts")).toBe(
    CODE,
  );
});

test("the way to a submission may be a link", () => {
  const { read } = setUp();
  const target = folderOf({ "tiny/src/index.ts": CODE });
  const link = join(folderOf({}), "link");
  symlinkSync(target, link);
  expect(read(link).files.get("src/index.ts")).toBe(CODE);
});

test("a mutant is laid over the files that it replaces", () => {
  const { root, kata } = setUp();
  const texts = new Map([["src/index.ts", "mutated"]]);
  const mutant = withFiles(readSubmission(undefined, kata, root), "m", texts);
  expect(mutant.name).toBe("m");
  expect(mutant.files.get("src/index.ts")).toBe("mutated");
  expect(mutant.files.has("given/racy.ts")).toBe(true);
});

/** What is handed in, its path there, the code and the message. */
const REFUSED: readonly [string, Files, string, GraderError["code"], RegExp][] = [
  ["a path that does not exist", {}, "nowhere", "E_NO_SUBMISSION", /nowhere does not exist/],
  [
    "an empty folder",
    { "x/y.ts": "" },
    "x",
    "E_NO_SUBMISSION",
    /x holds neither katas\/tiny\/src nor tiny\/src: check the path/,
  ],
  [
    "a src/ without the editable file",
    { "tiny/src/other.ts": "" },
    ".",
    "E_NO_SUBMISSION",
    /tiny\/src\/index\.ts is missing in/,
  ],
  [
    "a folder named as the file",
    { "tiny/src/index.ts": null },
    ".",
    "E_NO_SUBMISSION",
    /tiny\/src\/index\.ts is missing in/,
  ],
  [
    "a file named as the folder",
    { "tiny/src": "" },
    ".",
    "E_BAD_SUBMISSION",
    /tiny\/src is a file, and a folder is needed there/,
  ],
  [
    "a NUL byte",
    { "tiny/src/index.ts": "a\u0000b" },
    ".",
    "E_BAD_SUBMISSION",
    /tiny\/src\/index\.ts holds a NUL byte/,
  ],
  [
    "too large a file",
    { "tiny/src/index.ts": "x".repeat(256 * 1024 + 1) },
    ".",
    "E_BAD_SUBMISSION",
    /tiny\/src\/index\.ts is larger than the 256 KiB/,
  ],
  [
    "files that are too large together",
    { "tiny/src/a.ts": "x".repeat(200 * 1024), "tiny/src/index.ts": "x".repeat(57 * 1024) },
    ".",
    "E_BAD_SUBMISSION",
    /tiny\/src\/index\.ts is larger than the 56 KiB that are left/,
  ],
  [
    "a name that a terminal would interpret",
    { "tiny/src/index.ts": CODE, "tiny/src/\u001b[2Jx.ts": "" },
    ".",
    "E_BAD_SUBMISSION",
    /tiny\/src holds a file named "\\u\{1b\}\[2Jx\.ts"/,
  ],
  [
    "too many files",
    Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`tiny/src/f${i}.ts`, ""])),
    ".",
    "E_BAD_SUBMISSION",
    /tiny\/src holds more than 100 \.ts files/,
  ],
  [
    "folders that are too deep",
    { "tiny/src/index.ts": CODE, [`tiny/src/${"d/".repeat(11)}x.ts`]: "" },
    ".",
    "E_BAD_SUBMISSION",
    /is more than 10 folders deep: move it up/,
  ],
];

test.each(REFUSED)("%s is refused", (_, files, path, code, message) => {
  const { read } = setUp();
  expect(refusal(() => read(join(folderOf(files), path)))).toEqual([
    code,
    expect.stringMatching(message),
  ]);
});

const LINKS: readonly [string, string, string, RegExp][] = [
  ["the file", "tiny/src/index.ts", "real.ts", /tiny\/src\/index\.ts is a symbolic link/],
  ["src/", "tiny/src", "real", /tiny\/src is a symbolic link, which is never followed/],
  ["the folder of the kata", "tiny", "kata", /tiny is a symbolic link/],
  ["katas/", "katas", "all", /katas is a symbolic link/],
  ["a folder of modules", "tiny/src/lib", "real", /tiny\/src\/lib is a symbolic link/],
];

test.each(LINKS)("a symbolic link in place of %s is refused", (_, link, target, message) => {
  const { read } = setUp();
  const root = folderOf({
    "real.ts": CODE,
    "real/index.ts": CODE,
    "kata/src/index.ts": CODE,
    "all/tiny/src/index.ts": CODE,
    ...(link.startsWith("tiny/src/") && { "tiny/src/a.ts": CODE }),
    ...(link === "tiny/src" && { "tiny/package.json": "{}" }),
  });
  symlinkSync(join(root, target), join(root, link));
  expect(refusal(() => read(root))).toEqual(["E_BAD_SUBMISSION", expect.stringMatching(message)]);
});

test("a file that is not UTF-8 is refused", () => {
  const { read } = setUp();
  const root = folderOf({ "tiny/src/index.ts": "" });
  writeFileSync(join(root, "tiny/src/index.ts"), Buffer.from([0x61, 0xff, 0xfe]));
  expect(refusal(() => read(root))).toEqual([
    "E_BAD_SUBMISSION",
    "tiny/src/index.ts is not valid UTF-8: save it as UTF-8",
  ]);
});

test.skipIf(process.platform === "win32")("a socket is refused, and not waited for", async () => {
  const { read } = setUp();
  const root = folderOf({ "tiny/src/other.ts": "" });
  const server = createServer().listen(join(root, "tiny/src/index.ts"));
  onTestFinished(() => void server.close());
  await once(server, "listening");
  expect(refusal(() => read(root))).toEqual([
    "E_BAD_SUBMISSION",
    "tiny/src/index.ts is a special file, and a file is needed there",
  ]);
});

test("one file cannot stand for several editable files", () => {
  const root = courseOf({
    "katas/tiny/kata.json": kataJson({ editable: ["src/a.ts", "src/b.ts"] }),
  });
  const file = join(folderOf({ "answer.ts": CODE }), "answer.ts");
  expect(refusal(() => readSubmission(file, findKata(root, "tiny"), root))).toEqual([
    "E_BAD_SUBMISSION",
    expect.stringContaining("tiny has src/a.ts or src/b.ts to edit: give a folder with tiny/src"),
  ]);
});

function setUp(): {
  root: string;
  kata: ReturnType<typeof findKata>;
  read: (path: string) => ReturnType<typeof readSubmission>;
} {
  const root = courseOf();
  const kata = findKata(root, "tiny");
  return { root, kata, read: (path) => readSubmission(path, kata, root) };
}

function refusal(read: () => unknown): readonly [string, string] {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(GraderError);
    const { code, message } = error as GraderError;
    expect(stripVTControlCharacters(message).split("\n")).toEqual([message]);
    return [code, message];
  }
  return expect.unreachable("it was accepted");
}
