import { expect, test } from "vitest";
import { GraderError } from "../../../src/grade/error.ts";
import { parseRoster } from "../../../src/grade/class/roster.ts";

const PLACE = { where: "class.csv", folder: "/class" };

test("a row is a student; relative paths begin at the roster", () => {
  expect(parseRoster("student,path\nada,clones/ada\nBjörn Å,/else/b\n", PLACE)).toEqual([
    { id: "ada", path: "/class/clones/ada", commit: undefined, late: false },
    { id: "Björn Å", path: "/else/b", commit: undefined, late: false },
  ]);
});

test("columns come in any order and case, with quotes, a byte order mark and CRLF", () => {
  const text = '\uFEFFPath,Commit,STUDENT\r\n"a, b",HEAD,ada\r\n\r\n';
  expect(parseRoster(text, PLACE)).toEqual([
    { id: "ada", path: "/class/a, b", commit: "HEAD", late: false },
  ]);
});

test("an empty path means that nothing was handed in", () => {
  expect(parseRoster("student,path\nada,\n", PLACE)[0]!.path).toBeUndefined();
});

test("late is what was submitted after it was due, in whatever time zones", () => {
  const late = (due: string, submitted: string): boolean =>
    parseRoster(`student,path,due,submitted\na,a,${due},${submitted}\n`, PLACE)[0]!.late;
  expect(late("2026-11-20T23:59+01:00", "2026-11-20T22:59Z")).toBe(false);
  expect(late("2026-11-20T23:59+01:00", "2026-11-20 22:59:01Z")).toBe(true);
  expect(late("2026-11-20T23:59+01:00", "")).toBe(false);
  expect(late("", "2026-11-20T23:59Z")).toBe(false);
});

const HEAD = "student,path,commit,due,submitted";
const REFUSED: readonly [string, string, RegExp][] = [
  ["nothing", "", /class\.csv is empty: it begins with student,path,commit/],
  ["only blank lines", "\n\n", /is empty/],
  ["no student", "student,path\n", /names no student: add a row for each/],
  ["no column of students", "name,path\na,b\n", /:1 has no column "student"/],
  ["no column of paths", "student\na\n", /:1 has no column "path"/],
  [
    "an unknown column",
    "student,path,comit\na,b,c\n",
    /:1 has a column "comit", and there is only/,
  ],
  ["a column twice", "student,path,path\na,b,c\n", /has two columns "path"/],
  ["a row that is too short", `${HEAD}\na,b\n`, /:2 has 2 columns, and the first row has 5/],
  ["a row that is too long", "student,path\na,b,c\n", /:2 has 3 columns/],
  ["a student without a name", "student,path\na,a\n,b\n", /:3 student "" is empty/],
  ["a student twice", "student,path\na,a\nb,b\na,c\n", /:4 names a again, after line 2/],
  ["names that differ in case only", "student,path\nAda,a\nada,b\n", /:3 names ada again/],
  ["names that look the same", "student,path\n\u00e9,a\ne\u0301,b\n", /names \u00e9 again/],
  ["a way out of the folder", "student,path\n../x,a\n", /"\.\.\/x" is no name here/],
  ["a hidden folder", "student,path\n.git,a\n", /is no name here/],
  ["a name that ends with a dot", "student,path\na.,a\n", /is no name here/],
  ["a formula", "student,path\n=1+1,a\n", /is no name here/],
  ["a name of a device", "student,path\nNUL,a\n", /names a device on Windows/],
  ["a name that is too long", `student,path\n${"x".repeat(201)},a\n`, /too long: use at most 200/],
  ["an escape sequence", "student,path\na\u001b[2J,a\n", /"a\\u\{1b\}\[2J" is no name here/],
  ["a NUL byte in a path", "student,path\na,b\u0000\n", /:2 has a NUL byte in its path/],
  ["an option as a commit", `${HEAD}\na,b,--upload-pack=x,,\n`, /:2 commit "--upload-pack=x" is/],
  ["a range as a commit", `${HEAD}\na,b,main..x,,\n`, /commit "main\.\.x" is neither/],
  ["a reflog as a commit", `${HEAD}\na,b,HEAD@{1},,\n`, /commit "HEAD@\{1\}" is neither/],
  ["a day without a time", `${HEAD}\na,b,,2026-11-20,\n`, /:2 due is "2026-11-20": write it as/],
  [
    "a time without an offset",
    `${HEAD}\na,b,,,2026-11-20T10:00\n`,
    /submitted is "2026-11-20T10:00"/,
  ],
  ["a day that does not exist", `${HEAD}\na,b,,2026-13-20T10:00Z,\n`, /due is "2026-13-20T10:00Z"/],
  ["an open quote", 'student,path\n"a,b\n', /class\.csv is no CSV: .*[Qq]uot/],
  ["a quote in the middle", 'student,path\na"b,c\n', /class\.csv is no CSV/],
  ["an endless row", `student,path\na,${"x".repeat(20_000)}\n`, /class\.csv is no CSV: .*[Mm]ax/],
];

test.each(REFUSED)("%s is refused with one line", (_, text, message) => {
  try {
    parseRoster(text, PLACE);
  } catch (error) {
    expect(error).toBeInstanceOf(GraderError);
    expect((error as GraderError).code).toBe("E_BAD_ROSTER");
    expect((error as GraderError).message).toMatch(message);
    expect((error as GraderError).message).not.toMatch(/\p{Cc}/u);
    return;
  }
  expect.unreachable("it was accepted");
});
