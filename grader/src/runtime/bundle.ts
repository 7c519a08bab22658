/**
 * Bundles a submission with esbuild, from texts in memory, once per grading. The student's configuration is never
 * read; types are erased, nothing is checked.
 */
import { posix } from "node:path";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { providedModules, providedToPrograms } from "./provided.ts";
import { statelessNames } from "./stateless.ts";
import { type BuildFailure, type Message, type Plugin, build, transform } from "esbuild";
import { moduleUrl } from "./sealed/url.ts";

/** A submission's files by their path in the kata, such as `src/index.ts`. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Where something stands in the student's files; lines and columns from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Why a submission cannot be run. */
export interface BundleProblem {
  readonly kind: "refused" | "syntax";
  readonly message: string;
  readonly position?: SourcePosition;
}

/** A module with all that it imports, ready to be evaluated. */
export interface ModuleBundle {
  /** The body of a function of `require`, `exports` and `module`. */
  readonly code: string;
  /** True when the module cannot keep state, so that one instance serves every execution. */
  readonly stateless: boolean;
  /** True when it is made of given files only, of which the submission has written none. */
  readonly isGiven: boolean;
  /** What it imports of the submission and does not contain, by path: that is evaluated in a scope of its own. */
  readonly parts: ReadonlyMap<string, ModuleBundle>;
  /** Maps a position in the bundle to the student's file. */
  locate(line: number, column: number): SourcePosition | undefined;
}

/** A submission, ready to be evaluated. */
export interface SubmissionBundle extends ModuleBundle {
  /** The modules that it may start as workers, by their path in the kata. */
  readonly workers: ReadonlyMap<string, ModuleBundle>;
}

/** How a submission is bundled. */
export interface BundleOptions {
  readonly entry: string;
  /** The modules that may be imported beside the submission's own files. */
  readonly imports: readonly string[];
  /** The modules that the submission may start as workers; with any, `import.meta.url` is a fixed URL. */
  readonly workers?: readonly string[];
}

/** Bundles a submission from its entry file, and each module that it may start as a worker. */
export async function bundleSubmission(
  files: SourceFiles,
  options: BundleOptions,
): Promise<SubmissionBundle | BundleProblem> {
  const main = await bundleModule(files, options);
  if (!("code" in main)) return main;
  const workers = new Map<string, ModuleBundle>();
  for (const entry of options.workers ?? []) {
    const worker = await bundleModule(files, { ...options, entry });
    if (!("code" in worker)) return worker;
    workers.set(entry, worker);
  }
  return { ...main, workers };
}

async function bundleModule(
  files: SourceFiles,
  options: BundleOptions,
): Promise<ModuleBundle | BundleProblem> {
  if (!files.has(options.entry))
    return { kind: "syntax", message: `there is no file ${options.entry} in the submission` };
  const startsWorkers = (options.workers ?? []).length > 0;
  const namesOf = (path: string): readonly string[] => [
    ...(providedModules[path] ?? []),
    ...((startsWorkers ? providedToPrograms : {})[path] ?? []),
  ];
  const allowed = options.imports.filter((path) => Object.hasOwn(providedModules, path));
  const refusal = (path: string): string =>
    `import of "${path}" is not allowed; this kata may import ${[...allowed, "its own files"].join(", ")}`;
  const imported = new Set<string>();
  // A given module that runs in a child has more than the submission may have: they share no scope.
  const isApart = options.imports.includes("node:child_process") && isGiven(options.entry);
  const plugin: Plugin = {
    name: "submission",
    setup(setup) {
      setup.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return { path: options.entry, namespace: "student" };
        if (allowed.includes(path)) {
          if (kind === "dynamic-import")
            return { errors: [{ text: `dynamic ${refusal(path)}`, detail: "refused" }] };
          return { path, namespace: "provided" };
        }
        if (path.startsWith(".")) {
          const file = posix.join(posix.dirname(importer), path);
          if (files.has(file)) {
            if (!isApart || isGiven(file)) return { path: file, namespace: "student" };
            imported.add(file);
            return { path: file, namespace: "part" };
          }
          return {
            errors: [{ text: `there is no file ${file} in the submission`, detail: "syntax" }],
          };
        }
        return { errors: [{ text: refusal(path), detail: "refused" }] };
      });
      setup.onLoad({ filter: /.*/, namespace: "provided" }, ({ path }) => ({
        contents: provided(path, namesOf(path)),
        loader: "js",
      }));
      setup.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => ({
        contents: `module.exports = imports[${JSON.stringify(path)}];\n`,
        loader: "js",
      }));
      setup.onLoad({ filter: /.*/, namespace: "student" }, async ({ path }) => {
        const contents = files.get(path) ?? "";
        return {
          contents:
            startsWorkers && contents.includes("import.meta")
              ? await withModuleUrl(path, contents)
              : contents,
          loader: "ts",
        };
      });
    },
  };
  try {
    const result = await build({
      // Any name that is no file here: esbuild looks at the disk before it asks the plugin.
      entryPoints: ["the submission"],
      bundle: true,
      write: false,
      outfile: "/submission.js",
      format: "esm",
      platform: "neutral",
      target: "esnext",
      charset: "utf8",
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      tsconfigRaw,
      logLevel: "silent",
      plugins: [plugin],
    });
    const text = result.outputFiles.find(({ path }) => path.endsWith(".js"))?.text ?? "";
    const names = statelessNames(text);
    const code = toFunctionBody(text, { names, imports: [...allowed, ...imported] });
    const map = new TraceMap(
      result.outputFiles.find(({ path }) => path.endsWith(".map"))?.text ?? "{}",
    );
    const parts = new Map<string, ModuleBundle>();
    for (const path of imported) {
      const part = await bundleModule(files, { ...options, entry: path });
      if (!("code" in part)) return part;
      parts.set(path, part);
    }
    return {
      code,
      stateless: names !== undefined,
      isGiven:
        parts.size === 0 &&
        map.sources.every((source) => /(?:^|\/)(?:student:given\/|provided:)/.test(source ?? "")),
      parts,
      locate(line, column) {
        const found = originalPositionFor(map, { line, column: column - 1 });
        if (found.source === null) return undefined;
        return {
          file: found.source.replace(/^.*student:/, ""),
          line: found.line,
          column: found.column + 1,
        };
      },
    };
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (first === undefined) throw error;
    return problemOf(first);
  }
}

