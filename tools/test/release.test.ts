import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findKatas } from "../../grader/src/grade/kata.ts";
import { type Contents, contentsOf, problemsIn } from "../release/contents.ts";
import { embargoOn } from "../release/embargo.ts";
import { type Manifest, type Package, publicPackages } from "../release/packages.ts";
import { shown } from "../release/show.ts";
import { Secrets } from "../starter/leaks.ts";
import { read, root } from "./_markdown.ts";
import { scratchFolder, shell } from "./_starter.ts";

const timeout = 300_000;
const packages = publicPackages(root);
const katas = findKatas(root).filter(({ slug }) =>
  existsSync(join(root, "solutions", slug, "src")),
);

function manifestOf(folder: string): Manifest & Readonly<Record<string, unknown>> {
  return JSON.parse(read(`${folder}/package.json`)) as Manifest & Record<string, unknown>;
}

describe("an embargo", () => {
  const kata = { slug: "tiny", embargo: "2026-12-01T18:00:00+01:00" };
  const at = (now: string): string | undefined => embargoOn(kata, new Date(now));

  test("holds until its moment, and not a second longer", () => {
    expect(at("2026-12-01T16:59:59Z")).toBeDefined();
    expect(at("2026-12-01T17:00:00Z")).toBeUndefined();
  });

  test("says how long", () => {
    expect(at("2026-11-21T16:00:00Z")).toBe("until 2026-12-01T18:00:00+01:00, 11 days from then");
    expect(at("2026-12-01T00:00:00Z")).toMatch(/, less than a day from then$/);
  });

  test("that is not there never ends", () => {
    const held = embargoOn({ slug: "tiny" }, new Date("9999-01-01T00:00:00Z"));
    expect(held).toBe('katas/tiny/kata.json has no "embargo"');
  });
});

