import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { write } from "../grade/_course.ts";
import { cloneOf, commitAll, git } from "../grade/class/_clone.ts";
import { courseWithClass, fakeGrader, gradeClassIn, resultsIn } from "./_class.ts";
import { katas } from "./_run.ts";

test("a class is students × katas, with what is missing and what cannot be read", async () => {
  const root = courseWithClass();
  const { gradeKata, asked } = fakeGrader();
  const { code, stdout, stderr } = await gradeClassIn(root, gradeKata);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^katas class: 5 students × 2 katas, 480\/1000 points\n/);
  expect(stdout).toContain("6 graded, 3 missing, 1 unreadable, 0 of the students late");
  expect(asked.toSorted()).toEqual([
    "ada tiny",
    "ada wee",
    "bo tiny",
    "bo wee",
    "cy wee",
    "ed tiny",
  ]);
  const { students, katas: columns } = resultsIn(root);
  expect(columns).toMatchObject([
    { kata: "tiny", hidden: true },
    { kata: "wee", hidden: false },
  ]);
  expect(
    students.map(({ student, earned, katas: cells }) => [
      student,
      earned,
      ...cells.map(({ state, result }) => `${state} ${result.earned}`),
    ]),
  ).toEqual([
    ["ada", 200, "graded 100", "graded 100"],
    ["bo", 140, "graded 40", "graded 100"],
    ["cy", 40, "unreadable 0", "graded 40"],
    ["di", 0, "missing 0", "missing 0"],
    ["ed", 100, "graded 100", "missing 0"],
  ]);
  expect(students[2]!.katas[0]!.reason).toBe(
    "tiny/src/index.ts holds a NUL byte, so it is no source: save it as UTF-8",
  );
  expect(students[3]!.katas[0]!.reason).toBe(
    "di holds neither katas/tiny/src nor tiny/src: check the path",
  );
  expect(readFileSync(join(root, "out/results.json"), "utf8")).not.toContain(root);
});

test("what is graded is not graded again, and what has changed is", async () => {
  const root = courseWithClass();
  const { gradeKata, asked } = fakeGrader();
  await gradeClassIn(root, gradeKata);
  const before = readFileSync(join(root, "out/results.json"), "utf8");
  asked.length = 0;
  await gradeClassIn(root, gradeKata);
  expect(asked).toEqual([]);
  expect(readFileSync(join(root, "out/results.json"), "utf8")).toBe(before);

  write(root, {
    "class/bo/tiny/src/index.ts": "full // bo",
    "class/cy/tiny/src/index.ts": "full // cy",
  });
  await gradeClassIn(root, gradeKata);
  expect(asked).toEqual(["bo tiny", "cy tiny"]);

  write(root, { "katas/wee/test/public.ts": "export default []; // changed\n" });
  await gradeClassIn(root, gradeKata);
  expect(asked).toEqual(["bo tiny", "cy tiny", "ada wee", "bo wee", "cy wee"]);
});

test("the same files are graded once, and get the same result", async () => {
  const root = courseWithClass({
    "class/di/tiny/src/index.ts": "racy",
    "class/di/wee/src/index.ts": "racy",
  });
  const plan = await katas(["class", "class", "--plan"], root);
  expect(plan.stdout).toContain("6 to grade, 2 the same as one of these, 0 graded already, 2 miss");
  const { gradeKata, asked } = fakeGrader();
  const { stdout } = await gradeClassIn(root, gradeKata);
  expect(stdout).toContain("8 graded");
  expect(asked.filter((name) => /^(?:bo tiny|cy wee|di)/.test(name))).toEqual([
    "bo tiny",
    "cy wee",
  ]);
  const [, bo, cy, di] = resultsIn(root).students;
  expect(di!.katas).toEqual([bo!.katas[0], cy!.katas[1]]);
});

test("Ctrl-C keeps what is done, and the same command goes on to the same bytes", async () => {
  const whole = courseWithClass();
  await gradeClassIn(whole, fakeGrader().gradeKata);

  const root = courseWithClass();
  const controller = new AbortController();
  const { gradeKata } = fakeGrader((student) => {
    if (student !== "ed") return;
    controller.abort();
    throw new Error("stopped");
  });
  const argv = ["class", "class", "-o", "out", "-j", "1"];
  const { code, stderr, stdout } = await katas(argv, root, {
    gradeKata,
    signal: controller.signal,
  });
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  expect(stderr).toBe(
    "katas: stopped after 2 of 6 gradings; the same command goes on from there\n",
  );
  expect(readdirSync(join(root, "out"))).toEqual(["journal"]);

  const { gradeKata: rest, asked } = fakeGrader();
  await gradeClassIn(root, rest);
  expect(asked).toHaveLength(4);
  expect(readFileSync(join(root, "out/results.json"), "utf8")).toBe(
    readFileSync(join(whole, "out/results.json"), "utf8"),
  );
});

