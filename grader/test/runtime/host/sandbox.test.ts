import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { GradeOptions } from "../../../src/grade/grade-options.ts";
import type { KataResult } from "../../../src/grade/result.ts";
import { findSandbox, type Sandbox } from "../../../src/runtime/sandbox.ts";
import { gradeText } from "../threads/_grade-text.ts";
import { hostsOf, isRunning, until } from "./_processes.ts";

vi.setConfig({ testTimeout: 120_000 });

const found = findSandbox();
const sandbox = found as Sandbox;

describe("where there is none, it says why, and what to do", () => {
  test("not on Linux", () => {
    expect(findSandbox("/usr/bin", "darwin")).toMatchObject({
      tier: "T0",
      reason: "bubblewrap is for Linux",
    });
  });

  test("not installed", () => {
    expect(findSandbox("/nowhere", "linux")).toMatchObject({
      tier: "T0",
      reason: "bubblewrap is not installed",
      fix: "install it, as with sudo apt-get install bubblewrap",
    });
  });
});

/** Looks around from inside: what a submission would see if it could use all of Node. */
const LOOK = `
  const fs = require("node:fs"), os = require("node:os");
  const attempt = (call) => { try { return call(); } catch (error) { return error.code; } };
  const [, , , , , session] = attempt(() => fs.readFileSync("/proc/self/stat", "utf8")).split(" ");
  const status = (name) => new RegExp(name + ":\\\\s*(\\\\w+)").exec(attempt(() => fs.readFileSync("/proc/self/status", "utf8")))?.[1];
  console.log(JSON.stringify({
    root: attempt(() => fs.readdirSync("/").filter((name) => name !== "lib" && name !== "lib64")).length,
    devices: attempt(() => fs.readdirSync("/dev")),
    passwd: attempt(() => fs.readFileSync("/etc/passwd", "utf8").length > 0),
    shell: attempt(() => fs.existsSync("/bin/sh")),
    writes: ["/x", "/dev/x", process.execPath].map((path) => attempt(() => fs.writeFileSync(path, ""))),
    cwd: process.cwd(),
    environment: Object.keys(process.env).sort(),
    processes: attempt(() => fs.readdirSync("/proc")).filter((name) => /^\\d+$/.test(name)),
    parent: process.ppid,
    isLeader: session !== "0",
    capabilities: status("CapEff") + " " + status("CapBnd"),
    user: process.getuid() + ":" + process.getgid(),
    userNamespaces: attempt(() => fs.readFileSync("/proc/sys/user/max_user_namespaces", "utf8").trim()),
    host: os.hostname(),
    network: Object.keys(os.networkInterfaces()).filter((name) => name !== "lo"),
    sockets: attempt(() => fs.readFileSync("/proc/net/unix", "utf8").trim().split("\\n").length),
  }));`;

const [command = "", ...line] =
  found.tier === "T2"
    ? found.enclose([process.execPath, "-e", LOOK], { files: [], env: { TZ: "UTC" } })
    : [];

function look(args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    cwd: import.meta.dirname,
    env: { SECRET: "canary" },
  });
  return stdout === "" ? stderr : (JSON.parse(stdout) as unknown);
}

describe.runIf(found.tier === "T2")("in bubblewrap", () => {
  test("a process sees nothing of this machine", () => {
    expect(look(line)).toMatchObject({
      devices: ["null"],
      passwd: "ENOENT",
      shell: false,
      writes: ["EROFS", "EROFS", "EROFS"],
      cwd: "/",
      environment: ["PWD", "TZ"],
      processes: ["1", "2"],
      parent: 1,
      isLeader: true,
      capabilities: "0000000000000000 0000000000000000",
      user: "65534:65534",
      host: "sandbox",
      network: [],
      sockets: 1,
    });
  });

  /** The command line without an option and its values. */
  function without(option: string): readonly string[] {
    const at = line.indexOf(option);
    const next = line.findIndex((other, i) => i > at && other.startsWith("--"));
    return line.toSpliced(at, (next === -1 ? line.lastIndexOf(process.execPath) : next) - at);
  }

  // Of those that are left out here, two are tested below, and one is needed by the others.
  const unseen = ["--die-with-parent", "--disable-userns", "--unshare-user"];
  const options = new Set(line.filter((word) => word.startsWith("--") && !unseen.includes(word)));

  test.each([...options])("and sees more without %s", (option) => {
    expect(look(without(option))).not.toEqual(look(line));
  });

  test("a process cannot make namespaces of its own", () => {
    const unshare = "/usr/bin/unshare";
    const script = `console.log(JSON.stringify(require("node:child_process").spawnSync("${unshare}", ["-Ur", "${unshare}", "--version"]).status === 0))`;
    const tool = ["--ro-bind", unshare, unshare];
    const run = (args: readonly string[]): unknown =>
      look([...tool, ...args.map((word) => (word === LOOK ? script : word))]);
    expect(run(line)).toBe(false);
    expect(run(without("--disable-userns"))).toBe(true);
  });

  const scenarios = `
    export default ["T1", "T2"].map((id) => ({
      engine: "threads", id, title: id, group: "S", contract: "", expected: "",
      setup: (kata) => kata.create(), threads: [(kata, handle) => kata.run(handle), (kata, handle) => kata.run(handle)],
      check: () => true,
    }));`;

  test.each([
    ["a right submission", "Atomics.add(new Int32Array(handle), 0, 1);"],
    ["a data race", "new Int32Array(handle)[0] += 1;"],
    ["a loop", "for (;;);"],
    ["memory without end", "const all = []; for (;;) all.push(new Array(1000).fill({}));"],
    ["an error", "throw new Error('not today');"],
  ])("%s gets the verdict that it gets elsewhere", async (_what, run) => {
    const code = `export const create = () => new SharedArrayBuffer(4); export function run(handle: any) { ${run} }`;
    const grade = (more: Partial<GradeOptions>): Promise<KataResult> =>
      gradeText(code, scenarios, { cpuSeconds: 0.5, hosts: 1, ...more });
    const { tier, ...inside } = await grade({ sandbox });
    expect(tier).toBe("T2");
    expect({ ...inside, tier: "T0" }).toEqual(await grade({}));
  });

  test("a host that is killed is a crash, and leaves no process", async () => {
    const code = "export const create = () => null; export const run = () => { for (;;); };";
    const grading = gradeText(code, scenarios, { cpuSeconds: 0.5, hosts: 1, sandbox });
    const host = await until(() =>
      hostsOf(process.pid).find(
        (pid) => !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("bwrap"),
      ),
    );
    process.kill(host, "SIGKILL");
    const { scenarios: results } = await grading;
    expect(results).toMatchObject([
      { verdict: "crash", message: "the host was ended by SIGKILL" },
      { verdict: "livelock" },
    ]);
    expect(hostsOf(process.pid)).toEqual([]);
  });

  test("the end of the grader, by SIGKILL, is the end of everything inside", async () => {
    const script = fileURLToPath(new URL("_grade-for-ever.ts", import.meta.url));
    const grader = spawn(process.execPath, [...process.execArgv, script, "bubblewrap"], {
      stdio: "ignore",
    });
    const hosts = await until(() => {
      const all = hostsOf(grader.pid as number);
      return all.length >= 6 && all;
    });
    grader.kill("SIGKILL");
    await until(() => !hosts.some(isRunning));
    expect(hosts.filter(isRunning)).toEqual([]);
  });
});
