/** Runs programs in a locked realm, as a worker of the host does, and says what came of them. */
import { parentPort } from "node:worker_threads";
import { type Frame, lockRealm } from "../../../src/runtime/sealed/compartment.ts";
import { createGlobals } from "../../../src/runtime/threads/globals.ts";
import { decodeHandle, encodeHandle } from "../../../src/runtime/threads/handle.ts";
import { createKit } from "../../../src/runtime/threads/kit.ts";
import { createSharedMemory } from "../../../src/runtime/threads/shared-memory.ts";
import { elementTypes } from "../../../src/runtime/threads/operations.ts";
import { directMachine } from "../memory/_direct-machine.ts";
import { findForbidden } from "./_reach.ts";

/** A program to run. */
export interface LabRequest {
  readonly id: number;
  /** A bundle that exports a function `run`. */
  readonly code: string;
  readonly what: "run" | "reach" | "handle";
  /** How often it is instantiated and run. */
  readonly times: number;
}

/** What one run gave. */
export interface LabRun {
  readonly value?: unknown;
  readonly threw?: {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly frames: readonly Frame[];
  };
}

/** What a program did. */
export interface LabAnswer {
  readonly id: number;
  readonly runs: readonly LabRun[];
  /** Where the submission stood at each step. */
  readonly steps: readonly { readonly op: string; readonly frames: readonly Frame[] }[];
  readonly printed: readonly string[];
  readonly refused: readonly string[];
}

const port = parentPort;
if (port === null) throw new Error("_lab-worker.ts runs in a worker");

const copy = structuredClone;
const machine = directMachine({ onStep: ({ op }) => steps.push({ op, frames: realm.frames(6) }) });
let steps: LabAnswer["steps"][number][] = [];
let printed: string[] = [];
let refused: string[] = [];
let now = 0;

const forbidden = nativePowers();
const realm = lockRealm({ isView: (value) => memory.isView(value) });
for (const [name, power] of Object.entries(powersAfterLockdown())) forbidden.set(power, name);
const memory = createSharedMemory(machine, (what) => {
  refused.push(what);
  throw new RangeError(`refused: ${what}`);
});
const kit = realm.harden(createKit(machine, memory));
const globals = {
  ...memory.globals,
  ...createGlobals({
    clock: () => now++,
    random: () => 0.25,
    print: (line) => {
      printed.push(line);
    },
    describe: (value) => (memory.isView(value) ? "a view" : undefined),
  }),
};
const imports = {
  "@concurrency-katas/grader/kit": kit,
  "node:worker_threads": { threadId: 3, isMainThread: false },
};

port.on("message", ({ id, code, what, times }: LabRequest) => {
  steps = [];
  printed = [];
  refused = [];
  now = 0;
  const runs: LabRun[] = [];
  try {
    const factory = realm.compile(code, globals);
    for (let i = 0; i < times; i++) {
      runs.push(
        attempt(() => {
          const { run } = factory.instantiate(imports) as { readonly run: () => unknown };
          return judge(what, run());
        }),
      );
    }
  } catch (error) {
    runs.push({ threw: { ...textOf(error), frames: realm.framesOf(error) } });
  }
  port.postMessage({ id, runs, steps, printed, refused } satisfies LabAnswer);
});

function judge(what: LabRequest["what"], value: unknown): unknown {
  if (what === "reach") return findForbidden(value, forbidden);
  if (what === "handle") return decodeHandle(memory, encodeHandle(memory, value)) === undefined;
  return value;
}

function attempt(run: () => unknown): LabRun {
  try {
    const value = run();
    try {
      return { value: copy(value) };
    } catch {
      return { value: `a ${typeof value} that is not plain data` };
    }
  } catch (error) {
    return { threw: { ...textOf(error), frames: realm.framesOf(error) } };
  }
}

function textOf(error: unknown): { name: string; code: string; message: string } {
  if (typeof error !== "object" || error === null) {
    return { name: typeof error, code: "", message: String(error) };
  }
  const read = (key: string): string => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === "string" ? value : "";
  };
  return { name: read("name"), code: read("code"), message: read("message") };
}

/** What of the realm as it was before lockdown a submission must never reach. */
function nativePowers(): Map<unknown, string> {
  const names =
    "Atomics Compartment DataView Date Error Function Math SharedArrayBuffer TextDecoder TextEncoder " +
    "console eval fetch globalThis performance process queueMicrotask require setTimeout structuredClone " +
    "Buffer FinalizationRegistry Intl WeakRef WebAssembly Worker crypto lockdown repairIntrinsics";
  const found = new Map<unknown, string>();
  const add = (value: unknown, name: string): void => {
    if (value !== undefined) found.set(value, name);
  };
  const global = globalThis as unknown as Record<string, unknown>;
  for (const name of names.split(" ")) add(global[name], name);
  for (const { name } of elementTypes) {
    const native = global[name] as { readonly prototype: object } | undefined;
    add(native, name);
    add(native?.prototype, `${name}.prototype`);
  }
  add(SharedArrayBuffer.prototype, "SharedArrayBuffer.prototype");
  add(DataView.prototype, "DataView.prototype");
  add(Object.getPrototypeOf(Int8Array), "%TypedArray%");
  add(Object.getPrototypeOf(Int8Array.prototype), "%TypedArray.prototype%");
  for (const maker of [async () => undefined, function* () {}, async function* () {}]) {
    const { constructor } = maker;
    add(constructor, constructor.name);
  }
  return found;
}

/** What lockdown leaves to us alone. */
function powersAfterLockdown(): Readonly<Record<string, unknown>> {
  return {
    "our own Date": Date,
    "our own Math": Math,
    "our own Error": Error,
    "our own Compartment": Compartment,
    "our own Function": Function,
  };
}