test("a grading that the grader does not manage is no grade, and is tried again", async () => {
  const root = courseWithClass();
  const { gradeKata } = fakeGrader((student) => {
    if (student === "bo") throw new Error("boom");
  });
  const { code, stderr, stdout } = await gradeClassIn(root, gradeKata);
  expect(code).toBe(1);
  expect(stderr).toBe("katas: bo tiny is not graded: boom\nkatas: bo wee is not graded: boom\n");
  expect(stdout).toContain("2 not graded");
  expect(resultsIn(root).students[1]!.katas[0]).toMatchObject({
    state: "failed",
    reason: "the grader failed: boom",
    result: { earned: 0, rubric: [{ reason: "not graded" }, { reason: "not graded" }] },
  });
  const again = fakeGrader();
  expect((await gradeClassIn(root, again.gradeKata)).code).toBe(0);
  expect(again.asked).toEqual(["bo tiny", "bo wee"]);
});

test("shards that are merged are the class, to the byte", async () => {
  const root = courseWithClass();
  await gradeClassIn(root, fakeGrader().gradeKata);
  const asked: string[] = [];
  for (const i of [1, 2, 3]) {
    const grader = fakeGrader();
    const argv = ["class", "class", "-o", `shard${i}`, "--shard", `${i}/3`];
    const { code, stdout } = await katas(argv, root, { gradeKata: grader.gradeKata });
    expect(code).toBe(0);
    expect(stdout).toContain(`shard ${i} of 3 is in part-${i}-of-3.json`);
    asked.push(...grader.asked);
  }
  expect(asked.toSorted()).toEqual([
    "ada tiny",
    "ada wee",
    "bo tiny",
    "bo wee",
    "cy wee",
    "ed tiny",
  ]);
  const merged = await katas(
    ["merge", "shard2", "shard1/part-1-of-3.json", "shard3", "-o", "all"],
    root,
  );
  expect(merged).toMatchObject({ code: 0, stderr: "" });
  for (const name of readdirSync(join(root, "all"), { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    expect(
      readFileSync(path).equals(readFileSync(path.replace(`${root}/all`, `${root}/out`))),
    ).toBe(true);
  }
});

test("a roster gives commits and lateness", async () => {
  const { root: clone, hash } = cloneOf({ "tiny/src/index.ts": "full" });
  write(clone, { "tiny/src/index.ts": "racy" });
  commitAll(clone);
  const root = courseWithClass({
    "class.csv":
      "student,path,commit,due,submitted\n" +
      `ada,${clone},${hash},2026-01-01T00:00Z,2026-01-02T00:00Z\n` +
      `bo,${clone},,2026-01-01T00:00Z,2026-01-01T00:00Z\n`,
  });
  const argv = ["class", "class.csv", "-o", "out", "-k", "tiny", "--at", "HEAD"];
  const { code, stdout } = await katas(argv, root, fakeGrader());
  expect(code).toBe(0);
  expect(stdout).toContain("1 of the students late");
  expect(resultsIn(root).students).toMatchObject([
    { student: "ada", late: true, earned: 100, katas: [{ commit: hash }] },
    {
      student: "bo",
      late: false,
      earned: 40,
      katas: [{ commit: git(clone, "rev-parse", "HEAD") }],
    },
  ]);
  expect(readdirSync(join(root, "out"))).not.toContain("clones");
});

test("a plan says what there is to do, and does nothing", async () => {
  const root = courseWithClass();
  const argv = ["class", "class", "--plan", "-j", "2"];
  const { code, stdout } = await katas(argv, root, { gradeKata: () => expect.unreachable() });
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "5 students × 2 katas: 6 to grade, 0 graded already, 4 missing or unreadable",
      "  kata  to grade     s each",
      "  tiny         3       10.0",
      "  wee          3       10.0",
      "about 1 min on one machine, 2 at a time (assumed: nothing has been measured yet)",
      "",
    ].join("\n"),
  );
  expect(existsSync(join(root, "out"))).toBe(false);
});

