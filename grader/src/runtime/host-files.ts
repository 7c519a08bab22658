/** Bundles our own hosts with esbuild, and the scenarios that they run; what comes of it is kept by its content. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Our own modules, bundled for the host process. */
export interface HostFiles {
  readonly host: string;
  readonly worker: string;
  readonly scenarios: string;
  readonly stressHost: string;
  readonly stressWorker: string;
  readonly stressConductor: string;
  /** What only a program scenario needs; bundled when it is first asked for. */
  program(): Promise<ProgramFiles>;
  /** What only scenarios of tasks need; likewise. */
  tasks(): Promise<TaskFiles>;
  /** What only a scenario of processes needs. */
  processes(): Promise<ProcessFiles>;
}

/** Our own modules, bundled for the host process of tasks. */
export interface TaskFiles {
  readonly taskHost: string;
  readonly taskWorker: string;
}

/** Our own modules, bundled for the host process of a program. */
export interface ProgramFiles {
  readonly programHost: string;
  readonly programWorker: string;
  readonly programSupervisor: string;
}

/** Our own modules, bundled for a parent process and its children. */
export interface ProcessFiles {
  readonly processHost: string;
  readonly processChild: string;
  readonly processGivenChild: string;
  readonly processSupervisor: string;
}

/** Whether this code runs from its TypeScript source. */
const fromSource = import.meta.url.endsWith(".ts");

/** The file of one of our own modules, beside this one, in source or built form. */
export function ownFile(path: string): string {
  return fileURLToPath(new URL(fromSource ? path : path.replace(/\.ts$/, ".js"), import.meta.url));
}

/** Bundles host, worker and scenario files; the results are kept by content, so they are never stale. */
export async function bundleHost(
  scenarioFiles: readonly string[],
  cacheFolder = defaultCache(),
): Promise<HostFiles> {
  const list = scenarioFiles
    .map((file, i) => `import s${i} from ${JSON.stringify(file)};`)
    .join("\n");
  const scenarioEntry = `${list}\nexport const scenarios = [${scenarioFiles.map((_, i) => `...s${i}`).join(", ")}];\n`;
  const common = {
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node22",
    conditions: fromSource ? ["@concurrency-katas/source"] : [],
    legalComments: "none",
    logLevel: "silent",
  } as const;
  const buildOwn = async <Name extends string>(
    modules: Readonly<Record<Name, string>>,
  ): Promise<Readonly<Record<Name, string>>> => {
    const entryPoints = Object.entries<string>(modules);
    const { outputFiles } = await build({
      ...common,
      // Where nothing is written, esbuild names its outputs all the same.
      outdir: "/",
      entryPoints: entryPoints.map(([out, path]) => ({ in: ownFile(path), out })),
    });
    const kept = entryPoints.map(([name]) => {
      const output = outputFiles.find(({ path }) => basename(path, ".js") === name);
      return [name, keepFile(cacheFolder, fileName(name), output?.text ?? "")];
    });
    return Object.fromEntries(kept) as Record<Name, string>;
  };
  const [own, scenarios] = await Promise.all([
    buildOwn(hostModules),
    build({
      ...common,
      stdin: {
        contents: scenarioEntry,
        resolveDir: dirname(ownFile("./host-files.ts")),
        loader: "js",
      },
    }),
  ]);
  let program: ReturnType<HostFiles["program"]> | undefined;
  let tasks: ReturnType<HostFiles["tasks"]> | undefined;
  let processes: ReturnType<HostFiles["processes"]> | undefined;
  return {
    ...own,
    program: () => (program ??= buildOwn(programModules)),
    tasks: () => (tasks ??= buildOwn(taskModules)),
    processes: () => (processes ??= buildOwn(processModules)),
    scenarios: keepFile(cacheFolder, "scenarios", scenarios.outputFiles[0]?.text ?? ""),
  };
}

/** Our own modules that are files of their own in a host. */
const hostModules = {
  host: "./threads/host.ts",
  worker: "./threads/worker.ts",
  stressHost: "./stress/host.ts",
  stressWorker: "./stress/worker.ts",
  stressConductor: "./stress/conductor.ts",
};

/** Those of a program's host. */
const programModules = {
  programHost: "./program/host.ts",
  programWorker: "./program/worker.ts",
  programSupervisor: "./program/supervisor.ts",
};

/** Those of a host of tasks. */
const taskModules = {
  taskHost: "./tasks/host.ts",
  taskWorker: "./tasks/worker.ts",
};

/** Those of a parent process and its children. */
const processModules = {
  processHost: "./processes/host.ts",
  processChild: "./processes/child.ts",
  processGivenChild: "./processes/given-child.ts",
  processSupervisor: "./processes/supervisor.ts",
};

/** `stress-host` for `stressHost`. */
function fileName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function keepFile(folder: string, name: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 20);
  const file = join(folder, `${name}-${hash}.mjs`);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return file;
  mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
  return file;
}

function defaultCache(): string {
  const own = fileURLToPath(import.meta.url);
  const at = own.lastIndexOf("/node_modules/");
  if (at !== -1) return join(own.slice(0, at), "node_modules/.cache/concurrency-katas");
  for (let folder = dirname(own); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules/.package-lock.json")))
      return join(folder, "node_modules/.cache/concurrency-katas");
  }
  return join(tmpdir(), "concurrency-katas");
}