function isGiven(path: string): boolean {
  return path.startsWith("given/");
}

const tsconfigRaw = {
  compilerOptions: { useDefineForClassFields: true, verbatimModuleSyntax: true },
} as const;

/** A module whose `import.meta.url` is its URL in the kata; it carries its own source map. */
async function withModuleUrl(path: string, contents: string): Promise<string> {
  try {
    const { code } = await transform(contents, {
      loader: "ts",
      target: "esnext",
      charset: "utf8",
      legalComments: "none",
      sourcemap: "inline",
      sourcesContent: false,
      sourcefile: path,
      define: { "import.meta.url": JSON.stringify(moduleUrl(path)) },
      tsconfigRaw,
      logLevel: "silent",
    });
    return code;
  } catch {
    // The bundle says what is wrong with it, and where.
    return contents;
  }
}

/** A module that the engine provides, as the bundle reaches it: by the function's parameter `imports`. */
function provided(path: string, names: readonly string[]): string {
  const from = `imports[${JSON.stringify(path)}]`;
  return `export const { ${names.join(", ")} } = ${from};\nexport default ${from};\n`;
}

/** Name under which a stateless module hands out what else has to be frozen beside its exports. */
export const KEPT = "*";

/** esbuild ends a bundle with one export statement; as a function body it fills `module.exports`. */
function toFunctionBody(
  text: string,
  { names, imports }: { names: readonly string[] | undefined; imports: readonly string[] },
): string {
  const at = text.lastIndexOf("\nexport {");
  const exported = at === -1 ? "" : text.slice(at + "\nexport {".length, text.indexOf("}", at));
  const pairs = exported
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [local, name = local] = part.split(" as ");
      return `${JSON.stringify(name)}: ${local}`;
    });
  if (names !== undefined) pairs.push(`${JSON.stringify(KEPT)}: [${names.join(", ")}]`);
  const modules = imports.map(
    (path) => `${JSON.stringify(path)}: require(${JSON.stringify(path)})`,
  );
  const body = at === -1 ? text : text.slice(0, at);
  // In a function of its own, because a submission may call something `module` or `imports` too.
  return `const imports = { ${modules.join(", ")} }; module.exports = (() => { ${body}\nreturn { ${pairs.join(", ")} }; })();`;
}

function problemOf({ text, detail, location }: Message): BundleProblem {
  const kind = detail === "refused" ? "refused" : "syntax";
  if (location === null) return { kind, message: text };
  const { file, line, column, lineText, length } = location;
  const caret = `${" ".repeat(column)}${"^".repeat(Math.max(1, Math.min(length, lineText.length - column)))}`;
  return {
    kind,
    message: `${text}\n${lineText}\n${caret}`,
    position: { file: file.replace(/^.*student:/, ""), line, column: column + 1 },
  };
}
