// From a change to a package in a registry, and from there into an empty folder: the commands of
// grader/docs/releasing.md, in a copy of the repository.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findKata, findKatas } from "../../grader/src/grade/kata.ts";
import { commit, courseIn } from "./_course.ts";
import { codeBlocks, read, root } from "./_markdown.ts";
import { type Registry, startRegistry } from "./_registry.ts";
import { type Ran, scratchFolder, shell, stepsOf, succeed } from "./_starter.ts";

const timeout = 300_000;
/** `npm run test:release` tries more than `npm test`, which takes half as long. */
const isWhole = process.env["RELEASE_TEST"] === "whole";
const GRADER = "@concurrency-katas/grader";

/** The commands under a heading of the document. */
function commands(heading: string): readonly string[] {
  const blocks = codeBlocks(read("grader/docs/releasing.md"));
  return blocks
    .filter((block) => block.language === "sh" && block.heading === heading)
    .flatMap(({ content }) => content.trim().split("\n"));
}

const [version = "", commitAll = "", before = "", after = "", install = ""] =
  commands("Trying it here");
const [, , release = ""] = commands("Publishing");

const solution = install.replace("npm install ", "");
const kata = findKata(root, solution.replace("@concurrency-katas/solution-", ""));
const undated = findKatas(root).find(({ slug }) => slug !== kata.slug)!;

/** The dates of the document, where no clock has been. */
function later(text: string): string {
  return text.replaceAll("2027-", "2999-");
}

test("the commands of the document are tried here, and no other", () => {
  expect([...commands("What would go out"), ...commands("Publishing"), version, commitAll]).toEqual(
    [
      "npm run release:dry",
      "npm run release:dry -- --files --now 2027-03-01T00:00:00Z",
      version,
      commitAll,
      "npm run release",
      version,
      commitAll,
    ],
  );
  expect(before).toMatch(/^npm run release -- --now /);
  expect(after).toMatch(/^npm run release -- --now /);
  expect(later(kata.embargo ?? "")).toMatch(/^2999-/);
});

describe.skipIf(process.platform === "win32")("solutions and their embargo", () => {
  let scratch = "";
  let course = "";
  let registry: Registry;

  beforeAll(async () => {
    scratch = scratchFolder();
    course = join(scratch, "course");
    courseIn(course, { [kata.slug]: later(kata.embargo ?? ""), [undated.slug]: undefined });
    registry = await startRegistry();
  }, timeout);

  afterAll(async () => {
    await registry.stop();
    rmSync(scratch, { recursive: true });
  });

  /** Runs a command of the document in the copy. */
  function run(command: string, env: Readonly<Record<string, string>> = {}): Ran {
    return shell(later(command), course, { ...registry.env, ...env });
  }

  async function versionsOf(name: string): Promise<readonly string[]> {
    return (await registry.versionsOf(name)).map(([number]) => number);
  }

  test.runIf(isWhole)("what would go out is shown, and what must not", { timeout }, () => {
    const secret = readFileSync(join(course, "katas", kata.slug, "hidden", "scenarios.ts"), "utf8");
    writeFileSync(join(course, "grader", "LICENSE"), secret.slice(-2_000));
    const { stdout, status } = run("npm run release:dry --silent");
    succeed("git checkout --quiet grader/LICENSE", course);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^must be repaired first\n {2}grader\/LICENSE gives away "/m);
    const [, going = "", staying = ""] = stdout.split(/^(?:goes out|stays)$/m);
    expect(going).toContain(`${GRADER} 0.0.0 → 0.1.0`);
    expect(going).toMatch(/\d+ files, .*\n.*dist\/ \(\d+\)/);
    expect(staying).toContain(`${solution} 0.0.0 → 0.1.0`);
    expect(staying).toContain(`until ${later(kata.embargo!)}`);
    expect(staying).toContain(`katas/${undated.slug}/kata.json has no "embargo"`);
  });

  test("nothing is published while changes wait for a version", { timeout }, async () => {
    const { stdout, status } = run(release);
    expect(status).toBe(1);
    expect(stdout).toContain("changes wait for a version: npm run release:version");
    expect(await versionsOf(GRADER)).toEqual([]);
    expect(run(version)).toMatchObject({ status: 0 });
    commit(course, commitAll);
  });

  test.runIf(isWhole)("before it, the workflow publishes the grader", { timeout }, async () => {
    const steps = stepsOf(join(root, ".github/workflows/release.yml"));
    const output = join(scratch, "output");
    const env = {
      GITHUB_OUTPUT: output,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "ada/course",
    };
    for (const name of ["Pack", "Publish"]) {
      expect(run(steps.get(name)!, env)).toMatchObject({ status: 0 });
    }
    expect(readFileSync(output, "utf8")).toMatch(/^packed= *1\n$/);
    expect(await versionsOf(solution)).toEqual([]);
    const [[number, { repository }] = ["", {}]] = await registry.versionsOf(GRADER);
    expect(number).toBe("0.1.0");
    expect(repository?.url).toBe("git+https://github.com/ada/course.git");
  });

  test.runIf(isWhole)("one second before, it is not published", { timeout }, async () => {
    const { stdout, status } = run(before);
    expect(stdout).toContain("nothing to publish");
    expect(status).toBe(0);
    expect(await versionsOf(solution)).toEqual([]);
  });

  test(
    "before the embargo, what somebody else has packed is not published",
    { timeout },
    async () => {
      const packed = join(scratch, "packed");
      mkdirSync(packed);
      const plan = { version: 1, plan: [[{ kind: "publish", name: solution, version: "0.1.0" }]] };
      writeFileSync(join(packed, "publish-plan.json"), JSON.stringify(plan));
      const { status, stdout } = run(`${release} -- --from ${packed}`);
      expect(status).toBe(1);
      expect(stdout).toContain(`${solution} is under an embargo: until ${later(kata.embargo!)}`);
      expect(await versionsOf(solution)).toEqual([]);
    },
  );

  test("before the embargo, npm itself does not publish it", { timeout }, async () => {
    const { status, stdout } = run(`npm publish -w solutions/${kata.slug}`);
    expect(status).not.toBe(0);
    expect(stdout).toContain(`solutions/${kata.slug} is not published: until`);
    expect(await versionsOf(solution)).toEqual([]);
  });

  test("from the embargo on, it is published, and no other", { timeout }, async () => {
    expect(run(after)).toMatchObject({ status: 0 });
    expect(await versionsOf(solution)).toEqual(["0.1.0"]);
    expect(await versionsOf(`@concurrency-katas/solution-${undated.slug}`)).toEqual([]);
  });

  test("an empty folder can install the solution and run it", { timeout }, () => {
    const folder = join(scratch, "empty");
    mkdirSync(folder);
    expect(shell(install, folder, registry.env)).toMatchObject({ status: 0 });
    const list = `import("${solution}").then((all) => console.log(Object.keys(all).join(" ")))`;
    const names = shell(`node -e '${list}'`, folder).stdout.trim().split(" ");
    expect(names).toEqual(expect.arrayContaining([...kata.exports]));
    expect(shell("npx --no -- katas --version", folder).stdout.trim()).toBe("0.1.0");
  });
});