test("a plan of several machines counts the minutes that each begins", async () => {
  const root = courseWithClass();
  const { stdout } = await katas(["class", "class", "--plan", "-j", "1", "--shard", "1/2"], root);
  expect(stdout).toContain("about 1 min on 2 machines; 2 minutes billed");
});

test("a plan knows what is done", async () => {
  const root = courseWithClass();
  await gradeClassIn(root, fakeGrader().gradeKata);
  write(root, { "class/bo/tiny/src/index.ts": "full // bo" });
  const { stdout } = await katas(["class", "class", "--plan", "-o", "out"], root);
  expect(stdout).toContain("1 to grade, 5 graded already, 4 missing or unreadable");
  expect(stdout).toContain("as measured so far");
});

test("progress says how many are done, and how long the rest takes", async () => {
  const root = courseWithClass();
  const argv = ["class", "class", "-o", "out", "-j", "1"];
  const { stderr } = await katas(argv, root, { ...fakeGrader(), isTTY: true });
  expect(stderr).toContain("0/6  about 1 min left  ada tiny");
  expect(stderr).toContain("6/6  less than a minute left");
});

/** What is wrong, the arguments, the files, and the message. */
const WRONG: readonly [string, readonly string[], Record<string, string>, RegExp][] = [
  ["no class", ["class"], {}, /missing required argument 'class'/],
  [
    "a class that is not there",
    ["class", "no", "-o", "out"],
    {},
    /no cannot be read .* \(E_BAD_FLAG\)/,
  ],
  ["no --out", ["class", "class"], {}, /where to\? Say --out FOLDER/],
  ["an --out that is a file", ["class", "class", "-o", "package.json"], {}, /\(E_WRITE\)/],
  [
    "an --out of somebody else",
    ["class", "class", "-o", "katas"],
    {},
    /holds tiny, which katas class did not write/,
  ],
  [
    "one submission",
    ["class", "class/bo", "-o", "out"],
    {},
    /holds tiny\/, so it is one submission/,
  ],
  ["an unknown kata", ["class", "class", "-o", "out", "-k", "nope"], {}, /nope/],
  [
    "a bad roster",
    ["class", "r.csv", "-o", "out"],
    { "r.csv": "a,b\n" },
    /r\.csv:1 has no column "student"/,
  ],
  [
    "a roster that is no text",
    ["class", "r.csv", "-o", "out"],
    { "r.csv": "\u0000" },
    /r\.csv holds a NUL byte.*\(E_BAD_ROSTER\)/,
  ],
  [
    "a shard of nothing",
    ["class", "class", "-o", "out", "--shard", "0/4"],
    {},
    /i\/n with i from 1 to n/,
  ],
  [
    "a shard beyond the last",
    ["class", "class", "-o", "out", "--shard", "5/4"],
    {},
    /i\/n with i from 1 to n/,
  ],
  ["too many shards", ["class", "class", "-o", "out", "--shard", "1/257"], {}, /n at most 256/],
  [
    "no number of jobs",
    ["class", "class", "-o", "out", "-j", "0"],
    {},
    /whole number from 1 to 64/,
  ],
  [
    "an option as a commit",
    ["class", "class", "-o", "out", "--at=--exec"],
    {},
    /--at --exec is neither/,
  ],
  [
    "a journal of something else",
    ["class", "class", "-o", "out"],
    { "out/journal": "hello" },
    /is no journal of this grader/,
  ],
  [
    "broken scenarios",
    ["class", "class", "-o", "out"],
    { "katas/wee/test/public.ts": "export default 1;" },
    /katas\/wee\/test\/public\.ts must/,
  ],
  ["nothing to merge", ["merge", "class", "-o", "all"], {}, /class holds no part-1-of-2\.json/],
  ["a part that is not there", ["merge", "nope", "-o", "all"], {}, /nope cannot be read/],
  [
    "a part of something else",
    ["merge", "package.json", "-o", "all"],
    {},
    /package\.json is not what katas class --shard wrote/,
  ],
];

