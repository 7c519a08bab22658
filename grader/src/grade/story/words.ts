/** What a step did, in words. */
import { atomicArguments } from "./expression.ts";
import { type Access, type TraceReading, threadsOf, workerName } from "./reading.ts";
import { windowAt } from "./source.ts";

/**
 * The text of a step: `load balance → 10`, `sub 8 → balance 2`, `sleeps in Atomics.wait on lock`.
 */
export function describeAccess(access: Access, reading: TraceReading): string {
  const { op, before, after } = access;
  const name = reading.nameOf(access.cell);
  switch (op) {
    case "read":
    case "load":
      return `${op} ${name} → ${before}`;
    case "write":
    case "store":
      return `${op} ${name} = ${after} (was ${before})`;
    case "add":
    case "sub":
      return `${op} ${amountOf(access)} → ${subject(name)} ${after}`;
    case "and":
    case "or":
    case "xor":
    case "exchange":
      return `${op} ${subject(name)} ${before} → ${after}`;
    case "compareExchange":
      return describeCompareExchange(access, reading, name);
    case "wait":
      return describeWait(access, name);
    case "notify":
      return `notify ${name}: ${whomItWakes(access)}`;
    case "timeout":
      return isLent(access, reading) ? `gives up waiting for ${name}` : "the sleep times out";
    case "tryLock":
      return access.step.extra === 1 ? `takes ${name}` : `tries to take ${name}: it is held`;
    case "lock":
    case "unlock":
      return `${op} ${name}`;
    default:
      return op;
  }
}

/** Whether the cell is a lock that the scenario lends. */
function isLent({ cell }: Access, reading: TraceReading): boolean {
  return reading.cells[cell]?.buffer?.name !== undefined;
}

/** A name before a value: one of several words ends with a colon. */
function subject(name: string): string {
  return name.includes(" ") ? `${name}:` : name;
}

/** What an `add` or a `sub` added or took, as far as the two values tell. */
function amountOf({ op, before, after }: Access): string {
  const [from, to] = op === "add" ? [before, after] : [after, before];
  if (typeof from === "number" && typeof to === "number") return String(to - from);
  return isWhole(from) && isWhole(to) ? String(BigInt(to) - BigInt(from)) : "?";
}

function isWhole(value: number | string): boolean {
  return /^-?\d+$/.test(String(value));
}

function describeCompareExchange(access: Access, reading: TraceReading, name: string): string {
  const { before, after, writes } = access;
  if (writes) return `compareExchange ${subject(name)} ${before} → ${after}`;
  const expected = expectedBy(access, reading);
  const looked = expected === undefined ? "" : `expected ${expected}, `;
  return `compareExchange ${subject(name)} ${looked}found ${before}: no change`;
}

/**
 * What a failed `compareExchange` hoped to find. The log does not say, so it is told only where the
 * source does: a number, or a variable that a read of the same cell in this operation was put into.
 */
function expectedBy(access: Access, reading: TraceReading): string | undefined {
  if (access.access === undefined) return undefined;
  const window = windowAt(access.access, reading.lookup);
  const [, , expected] = atomicArguments("compareExchange", window);
  if (expected === undefined) return undefined;
  if (/^-?\d+n?$/.test(expected)) return expected;
  if (!/^[A-Za-z_$][\w$]*$/.test(expected)) return undefined;
  const assigns = new RegExp(`(?<![\\w$.])${expected.replaceAll("$", "\\$")}\\s*=(?!=)`);
  const source = reading.accesses.findLast(
    (earlier) =>
      earlier.at < access.at &&
      earlier.thread === access.thread &&
      earlier.operation === access.operation &&
      earlier.cell === access.cell,
  );
  if (source === undefined || !source.reads || source.access === undefined) return undefined;
  return assigns.test(source.access.text) ? String(source.before) : undefined;
}

function describeWait({ step, before, after }: Access, name: string): string {
  if (step.extra === 1) return `sleeps in Atomics.wait on ${name} (${before})`;
  if (Object.is(before, after)) return `wait on ${name}: times out at once`;
  return `wait on ${name} expected ${after}, found ${before}: no sleep`;
}

function whomItWakes({ step, after }: Access): string {
  if (step.extra === 0) return "nobody sleeps";
  return `wakes ${threadsOf(Number(after)).map(workerName).join(" and ")}`;
}
