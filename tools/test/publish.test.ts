// From a change to a package in a registry, and from there into an empty folder.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findKatas } from "../../grader/src/grade/kata.ts";
import { commit, courseIn } from "./_course.ts";
import { root } from "./_markdown.ts";
import { type Registry, startRegistry } from "./_registry.ts";
import { type Ran, scratchFolder, shell, stepsOf } from "./_starter.ts";

const timeout = 300_000;
const GRADER = "@concurrency-katas/grader";

const [dated, undated] = findKatas(root);
if (dated === undefined || undated === undefined) throw new Error("there are no two katas");
const solution = `@concurrency-katas/solution-${dated.slug}`;
const other = `@concurrency-katas/solution-${undated.slug}`;

/** So late that the clock of whoever runs this is before it. */
const EMBARGO = "2999-12-01T00:00:00+01:00";
const BEFORE = "2999-11-30T22:59:59Z";
const AFTER = "2999-11-30T23:00:00Z";

describe.skipIf(process.platform === "win32")("solutions and their embargo", () => {
  let scratch = "";
  let course = "";
  let registry: Registry;

  beforeAll(async () => {
    scratch = scratchFolder();
    course = join(scratch, "course");
    courseIn(course, { [dated.slug]: EMBARGO, [undated.slug]: undefined });
    registry = await startRegistry(scratch);
  }, timeout);

  afterAll(async () => {
    await registry.stop();
    rmSync(scratch, { recursive: true });
  });

  /** A script of the course, without what would install it first. */
  function npm(script: string, cwd = course): Ran {
    return shell(`npm ${script} --ignore-scripts --silent`, cwd, registry.env);
  }

  function release(flags: string): Ran {
    return shell(`npm run release --ignore-scripts --silent -- ${flags}`, course, registry.env);
  }

  test("what would go out is shown", { timeout }, () => {
    const dry = "npm run release:dry --ignore-scripts --silent";
    const { stdout } = shell(`${dry} -- --now ${BEFORE}`, course, registry.env);
    const [, going = "", staying = ""] = stdout.split(/^(?:goes out|stays)$/m);
    expect(going).toContain(`${GRADER} 0.0.0 → 0.1.0`);
    expect(going).toMatch(/\d+ files, .*\n.*dist\/ \(\d+\)/);
    expect(staying).toContain(`${solution} 0.0.0 → 0.1.0`);
    expect(staying).toContain(`until ${EMBARGO}, less than a day from then`);
    expect(staying).toContain(`katas/${undated.slug}/kata.json has no "embargo"`);
  });

  test("nothing is published while changes wait for a version", { timeout }, async () => {
    const { stdout, status } = release(`--now ${AFTER}`);
    expect(status).toBe(1);
    expect(stdout).toContain("changes wait for a version: npm run release:version");
    expect(await registry.versionsOf(GRADER)).toEqual([]);
  });

  test("before the embargo, the workflow publishes the grader only", { timeout }, async () => {
    expect(npm("run release:version")).toMatchObject({ status: 0 });
    commit(course);
    const steps = stepsOf(join(root, ".github/workflows/release.yml"));
    const output = join(scratch, "output");
    const env = {
      ...registry.env,
      GITHUB_OUTPUT: output,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "ada/course",
    };
    for (const name of ["Pack", "Publish"]) {
      expect(shell(steps.get(name)!, course, env)).toMatchObject({ status: 0 });
    }
    expect(readFileSync(output, "utf8")).toMatch(/^packed= *1\n$/);
    expect(await registry.versionsOf(solution)).toEqual([]);
    const [[version, { repository }] = ["", {}]] = await registry.versionsOf(GRADER);
    expect(version).toBe("0.1.0");
    expect(repository?.url).toBe("git+https://github.com/ada/course.git");
  });

  test("what was packed for later is not published before", { timeout }, async () => {
    const packed = join(scratch, "packed");
    expect(release(`--now ${AFTER} --pack ${packed}`)).toMatchObject({ status: 0 });
    const { status, stdout } = release(`--now ${BEFORE} --from ${packed}`);
    expect(status).toBe(1);
    expect(stdout).toContain(`${solution} is under an embargo: until ${EMBARGO}`);
    expect(await registry.versionsOf(solution)).toEqual([]);
  });

  test("from the embargo on, it is published, and no other", { timeout }, async () => {
    const { stdout } = release(`--now ${AFTER} --from ${join(scratch, "packed")}`);
    expect(stdout.trim()).toBe(`published ${solution} 0.1.0 to ${registry.url}`);
    expect((await registry.versionsOf(solution)).map(([version]) => version)).toEqual(["0.1.0"]);
    expect(await registry.versionsOf(other)).toEqual([]);
  });

  test("npm itself does not publish what has no date", { timeout }, async () => {
    const { status, stdout } = shell(
      `npm publish -w solutions/${undated.slug}`,
      course,
      registry.env,
    );
    expect(status).not.toBe(0);
    expect(stdout).toContain(`solutions/${undated.slug} is not published`);
    expect(await registry.versionsOf(other)).toEqual([]);
  });

  test("an empty folder can install the solution and run it", { timeout }, () => {
    const folder = join(scratch, "empty");
    mkdirSync(folder);
    expect(npm(`install ${solution} --no-audit --no-fund`, folder)).toMatchObject({ status: 0 });
    const list = `import("${solution}").then((all) => console.log(Object.keys(all).join(" ")))`;
    const names = shell(`node -e '${list}'`, folder).stdout.trim().split(" ");
    expect(names).toEqual(expect.arrayContaining([...dated.exports]));
    expect(shell("npx --no -- katas --version", folder).stdout.trim()).toBe("0.1.0");
  });
});
