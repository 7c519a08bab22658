/** The rest of the submission's globals: a virtual clock, seeded randomness, a console that keeps its lines. */
import { formatLine } from "./print.ts";

/** What changes from thread to thread and from execution to execution. */
export interface Ambient {
  /** Virtual milliseconds since the execution began, for this thread. */
  clock(): number;
  /** The next number of this thread's generator, in [0, 1). */
  random(): number;
  /** Takes a printed line. */
  print(line: string): void;
  /** Whether anybody reads what is printed; they do unless it is said. */
  listens?(): boolean;
  /** How an object of the engine reads, such as a view of shared memory; undefined for any other value. */
  describe?(value: object): string | undefined;
}

const EPOCH = Date.UTC(2026, 0, 1);

/** Builds the globals once for a worker, in a realm that is locked down; they ask `ambient` whenever they are used. */
export function createGlobals(ambient: Ambient): Readonly<Record<string, unknown>> {
  return {
    Date: createDate(ambient),
    Math: Object.defineProperties(
      {},
      { ...Object.getOwnPropertyDescriptors(Math), random: { value: () => ambient.random() } },
    ),
    performance: { now: () => ambient.clock(), timeOrigin: EPOCH },
    console: createConsole(ambient),
  };
}

/** `Date` whose present is the virtual one. */
function createDate(ambient: Ambient): unknown {
  const RealDate = Date;
  const now = (): number => EPOCH + ambient.clock();
  const VirtualDate = function (...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, new.target) as object;
  };
  Object.defineProperties(VirtualDate, {
    name: { value: "Date" },
    length: { value: RealDate.length },
    prototype: { value: RealDate.prototype, writable: false },
    now: { value: now },
    UTC: { value: RealDate.UTC },
    parse: { value: RealDate.parse },
  });
  return VirtualDate;
}

/** The methods of `console` that print their arguments. */
const printers = ["log", "info", "warn", "error", "debug", "trace", "dir", "table", "group"];
/** The methods that need not do anything. */
const silent = ["groupEnd", "time", "timeEnd", "timeLog", "count", "countReset", "clear"];

function createConsole(ambient: Ambient): object {
  const print = (...parts: unknown[]): void => {
    if (ambient.listens?.() ?? true) ambient.print(formatLine(parts, ambient.describe));
  };
  const assert = (holds: unknown, ...parts: unknown[]): void => {
    if (!holds) print("Assertion failed", ...parts);
  };
  return Object.fromEntries([
    ...printers.map((name) => [name, print] as const),
    ...silent.map((name) => [name, () => undefined] as const),
    ["assert", assert],
  ]);
}
