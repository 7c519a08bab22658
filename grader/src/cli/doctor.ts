import { spawnSync } from "node:child_process";
import { arch, availableParallelism, freemem, release, totalmem, type } from "node:os";
import { MEMORY_LIMIT, pinnableCpus, usefulHosts } from "../runtime/launch.ts";
import { oneLine } from "../grade/text.ts";
import { ISOLATION } from "./_isolation.ts";
import type { Io } from "./io.ts";
import { EXIT } from "./run.ts";

/** One thing that a machine has, or lacks. */
interface Finding {
  readonly name: string;
  readonly is: string;
  /** What to do where it is not enough. */
  readonly fix?: string;
}

/** `katas doctor`: what this machine can do, and how to make it do more. Returns the exit code. */
export function doctor(io: Io): number {
  const findings = [
    { name: "Node", is: `${process.version}, ${type()} ${release()} ${arch()}` },
    processors(),
    memory(),
    limits(),
    isolation(io),
    git(),
  ];
  const wide = Math.max(...findings.map(({ name }) => name.length)) + 2;
  for (const { name, is, fix } of findings) {
    io.stdout.write(`${fix === undefined ? "  " : "! "}${name.padEnd(wide)}${oneLine(is, 300)}\n`);
    if (fix !== undefined) io.stdout.write(`  ${"".padEnd(wide)}→ ${oneLine(fix, 300)}\n`);
  }
  return findings.every(({ fix }) => fix === undefined) ? EXIT.passed : EXIT.failed;
}

function processors(): Finding {
  const count = availableParallelism();
  const pinned = pinnableCpus().length > 0;
  const is = `${count}, so ${usefulHosts()} gradings at once; hosts are ${pinned ? "" : "not "}pinned`;
  if (pinned || process.platform !== "linux") return { name: "processors", is };
  return { name: "processors", is, fix: "install taskset (util-linux): it makes threads faster" };
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function memory(): Finding {
  const limit = process.constrainedMemory();
  const all = limit > 0 && limit < totalmem() ? limit : totalmem();
  const free = Math.min(process.availableMemory(), freemem());
  const needed = usefulHosts() * MEMORY_LIMIT;
  const is = `${gib(all)}, ${gib(free)} of it free; a host may use ${gib(MEMORY_LIMIT)}`;
  const name = "memory";
  if (free >= needed) return { name, is };
  const fit = Math.max(1, Math.floor(free / MEMORY_LIMIT));
  return { name, is, fix: `grade fewer at once: --jobs ${fit}` };
}

interface Report {
  readonly userLimits?: Readonly<Record<string, { readonly soft: number | string } | undefined>>;
}

/** Open files, of which a host needs about 30. */
function limits(): Finding {
  const { userLimits } = process.report.getReport() as Report;
  const soft = (name: string): string => String(userLimits?.[name]?.soft ?? "unknown");
  const files = soft("open_files");
  const name = "limits";
  const is = `open files ${files}, processes ${soft("max_user_processes")}`;
  return Number(files) < 256
    ? { name, is, fix: "allow more open files: ulimit -n 1024" }
    : { name, is };
}

function isolation({ findSandbox }: Io): Finding {
  const found = findSandbox();
  const name = "isolation";
  const is = `${found.tier}, ${ISOLATION[found.tier]}`;
  if (found.tier === "T2") return { name, is: `${is}: submissions see nothing of this machine` };
  return {
    name,
    is: `${is}: ${found.reason}`,
    fix: `${found.fix}; until then, katas class needs --isolation compartment`,
  };
}

function git(): Finding {
  const { status, stdout } = spawnSync("git", ["--version"], { encoding: "utf8" });
  const name = "git";
  if (status === 0) return { name, is: stdout.trim().replace(/^git version /, "") };
  return { name, is: "not here", fix: "install git: katas class reads commits with it" };
}
