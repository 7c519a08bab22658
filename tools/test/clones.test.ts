import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "vitest";

import { UsageError, cloneAll } from "../clones/clone.ts";
import { root } from "./_markdown.ts";
import { scratchFolder, shell, stepsOf, succeed } from "./_starter.ts";

const timeout = 300_000;
const AUTHOR = "-c user.name=Ada -c user.email=ada@example.org";

/** A repository with two commits, and the hash of the first. */
function repository(folder: string): string {
  mkdirSync(join(folder, "bank-balance/src"), { recursive: true });
  const write = (text: string): void =>
    writeFileSync(join(folder, "bank-balance/src/index.ts"), text);
  write("export {};\n");
  succeed(`git init --quiet && git add . && git ${AUTHOR} commit --quiet -m one`, folder);
  const hash = shell("git rev-parse HEAD", folder).stdout.trim();
  write("export const late = true;\n");
  succeed(`git ${AUTHOR} commit --quiet --all -m two`, folder);
  return hash;
}

function clones(list: string, out: string) {
  return shell(`npm run --silent clones -- ${list} --out ${out}`, root);
}

test("a list of repositories becomes clones and the roster of a class", { timeout }, () => {
  const scratch = scratchFolder();
  const ada = join(scratch, "ada");
  mkdirSync(ada);
  const first = repository(ada);
  const last = shell("git rev-parse HEAD", ada).stdout.trim();
  const url = pathToFileURL(ada).href;
  const list = join(scratch, "list.csv");
  const rows = [
    "student,repository,commit,due",
    `ada,${url},${first.slice(0, 10)},2026-11-20T23:59Z`,
    `bo,${url},,`,
    `cy,${pathToFileURL(join(scratch, "nowhere")).href},,`,
    `di,${url},0123456789,`,
    "eve,,,",
  ];
  writeFileSync(list, rows.join("\n"));
  const out = join(scratch, "out");
  const { stdout, status } = clones(list, out);
  expect(status).toBe(0);
  expect(stdout).toMatch(/missing {2}cy: fatal: .*nowhere/);
  expect(stdout).toMatch(/missing {2}di: fatal: Needed a single revision/);
  expect(stdout).toContain("missing  eve: it has no repository");
  expect(stdout).toContain("2 of 5 repositories are in");
  expect(readFileSync(join(out, "class.csv"), "utf8")).toBe(
    [
      "student,path,commit,due,submitted",
      `ada,ada,${first},2026-11-20T23:59Z,`,
      `bo,bo,${last},,`,
      "cy,,,,",
      "di,,,,",
      "eve,,,,",
      "",
    ].join("\n"),
  );
  // Nothing is checked out, and there is nothing that git would run.
  expect(readdirSync(join(out, "ada"))).toEqual([".git"]);
  expect(existsSync(join(out, "ada/.git/hooks"))).toBe(false);
  const plan = shell(
    `npx --no -- katas class ${out}/class.csv --plan --kata bank-balance --isolation compartment`,
    root,
  );
  expect(plan).toMatchObject({ status: 0 });
  expect(plan.stdout).toContain("5 students");
  const again = clones(list, out);
  expect(again.status).toBe(2);
  expect(again.stdout).toMatch(/^clones: .* has something in it: .*\n$/);
});

test.each([
  ["student\nada\n", 'has no column "repository"'],
  ["student,repository,grade\nada,,1\n", 'has a column "grade"'],
  ["student,repository\n../ada,\n", '"../ada" is not a name for a folder'],
  ["student,repository\nada,\nAda,\n", '"Ada" is there twice, but for case'],
  ["student,repository\nada,ext::sh -c true\n", "is not an https, ssh or file URL"],
  ["student,repository\nada,--upload-pack=true\n", "is not an https, ssh or file URL"],
  ['student,repository\n"ada,\n', "is no CSV"],
])("%j is refused, and nothing is made", async (text, reason) => {
  const scratch = scratchFolder();
  const list = join(scratch, "list.csv");
  writeFileSync(list, text);
  const out = join(scratch, "out");
  const error: unknown = await cloneAll(list, out).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toContain(reason);
  expect((error as UsageError).message).not.toContain("\n");
  expect(existsSync(out)).toBe(false);
});

test("the workflow that grades a class uses the same commands, and only pinned actions", () => {
  const file = join(root, ".github/workflows/class.yml");
  const steps = stepsOf(file);
  expect(steps.get("Clones")).toContain('npm run clones -- "$LIST" --out clones');
  expect(steps.get("Grade")).toContain("katas class clones/class.csv --out part --shard");
  expect(steps.get("Merge")).toContain("katas merge parts --out grades");
  const shards = shell(steps.get("Shards")!, root, { MACHINES: "3" });
  expect(shards).toMatchObject({ stdout: "shards=[1,2,3]\n", status: 0 });
  const text = readFileSync(file, "utf8");
  expect(text).toContain("\npermissions: {}\n");
  for (const [, action = ""] of text.matchAll(/uses: (\S+)/g)) {
    expect(action).toMatch(/@[0-9a-f]{40}$/);
    const others = ["ci.yml", "release.yml"].map((name) =>
      readFileSync(join(root, ".github/workflows", name), "utf8"),
    );
    expect(others.join("")).toContain(action);
  }
});
