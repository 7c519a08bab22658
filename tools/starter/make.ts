// Makes the repository that students start from.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";

import { $, quote } from "zx";

import { findKata, findKatas, type KataDefinition } from "../../grader/src/grade/kata.ts";
import { innerEnvironment } from "../ensure-node.mjs";
import { publicFiles } from "./files.ts";
import { type Leak, Secrets, leaksBelow } from "./leaks.ts";

/** What goes into a starter. */
export interface StarterOptions {
  /** The course. */
  readonly root: string;
  /** A folder that is not there yet, or is empty. */
  readonly out: string;
  /** Names of katas; all without it. */
  readonly katas?: readonly string[];
}

/** Files of the course that go into a starter as they are. */
const COPIED = [".npmrc", "LICENSE", "tools/ensure-node.mjs", "grader/LICENSE"];
const IGNORED = "node_modules/\n.node/\n.grading/\n";

/**
 * Makes a starter: chosen katas with their stubs and public scenarios, the grader built, a workflow
 * and a README; no hidden scenario, solution or history. It appears whole or not at all.
 *
 * @throws Error if a kata is solved where a stub should be, or if anything secret would get in
 */
export async function makeStarter({ root, out, katas: names }: StarterOptions): Promise<void> {
  const katas = names === undefined ? findKatas(root) : names.map((name) => findKata(root, name));
  const target = resolve(out);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Error(`${out} is not empty: name another folder`);
  }
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), ".starter-"));
  try {
    for (const kata of katas) copyKata(kata, folder);
    await copyGrader(root, folder);
    writeRest(root, folder, katas);
    await lock(root, folder);
    requireNoLeak(leaksBelow(folder, new Secrets(root)));
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function copyKata({ folder, slug, editable }: KataDefinition, out: string): void {
  for (const path of publicFiles(folder)) {
    cpSync(join(folder, path), join(out, "katas", slug, path));
  }
  for (const path of editable) {
    if (!readFileSync(join(folder, path), "utf8").includes("TODO")) {
      throw new Error(`katas/${slug}/${path} is no stub, nothing in it is TODO: put the stub back`);
    }
  }
}

/** The grader as the registry has it, and without the condition that leads to its source. */
async function copyGrader(root: string, out: string): Promise<void> {
  const from = join(root, "grader");
  const to = join(out, "grader");
  for (const part of ["bin", "schema"]) {
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  await $({
    quote,
    quiet: true,
  })`${process.execPath} ${tsc} -p ${join(from, "tsconfig.build.json")} --outDir ${join(to, "dist")}`;
  const { scripts: _, devDependencies: __, exports, ...rest } = readJson(from, "package.json");
  writeJson(join(to, "package.json"), { ...rest, private: true, exports: withoutSource(exports) });
}

function withoutSource(exports: unknown): unknown {
  const entries = Object.entries(exports as Record<string, string | Record<string, string>>);
  return Object.fromEntries(
    entries.map(([name, target]) => {
      if (typeof target === "string") return [name, target];
      const { "@concurrency-katas/source": _, ...built } = target;
      return [name, built];
    }),
  );
}

function writeRest(root: string, out: string, katas: readonly KataDefinition[]): void {
  for (const path of COPIED) cpSync(join(root, path), join(out, path));
  const template = (name: string): string =>
    readFileSync(join(root, "tools", "starter", "template", name), "utf8");
  writeFileSync(join(out, ".gitignore"), IGNORED);
  writeFileSync(join(out, ".gitattributes"), "* text=auto eol=lf\n");
  writeFileSync(join(out, "README.md"), readme(template("README.md"), katas));
  mkdirSync(join(out, ".github", "workflows"), { recursive: true });
  writeFileSync(
    join(out, ".github", "workflows", "classroom.yml"),
    workflow(template("classroom.yml"), katas),
  );
  const config = readFileSync(join(root, "tsconfig.base.json"), "utf8");
  writeFileSync(
    join(out, "tsconfig.base.json"),
    config.replace(/\n *\/\/ Inside the repository.*\n *"customConditions".*\n/, ""),
  );
  const { devDependencies, engines, allowScripts } = readJson(root, "package.json");
  writeJson(join(out, "package.json"), {
    name: "concurrency-katas",
    private: true,
    license: "MIT",
    workspaces: ["grader", "katas/*"],
    type: "module",
    scripts: { grade: "katas grade", postinstall: "node tools/ensure-node.mjs" },
    devDependencies: {
      "@types/node": (devDependencies as Record<string, string>)["@types/node"],
    },
    engines,
    allowScripts,
  });
}

/** The README of a starter, with its katas, and commands for the first of them. */
function readme(template: string, katas: readonly KataDefinition[]): string {
  const list = katas
    .map(
      ({ slug, title, level }) => `- [${slug}](katas/${slug}/README.md): ${title} (level ${level})`,
    )
    .join("\n");
  return template.replace("KATAS", list).replaceAll("bank-balance ", `${katas[0]!.slug} `);
}

/** The workflow, with a runner of the reporter for each kata. */
function workflow(template: string, katas: readonly KataDefinition[]): string {
  const result = /^ *BANK-BALANCE_RESULTS:.*$/m;
  const [line = ""] = result.exec(template) ?? [];
  const lines = katas.map(({ slug }) =>
    line.replace("BANK-BALANCE", slug.toUpperCase()).replace("bank-balance", slug),
  );
  return template
    .replace(result, lines.join("\n"))
    .replace("runners: bank-balance", `runners: ${katas.map(({ slug }) => slug).join(",")}`);
}

/** The lockfile of the course, less what a starter does not need. */
async function lock(root: string, out: string): Promise<void> {
  cpSync(join(root, "package-lock.json"), join(out, "package-lock.json"));
  await $({
    cwd: out,
    env: innerEnvironment(process.env),
    quote,
    quiet: true,
  })`npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error`;
}

function requireNoLeak(leaks: readonly Leak[]): void {
  const [first] = leaks;
  if (first === undefined) return;
  throw new Error(
    `${first.file} would give away ${JSON.stringify(first.text)}, and there are ${leaks.length} such places`,
  );
}

function readJson(folder: string, name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