describe("packages", () => {
  let secrets: Secrets;
  let contents: ReadonlyMap<string, Contents>;
  let scratch = "";

  beforeAll(async () => {
    secrets = new Secrets(root);
    contents = await contentsOf(root, packages);
    scratch = scratchFolder();
  }, timeout);

  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  test("of katas cannot be published", () => {
    const folders = readdirSync(join(root, "katas")).filter((slug) =>
      existsSync(join(root, "katas", slug, "package.json")),
    );
    expect(folders.length).toBeGreaterThan(3);
    for (const slug of folders) {
      expect(manifestOf(`katas/${slug}`)).toMatchObject({ private: true });
      expect(manifestOf(`katas/${slug}`)).not.toHaveProperty("version");
    }
  });

  test("of solutions differ in what the kata differs in", () => {
    const [first] = katas;
    const model = manifestOf(`solutions/${first?.slug}`);
    for (const { slug, editable } of katas) {
      const [entry = ""] = editable;
      const built = `./dist/${entry.replace(/\.ts$/, "")}`;
      const { version, dependencies } = manifestOf(`solutions/${slug}`);
      expect(manifestOf(`solutions/${slug}`)).toEqual({
        ...model,
        name: `@concurrency-katas/solution-${slug}`,
        version,
        exports: { ".": { types: `${built}.d.ts`, default: `${built}.js` } },
        dependencies,
      });
    }
  });

  // What is built is looked at before it is published; here it may be old, or not there.
  test.each(packages)("$folder gives nothing secret away", { timeout }, (pkg) => {
    const packed = contents.get(pkg.manifest.name)!;
    expect(packed.files).toContain("package.json");
    const files = packed.files.filter((path) => !path.startsWith("dist/"));
    const problems = problemsIn(root, pkg, { ...packed, files }, secrets);
    expect(problems.filter((problem) => problem.includes("gives away"))).toEqual([]);
  });

  test("of solutions hold everything that their README names", () => {
    for (const { folder, manifest, kata } of packages) {
      const { files } = contents.get(manifest.name)!;
      if (kata === undefined) continue;
      for (const path of ["NOTES.md", "README.md", ...kata.editable]) {
        if (existsSync(join(root, folder, path))) expect(files).toContain(path);
      }
      for (const part of ["alternatives/", "mutants/"]) {
        expect([folder, files.some((path) => path.startsWith(part))]).toEqual([folder, true]);
      }
      expect(files.filter((path) => /tsconfig|hidden/.test(path))).toEqual([]);
    }
  });

  /** A package of one file, in a folder of its own. */
  function holding(path: string, pkg: Partial<Package> = {}): readonly string[] {
    const folder = "planted";
    mkdirSync(join(scratch, folder), { recursive: true });
    cpSync(join(root, path), join(scratch, folder, "index.js"));
    const manifest = { name: "planted", version: "0.0.0", exports: { ".": "./index.js" } };
    const packed = { size: 0, unpackedSize: 0, files: ["index.js"] };
    return problemsIn(scratch, { folder, manifest, ...pkg }, packed, secrets);
  }

  const [kata, other] = katas;
  const reference = `solutions/${kata!.slug}/${kata!.editable[0]}`;
  const hidden = `katas/${kata!.slug}/hidden/scenarios.ts`;

  test("of solutions may hold the solutions to their kata, and to no other", () => {
    expect(holding(reference, { kata: kata! })).toEqual([]);
    expect(holding(reference, { kata: other! })[0]).toMatch(/^planted\/index\.js gives away "/);
    expect(holding(reference)).not.toEqual([]);
  });

  test("never hold a hidden scenario, not even that of the kata that is solved", () => {
    expect(holding(hidden, { kata: kata! })[0]).toMatch(/^planted\/index\.js gives away "/);
  });

  test("that were built with a hidden scenario are found out too", { timeout }, () => {
    const built = join(scratch, "built.js");
    const esbuild = join(root, "node_modules", ".bin", "esbuild");
    const { status } = shell(`${esbuild} ${join(root, hidden)} --outfile=${built}`, scratch);
    expect(status).toBe(0);
    expect(secrets.leaksIn("built.js", readFileSync(built), kata!.slug).length).toBeGreaterThan(10);
  });

  test("hold what they offer", () => {
    const packed = { size: 0, unpackedSize: 0, files: ["dist/a.js", "dist/b/c.js"] };
    const problems = (exports: Manifest["exports"]): readonly string[] => {
      const manifest = { name: "x", version: "0.0.0", bin: { x: "./dist/a.js" }, exports };
      writeFileSync(join(scratch, "x"), "");
      mkdirSync(join(scratch, "dist", "b"), { recursive: true });
      for (const path of packed.files) writeFileSync(join(scratch, path), "");
      return problemsIn(scratch, { folder: ".", manifest: manifest as Manifest }, packed, secrets);
    };
    expect(problems({ ".": "./dist/a.js", "./b/*": "./dist/b/*.js" })).toEqual([]);
    expect(problems({ ".": { "@concurrency-katas/source": "./src/a.ts" } })).toEqual([]);
    expect(problems({ ".": { types: "./dist/a.d.ts", default: "./dist/a.js" } })).toEqual([
      "./package.json names ./dist/a.d.ts, which is not packed",
    ]);
    expect(problems({ "./c/*": "./dist/c/*.js" })).toHaveLength(1);
  });
});

test("what would go out is shown with its files, and what stays with its reason", () => {
  const solution = (slug: string): Package => {
    const name = `@concurrency-katas/solution-${slug}`;
    return { folder: `solutions/${slug}`, manifest: { name, version: "0.0.0" } };
  };
  const files = ["README.md", "dist/src/index.d.ts", "dist/src/index.js", "package.json"];
  const prepared = {
    now: new Date("2026-11-21T22:00:00Z"),
    candidates: [
      { package: solution("mutex"), version: "1.0.0" },
      { package: solution("pool"), version: "0.1.0", next: "0.2.0", held: "until tomorrow" },
    ],
    contents: new Map([
      ["@concurrency-katas/solution-mutex", { size: 900, unpackedSize: 2_100, files }],
    ]),
    problems: [],
    plan: { version: 1, plan: [] },
  };
  const where = { registry: "http://127.0.0.1:4873/" };
  expect(`\n${shown(prepared, { ...where, allFiles: false })}`).toMatchInlineSnapshot(`
    "
    At 2026-11-21T22:00:00.000Z, http://127.0.0.1:4873/

    goes out
      @concurrency-katas/solution-mutex 1.0.0
        4 files, 1 kB, unpacked 3 kB
        README.md  dist/ (2)  package.json

    stays
      @concurrency-katas/solution-pool 0.1.0 → 0.2.0  until tomorrow

    Versions after → are given by npm run release:version, which comes first.
    "
  `);
  expect(shown(prepared, { ...where, allFiles: true })).toContain("\n    dist/src/index.js\n");
});

test("only a loopback registry takes --now for the clock", { timeout }, () => {
  const env = { "npm_config_@concurrency-katas:registry": "https://registry.npmjs.org/" };
  const { stdout, status } = shell("npx tsx tools/release.ts --now 2999-01-01", root, env);
  expect(status).toBe(1);
  expect(stdout).toContain("--now is not for https://registry.npmjs.org/");
});

describe("the workflow", () => {
  const workflow = read(".github/workflows/release.yml");
  const [, pack = "", publish = ""] = workflow.split(/^ {2}(?:pack|publish):$/m);

  test("publishes in a job that builds nothing, and builds in one without a token", () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    expect(pack).toMatch(/^ {4}permissions:\n {6}contents: read\n {4}\w/m);
    expect(pack).not.toMatch(/secrets\.|id-token/);
    expect(publish).toMatch(/^ {4}permissions:\n {6}contents: read\n {6}id-token: write\n {4}\w/m);
    expect(publish.match(/run: npm run .*$/gm)).toEqual([
      "run: npm run release -- --from .release",
    ]);
  });

  test("has provenance on, and never another clock", () => {
    expect(publish).toMatch(/^ {10}NPM_CONFIG_PROVENANCE: /m);
    expect(workflow).not.toContain("--now");
  });

  test("pins its actions", () => {
    const used = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });
});
