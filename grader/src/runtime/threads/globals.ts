/** The rest of the submission's globals: a virtual clock, seeded randomness, a console that keeps its lines. */

/** What changes from thread to thread and from execution to execution. */
export interface Ambient {
  /** Virtual milliseconds since the execution began, for this thread. */
  clock(): number;
  /** The next number of this thread's generator, in [0, 1). */
  random(): number;
  /** Takes a printed line. */
  print(line: string): void;
}

const EPOCH = Date.UTC(2026, 0, 1);

/** Builds the globals once for a worker; they ask `ambient` whenever they are used. */
export function createGlobals(ambient: Ambient): Readonly<Record<string, unknown>> {
  const RealDate = Date;
  const now = (): number => EPOCH + ambient.clock();
  const VirtualDate = function (...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, new.target) as object;
  };
  Object.defineProperties(VirtualDate, {
    name: { value: "Date" },
    prototype: { value: RealDate.prototype, writable: false },
    now: { value: now },
    UTC: { value: RealDate.UTC },
    parse: { value: RealDate.parse },
  });
  const math = Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(Math),
      random: { value: () => ambient.random() },
    },
  );
  const line = (...parts: unknown[]): void => {
    ambient.print(parts.map((part) => (typeof part === "string" ? part : show(part))).join(" "));
  };
  return {
    Date: VirtualDate,
    Math: math,
    performance: { now: () => ambient.clock() },
    console: { log: line, info: line, warn: line, error: line, debug: line },
  };
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "undefined")
    return typeof value;
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
