/**
 * The trusted side of a host: starts the process, speaks the evidence protocol, and ends it. It never loads student
 * code; what comes from the host is data that may be missing or malformed.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, constants } from "node:os";
import { dirname, join } from "node:path";
import type { HostCommand, HostFrame } from "./evidence.ts";
import { isHostFrame } from "./_frame-shapes.ts";
import { createLineReader, decodeFrame, encodeFrame } from "./frames.ts";
import { enclosedProcess } from "./enclosed-process.ts";
import type { Sandbox } from "./sandbox.ts";
import type { HostStart } from "./threads/host-start.ts";

/** Why a host gave no more evidence. */
export class HostEnded extends Error {
  override readonly name = "HostEnded";
  readonly reason: "exit" | "signal" | "silent" | "malformed" | "memory" | "aborted";
  constructor(reason: HostEnded["reason"], detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** A running host process. */
export interface Host {
  send(command: HostCommand): void;
  /** The next frame; throws {@link HostEnded} when there will be none. */
  receive(): Promise<HostFrame>;
  /** False once the host has said that it cannot take another scenario, or has ended. */
  usable(): boolean;
  /** Largest resident memory that was seen, in bytes; 0 where the system does not tell. */
  peakMemory(): number;
  /** Ends the process and everything in its group; resolves when it is gone. */
  kill(): Promise<void>;
}

/** How to start a host. */
export interface LaunchOptions {
  readonly hostFile: string;
  readonly start: Omit<HostStart, "spin">;
  /** Which CPU to pin to, as an index into those that this process may use; ignored where pinning is not possible. */
  readonly slot: number;
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds without any frame after which a host is taken to be gone. The host itself gives up long before. */
const SILENCE_LIMIT = 120_000;
/** Resident memory of a host that is too much, in bytes. */
export const MEMORY_LIMIT = 1_024 * 1_024 * 1_024;

/** The CPUs to pin to, or none where `taskset` is missing. */
export function pinnableCpus(): readonly number[] {
  if (process.platform !== "linux" || spawnSync("taskset", ["-V"]).status !== 0) return [];
  try {
    const list =
      /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
    return list.split(",").flatMap((range) => {
      const [from = 0, to = from] = range.split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
  } catch {
    return [];
  }
}

/** How many hosts are worth running at once. */
export function usefulHosts(): number {
  return Math.max(1, Math.min(8, availableParallelism()));
}

/** Starts a host for thread scenarios, pinned to one of `cpus` where there are any. */
export function launchHost(options: LaunchOptions, cpus: readonly number[]): Host {
  // Graders that run side by side begin with different processors.
  const cpu = cpus.length === 0 ? undefined : cpus[(process.pid + options.slot) % cpus.length];
  const start: HostStart = { ...options.start, spin: cpu === undefined ? 1_500 : 0 };
  const { hostFile: file, sandbox, signal } = options;
  return startProcess({ file, start, cpu, sandbox, signal });
}

/** Starts a process that speaks the evidence protocol; `start` reaches it as JSON on its standard input. */
export function startProcess(options: {
  readonly file: string;
  readonly start: unknown;
  readonly cpu?: number | undefined;
  /** Where it runs in; nowhere in particular unless given. */
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Resident memory that is too much; {@link MEMORY_LIMIT} unless given. */
  readonly memoryLimit?: number;
  /** Heap of its main thread, in MiB. */
  readonly heap?: number;
  /** Further options of Node. */
  readonly options?: readonly string[];
  /** What its environment has besides. */
  readonly env?: Readonly<Record<string, string>>;
}): Host {
  const { cpu, sandbox, signal, memoryLimit = MEMORY_LIMIT, heap = 512 } = options;
  const node = [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    `--max-old-space-size=${heap}`,
    ...(options.options ?? []),
    options.file,
  ];
  const env = { TZ: "UTC", LANG: "C.UTF-8", ...options.env };
  const outside = {
    NODE_COMPILE_CACHE: join(dirname(options.file), "compiled"),
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  };
  const enclosed = sandbox?.enclose(node, { files: filesOf(options), env }) ?? node;
  const [command = "", ...args] =
    cpu === undefined ? enclosed : ["taskset", "-c", String(cpu), ...enclosed];
  const child = spawn(command, args, {
    stdio: ["pipe", "ignore", "pipe", "pipe", "pipe"],
    env: sandbox === undefined ? { ...outside, ...env } : outside,
    detached: process.platform !== "win32",
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(JSON.stringify(options.start));
  return speak(child, { signal, memoryLimit, sandbox });
}

/** The modules that a process is started with: its own, and those that are named to it, as `workerFile`. */
function filesOf({
  file,
  start,
}: {
  readonly file: string;
  readonly start: unknown;
}): readonly string[] {
  const named = Object.entries(start as Readonly<Record<string, unknown>>).flatMap(
    ([name, value]) => (name.endsWith("File") && typeof value === "string" ? [value] : []),
  );
  return [file, ...named];
}

function speak(
  child: ChildProcess,
  {
    signal,
    memoryLimit,
    sandbox,
  }: {
    readonly signal: AbortSignal | undefined;
    readonly memoryLimit: number;
    readonly sandbox: Sandbox | undefined;
  },
): Host {
  const frames: HostFrame[] = [];
  let ended: Error | undefined;
  let spoke = false;
  let wake = (): void => undefined;
  let complaint = "";
  let lost = false;
  const commands = child.stdio[4] as NodeJS.WritableStream;
  const evidence = child.stdio[3] as NodeJS.ReadableStream;

  const exited = new Promise<void>((resolve) => {
    child.once("close", (code, ownSignal) => {
      const exitSignal = ownSignal ?? (sandbox === undefined ? null : signalIn(code));
      if (!spoke && complaint.startsWith("bwrap: ")) {
        end(new Error(`the sandbox did not start: ${complaint.split("\n")[0]}`));
      }
      end(
        exitSignal === null
          ? new HostEnded(
              "exit",
              `the host ended with code ${code}${complaint === "" ? "" : `: ${errorIn(complaint)}`}`,
            )
          : complaint.includes("JavaScript heap out of memory")
            ? new HostEnded("memory", "the main thread of the host ran out of memory")
            : new HostEnded("signal", `the host was ended by ${exitSignal}`),
      );
      resolve();
    });
    child.once("error", (error) => {
      end(new HostEnded("exit", `the host did not start: ${error.message}`));
      resolve();
    });
  });

  function end(reason: Error): void {
    ended ??= reason;
    wake();
  }

  function destroy(): void {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      if (process.platform === "win32") child.kill("SIGKILL");
      else process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }

  const read = createLineReader((line) => {
    const frame = decodeFrame(line);
    if (!isHostFrame(frame)) throw new TypeError("not a frame");
    if (frame.kind === "stuck" || frame.kind === "broken" || isFailedStart(frame)) lost = true;
    spoke = true;
    frames.push(frame);
    wake();
  });
  evidence.setEncoding("utf8");
  evidence.on("data", (chunk) => {
    if (ended !== undefined) return;
    try {
      read(String(chunk));
    } catch (error) {
      end(
        new HostEnded(
          "malformed",
          `the host sent something that is no evidence: ${(error as Error).message}`,
        ),
      );
      destroy();
    }
  });
  evidence.on("error", () => undefined);
  commands.on("error", () => undefined);
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    if (complaint.length < 2_000) complaint += chunk.slice(0, 2_000);
  });
  const abort = (): void => {
    end(new HostEnded("aborted", "grading was stopped"));
    destroy();
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  let peak = 0;
  let host = sandbox === undefined ? child.pid : undefined;
  const pid = (): number | undefined =>
    (host ??= child.pid === undefined ? undefined : enclosedProcess(child.pid));
  const memory = watchMemory(pid, (bytes) => {
    peak = Math.max(peak, bytes);
    if (bytes <= memoryLimit) return;
    end(new HostEnded("memory", `the host used more than ${memoryLimit / 2 ** 20} MiB`));
    destroy();
  });
  child.once("close", () => {
    clearInterval(memory);
    signal?.removeEventListener("abort", abort);
  });

  return {
    send(command) {
      if (ended === undefined) commands.write(encodeFrame(command));
    },
    async receive() {
      for (;;) {
        const frame = frames.shift();
        if (frame !== undefined) return frame;
        if (ended !== undefined) throw ended;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(() => {
            end(
              new HostEnded("silent", `the host said nothing for ${SILENCE_LIMIT / 1_000} seconds`),
            );
            destroy();
          }, SILENCE_LIMIT);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    peakMemory: () => peak,
    usable: () => !lost && ended === undefined,
    async kill() {
      destroy();
      await exited;
    },
  };
}

/** What Node complains of: the line of the error, and not where in Node's own code it was thrown. */
function errorIn(complaint: string): string {
  const lines = complaint.split("\n");
  const error = lines.find((line) => /^(?:Uncaught )?\w*(?:Error|Exception)\b/.test(line));
  return error === undefined ? complaint : `${error}\n${complaint}`;
}

/** The signal that ended the process in a sandbox, which itself ends with a code like a shell's. */
function signalIn(code: number | null): string | null {
  const number = (code ?? 0) - 128;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? null;
}

/** The submission does not load: the host ends after it has said so. */
function isFailedStart(frame: HostFrame): boolean {
  return frame.kind === "ready" && frame.error !== undefined;
}

/** Looks at the resident memory of a host, where the system tells. */
function watchMemory(
  pid: () => number | undefined,
  onRead: (bytes: number) => void,
): NodeJS.Timeout | undefined {
  if (process.platform !== "linux") return undefined;
  const timer = setInterval(() => {
    try {
      const found = pid();
      if (found === undefined) return;
      const pages = Number(readFileSync(`/proc/${found}/statm`, "utf8").split(" ")[1]);
      onRead(pages * 4_096);
    } catch {
      clearInterval(timer);
    }
  }, 50);
  timer.unref();
  return timer;
}
