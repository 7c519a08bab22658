/** A sandbox of the operating system around a host process: namespaces of Linux, made by bubblewrap. */
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * What stands between a submission and this machine: `T0`, the compartment and a process of its own;
 * `T2`, the same inside bubblewrap.
 */
export type Tier = "T0" | "T2";

/** Starts processes that see nothing of this machine but what they are given. */
export interface Sandbox {
  readonly tier: "T2";
  /** The command that runs `node`, a command line of Node, with nothing else than it is given. */
  enclose(node: readonly string[], given: Given): readonly string[];
}

/** What a process in a sandbox is given. */
export interface Given {
  /** The files that it can read, beside Node's own. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Why there is no sandbox here. */
export interface NoSandbox {
  readonly tier: "T0";
  /** What is missing: `bubblewrap is not installed`. */
  readonly reason: string;
  /** How to get it. */
  readonly fix: string;
}

/** The sandbox of this machine. It is tried: where it does not start Node, there is none. */
export function findSandbox(
  path = process.env["PATH"] ?? "/usr/bin:/bin",
  platform: NodeJS.Platform = process.platform,
): Sandbox | NoSandbox {
  if (platform !== "linux") {
    return {
      tier: "T0",
      reason: "bubblewrap is for Linux",
      fix: "grade in a Linux container or virtual machine",
    };
  }
  const program = path
    .split(delimiter)
    .map((folder) => join(folder, "bwrap"))
    .find((file) => existsSync(file));
  if (program === undefined) {
    return {
      tier: "T0",
      reason: "bubblewrap is not installed",
      fix: "install it, as with sudo apt-get install bubblewrap",
    };
  }
  const node = realpathSync(process.execPath);
  const system = [node, ...librariesOf(node)];
  const sandbox: Sandbox = {
    tier: "T2",
    enclose: ([, ...args], { files, env }) => [
      program,
      ...bubblewrapArguments({ files: [...system, ...files], env }),
      node,
      ...args,
    ],
  };
  const [command = "", ...args] = sandbox.enclose([node, "-e", ""], { files: [], env: {} });
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
  if (status === 0) return sandbox;
  const [said = ""] = (error?.message ?? stderr).trim().split("\n");
  return {
    tier: "T0",
    reason: `bubblewrap does not work here (${said.slice(0, 200)})`,
    fix: "let it make user namespaces, see grader/docs/security.md",
  };
}

/** Everything is taken away but what is given, of which the files cannot be written. */
export function bubblewrapArguments({ files, env }: Given): readonly string[] {
  const options: readonly (readonly string[])[] = [
    ["--unshare-user"],
    ["--unshare-all"],
    ["--disable-userns"],
    ["--die-with-parent"],
    // Nothing can be typed into the terminal of whoever grades.
    ["--new-session"],
    ["--cap-drop", "ALL"],
    ["--uid", "65534"],
    ["--gid", "65534"],
    ["--hostname", "sandbox"],
    // Not by inheritance: the first process of the sandbox would show it as its own.
    ["--clearenv"],
    ...Object.entries(env).map(([name, value]) => ["--setenv", name, value]),
    // Of this sandbox's own processes: the engine looks at their memory, and for those that are left.
    ["--proc", "/proc"],
    ["--dev-bind", "/dev/null", "/dev/null"],
    ...[...new Set(files)].map((file) => ["--ro-bind", file, file]),
    ["--remount-ro", "/"],
  ];
  return options.flat();
}

/** The shared libraries of a program, and what loads them. */
function librariesOf(program: string): readonly string[] {
  const { status, stdout } = spawnSync("ldd", [program], { encoding: "utf8" });
  if (status !== 0) return [];
  return [...stdout.matchAll(/(?:=>|^)\s*(\/\S+)/gm)].flatMap(([, file]) => file ?? []);
}
