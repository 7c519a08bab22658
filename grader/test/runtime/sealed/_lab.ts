import { Worker } from "node:worker_threads";
import { bundleSubmission } from "../../../src/runtime/bundle.ts";
import type { SourcePosition } from "../../../src/runtime/bundle.ts";
import type { LabAnswer, LabRequest, LabRun } from "./_lab-worker.ts";

/** A worker with a locked realm, in which programs are run one after another. */
export interface Lab {
  /** Runs a program: its one file, or its files by name, of which `src/index.ts` exports a function `run`. */
  run(program: string | Readonly<Record<string, string>>, options?: LabOptions): Promise<LabReport>;
  close(): Promise<void>;
}

/** How a program is run. */
export interface LabOptions {
  readonly what?: LabRequest["what"];
  /** The program is a bundle as it is; positions are those in it. */
  readonly bundled?: boolean;
  readonly times?: number;
}

/** What a program did, with positions in its own files. */
export interface LabReport extends LabRun {
  readonly runs: readonly LabRun[];
  readonly steps: readonly { readonly op: string; readonly at: readonly string[] }[];
  readonly printed: readonly string[];
  readonly refused: readonly string[];
  /** Where it threw, innermost first. */
  readonly thrownAt: readonly string[];
}

/** Starts the worker. */
export function openLab(): Lab {
  const worker = new Worker(new URL("./_lab-worker.ts", import.meta.url));
  const waiting = new Map<number, (answer: LabAnswer | Error) => void>();
  let next = 0;
  worker.on("message", (answer: LabAnswer) => waiting.get(answer.id)?.(answer));
  worker.on("error", (error: Error) => {
    for (const end of waiting.values()) end(error);
  });
  return {
    async run(program, { what = "run", times = 1, bundled = false } = {}) {
      const files: Readonly<Record<string, string>> =
        typeof program === "string" ? { "src/index.ts": program } : program;
      const bundle = bundled
        ? { code: files["src/index.ts"] ?? "", locate: asItIs }
        : await bundleSubmission(new Map(Object.entries(files)), {
            entry: "src/index.ts",
            imports: ["@concurrency-katas/grader/kit", "node:worker_threads"],
          });
      if ("message" in bundle) throw new Error(bundle.message);
      const id = next++;
      const answer = await new Promise<LabAnswer>((resolve, reject) => {
        waiting.set(id, (end) => {
          if (end instanceof Error) reject(end);
          else resolve(end);
        });
        worker.postMessage({ id, code: bundle.code, what, times } satisfies LabRequest);
      });
      waiting.delete(id);
      const place = ({ line, column }: { line: number; column: number }): string =>
        text(bundle.locate(line, column));
      const [first = {}] = answer.runs;
      return {
        ...first,
        ...answer,
        steps: answer.steps.map(({ op, frames }) => ({ op, at: frames.map(place) })),
        thrownAt: first.threw?.frames.map(place) ?? [],
      };
    },
    async close() {
      await worker.terminate();
    },
  };
}

function asItIs(line: number, column: number): SourcePosition {
  return { file: "bundle", line, column };
}

function text(position: SourcePosition | undefined): string {
  return position === undefined ? "?" : `${position.file}:${position.line}:${position.column}`;
}
