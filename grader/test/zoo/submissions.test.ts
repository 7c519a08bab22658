import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { resultsIn } from "../cli/_class.ts";
import { isolation, runKatas } from "../cli/_bin.ts";
import { counter, courseOf, type Files, folderOf, write } from "../grade/_course.ts";
import { commitAll, git } from "../grade/class/_clone.ts";

vi.setConfig({ testTimeout: 180_000 });

const NOTHING = counter("");
const RIGHT = counter("Atomics.add(this.#cell, 0, 1)");
const run = promisify(execFile);

/** Leaves a trace in the folder above its submission. */
const touch = (name: string): string =>
  `require("node:fs").writeFileSync(require("node:path").join(__dirname, "../${name}"), "")`;

/** What submissions bring along, each to be run by somebody who trusts it. */
const BAGGAGE: Readonly<Record<string, Files>> = {
  "43-configuration": {
    "vitest.config.ts": `${touch("43")}; export default {};`,
    "vite.config.ts": `${touch("43")}; export default {};`,
    "tsconfig.json":
      '{ "extends": "./evil.json", "compilerOptions": { "paths": { "*": ["./evil.ts"] } } }',
    ".babelrc.js": touch("43"),
    ".swcrc": "{}",
  },
  "44-install-scripts": {
    "package.json": JSON.stringify({
      name: "evil",
      version: "1.0.0",
      scripts: { preinstall: "touch ../44", prepare: "touch ../44", pretest: "touch ../44" },
    }),
  },
  "45-npmrc": {
    "package.json": JSON.stringify({
      name: "evil",
      version: "1.0.0",
      scripts: { test: "node -e 0" },
    }),
    ".npmrc":
      "node-options=--require=./evil.cjs\nscript-shell=./evil.sh\nregistry=http://localhost:9\n",
    "evil.cjs": touch("45"),
  },
  "46-tests-and-workflow": {
    "katas/tiny/test/public.ts": "export default [];",
    "katas/tiny/hidden/scenarios.ts": "export default [];",
    "katas/tiny/kata.json": '{ "rubric": [] }',
    "test/public.ts": "export default [];",
    "package.json": JSON.stringify({ name: "evil", version: "1.0.0", scripts: { test: "exit 0" } }),
    ".github/workflows/grade.yml": "on: push\n",
    "results.json": '{ "score": 100 }',
  },
};

function classOf(): string {
  const baggage = Object.entries(BAGGAGE).flatMap(([student, files]) =>
    Object.entries(files).map(([path, text]) => [`class/${student}/${path}`, text] as const),
  );
  const students = Object.keys(BAGGAGE).map(
    (student) => [`class/${student}/tiny/src/index.ts`, NOTHING] as const,
  );
  return courseOf({
    ...Object.fromEntries(students),
    ...Object.fromEntries(baggage),
    "class/49-link/tiny/README.md": "",
    "class/51-size/tiny/src/index.ts": `${NOTHING}// ${"x".repeat(256 * 1024)}`,
    "class/66-copy/tiny/src/index.ts": RIGHT.replaceAll("cell", "word"),
    "class/honest/tiny/src/index.ts": RIGHT,
    "secret/index.ts": RIGHT,
  });
}

test("what a submission brings along is not run, and changes nothing", async () => {
  const root = classOf();
  symlinkSync(join(root, "secret"), join(root, "class/49-link/tiny/src"));
  const { code, stderr } = await runKatas(["class", "class", "--out", "out", ...isolation], root);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const marks = Object.fromEntries(
    resultsIn(root).students.map(({ student, earned, katas: [cell] }) => [
      student,
      `${earned} ${cell!.state}${cell!.reason === undefined ? "" : `: ${cell!.reason}`}`,
    ]),
  );
  expect(marks).toMatchObject({
    "43-configuration": "0 graded",
    "44-install-scripts": "0 graded",
    "45-npmrc": "0 graded",
    "46-tests-and-workflow": "0 graded",
    "66-copy": "100 graded",
    honest: "100 graded",
  });
  expect(marks["49-link"]).toMatch(/^0 unreadable: .*link/);
  expect(marks["51-size"]).toMatch(/^0 unreadable: .*256 KiB/);
  for (const mark of ["43", "44", "45"]) expect(existsSync(join(root, "class", mark))).toBe(false);
});

test("somebody who installs it and runs its tests is not so lucky", async () => {
  const root = classOf();
  const npm = async (student: string, ...args: readonly string[]): Promise<void> => {
    const { PATH } = process.env;
    await run("npm", [...args], { cwd: join(root, "class", student), env: { PATH, HOME: root } });
  };
  await npm("44-install-scripts", "install", "--offline", "--no-audit", "--no-fund");
  await npm("45-npmrc", "test", "--ignore-scripts=false", "--script-shell=/bin/sh");
  await npm("46-tests-and-workflow", "test");
  expect(["44", "45"].filter((mark) => existsSync(join(root, "class", mark)))).toEqual([
    "44",
    "45",
  ]);
});

test("47, 48 a clone that brings hooks and a repository of its own along is read as it is", async () => {
  const root = courseOf({ "class/eve/tiny/src/index.ts": RIGHT });
  const clone = join(root, "class/eve");
  const inner = join(folderOf({}), "inner");
  git(root, "init", "--quiet", "--bare", inner);
  git(clone, "init", "--quiet", "--initial-branch=main");
  write(clone, {
    "nested/HEAD": readFileSync(join(inner, "HEAD"), "utf8"),
    "nested/config": `[core]\n\tbare = true\n\tfsmonitor = touch ${join(root, "48")}\n\trepositoryformatversion = 0\n`,
    "nested/objects/.keep": "",
    "nested/refs/.keep": "",
    ".gitmodules":
      '[submodule "x"]\n\tpath = x\n\turl = ext::touch /tmp/48\n\tupdate = !touch 48\n',
    ".gitattributes": "* filter=lfs diff=lfs merge=lfs\n",
  });
  commitAll(clone);
  const { code, stderr } = await runKatas(
    ["class", "class", "--out", "out", "--at", "HEAD", ...isolation],
    root,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(resultsIn(root).earned).toBe(100);
  expect(existsSync(join(root, "48"))).toBe(false);
});