test.each(WRONG)("%s is one line on stderr and exit code 2", async (_, argv, files, says) => {
  const root = courseWithClass(files);
  const { code, stdout, stderr } = await katas(argv, root, {
    gradeKata: () => expect.unreachable(),
  });
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/^katas: [^\n]+ \(E_[A-Z_]+\)\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("parts that do not belong together are not merged", async () => {
  const root = courseWithClass();
  const shard = (i: number, ...more: string[]): ReturnType<typeof katas> =>
    katas(
      ["class", "class", "-o", `s${i}${more.length}`, "--shard", `${i}/2`, ...more],
      root,
      fakeGrader(),
    );
  await shard(1);
  await shard(2);
  await shard(2, "-k", "tiny");
  rmSync(join(root, "class/di"), { recursive: true });
  await shard(2, "--no-hidden");
  const merge = async (...parts: string[]): Promise<string> => {
    const { code, stderr } = await katas(["merge", ...parts, "-o", "all"], root);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await merge("s10")).toContain("shard 2 of 2 is not here: add it");
  expect(await merge("s10", "s10", "s20")).toContain("are both shard 1: remove one");
  expect(await merge("s10", "s22")).toContain("differ in the katas");
  expect(existsSync(join(root, "all"))).toBe(false);
});

test("to move an embargo grades nothing again, to change the points does", async () => {
  const root = courseWithClass();
  const changed = async (json: object): Promise<readonly string[]> => {
    write(root, { "katas/wee/kata.json": JSON.stringify(json) });
    const { gradeKata, asked } = fakeGrader();
    await gradeClassIn(root, gradeKata, "--accept-lower");
    return asked.toSorted();
  };
  const kata = JSON.parse(readFileSync(join(root, "katas/wee/kata.json"), "utf8")) as object;
  expect(await changed(kata)).toHaveLength(6);
  expect(await changed({ ...kata, embargo: "2027-03-01T00:00:00Z" })).toEqual([]);
  expect(await changed({ ...kata, minutes: 50 })).toEqual(["ada wee", "bo wee", "cy wee"]);
});

/** Some thirty statements, whose names are somebody's own. */
const lines = (name: string, first: number): string =>
  Array.from(
    { length: 30 },
    (_, i) => `export const ${name}${i} = ${"f(".repeat(i + first)}${i}${")".repeat(i + first)};`,
  ).join("\n");

test("submissions that are much alike are told, on one machine as on two, and cost nothing", async () => {
  const root = courseWithClass({
    "class/ada/katas/tiny/src/index.ts": lines("sum", 1),
    "class/ed/tiny/src/index.ts": `// Mine!\n${lines("total", 1)}`,
    "class/bo/tiny/src/index.ts": lines("sum", 40),
    "solutions/tiny/src/index.ts": lines("cell", 1),
  });
  const { stdout } = await gradeClassIn(root, fakeGrader().gradeKata);
  expect(stdout).toContain("1 group of submissions much alike, for a person to look at\n");
  const { alike, students } = resultsIn(root);
  expect(alike).toEqual([
    {
      kata: "tiny",
      students: [
        { student: "ada", percent: 100 },
        { student: "ed", percent: 100 },
      ],
      solutions: ["reference"],
    },
  ]);
  expect(students.map(({ katas: [first] }) => first?.result.earned)).toEqual([100, 100, 0, 0, 100]);
  expect(readFileSync(join(root, "out/summary.md"), "utf8")).toContain("ada 100 %, ed 100 %");
  // What a student is shown says nothing of others.
  expect(readFileSync(join(root, "out/gradescope/ed/results.json"), "utf8")).not.toContain("ada");

  for (const shard of ["1/2", "2/2"])
    await katas(["class", "class", "-o", "parts", "--shard", shard], root, fakeGrader());
  await katas(["merge", "parts", "-o", "all"], root);
  expect(resultsIn(root, "all")).toEqual(resultsIn(root));
  rmSync(join(root, "class/ed"), { recursive: true });
  write(root, { "class/ed/README.md": "" });
  await katas(["class", "class", "-o", "parts", "--shard", "2/2"], root, fakeGrader());
  const { code, stderr } = await katas(["merge", "parts", "-o", "other"], root);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("differ in the submissions") as string,
  });
});

test("nothing is left beside the output folder", async () => {
  const root = courseWithClass();
  const before = readdirSync(root).toSorted();
  await gradeClassIn(root, fakeGrader().gradeKata);
  expect(readdirSync(root).toSorted()).toEqual([...before, "out"].toSorted());
});
