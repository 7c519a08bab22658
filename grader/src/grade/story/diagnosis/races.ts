/** Data races: which of the two accesses lacks what. */
import { heldBy } from "../holders.ts";
import { type Access, type TraceReading, isMutexStep } from "../reading.ts";
import { atPlace } from "../source.ts";
import { mutexName } from "../waiters.ts";
import { type Pattern, type Rule, who } from "./finding.ts";

/** The race of the trace, named after the access that is not synchronised. */
export const dataRace: Rule = (reading) => {
  const { race } = reading.trace;
  const [earlier, later] = [race?.earlier, race?.later].map((step) =>
    reading.accesses.find((access) => access.step.step === step),
  );
  if (earlier === undefined || later === undefined) return [];
  return [describe(reading, earlier, later)];
};

function describe(reading: TraceReading, earlier: Access, later: Access): Pattern {
  const operations = [earlier.operation, later.operation];
  if (!isPlain(earlier) && !isPlain(later)) {
    const sentence = `${told(earlier)} and ${told(later)} overlap on ${reading.nameOf(later.cell)}, but are not about the same bytes: that is not atomic`;
    return { sentence, operations };
  }
  const bare = unprotected(reading, earlier, later);
  if (bare === undefined) return { ...bothBare(reading, earlier, later), operations };
  const other = bare === earlier ? later : earlier;
  const sentence = `${told(bare)} of ${reading.nameOf(bare.cell)} is plain and not protected by ${protection(reading, other)}`;
  return { bugClass: classOf(bare), sentence, operations };
}

function isPlain({ op }: Access): boolean {
  return op === "read" || op === "write";
}

function classOf({ op }: Access): "unsynchronised-read" | "unsynchronised-write" {
  return op === "read" ? "unsynchronised-read" : "unsynchronised-write";
}

function told(access: Access): string {
  const noun = access.op === "read" || access.op === "write" ? access.op : `Atomics.${access.op}`;
  return `${who(access)}'s ${noun}${atPlace(access.place)}`;
}

/** The one that has no lock and is not atomic, where the other one has or is. */
function unprotected(reading: TraceReading, earlier: Access, later: Access): Access | undefined {
  if (isPlain(earlier) !== isPlain(later)) return isPlain(earlier) ? earlier : later;
  const [a, b] = [earlier, later].map(
    (access) => heldBy(reading, access.thread, access.at).length > 0,
  );
  if (a === b) return undefined;
  return a === true ? later : earlier;
}

function protection(reading: TraceReading, access: Access): string {
  if (!isPlain(access)) return `anything, while ${told(access)} is atomic`;
  const [holding] = heldBy(reading, access.thread, access.at);
  const isKit = holding !== undefined && isMutexStep(holding.taken);
  const lock =
    holding === undefined
      ? "a lock"
      : isKit
        ? mutexName(reading, holding.cell)
        : `the lock "${reading.nameOf(holding.cell)}"`;
  return `${lock}, which ${who(access)} holds for its ${access.op}${atPlace(access.place)}`;
}

function bothBare(
  reading: TraceReading,
  earlier: Access,
  later: Access,
): Omit<Pattern, "operations"> {
  const written = [later, earlier].find(({ op }) => op === "write");
  const name = reading.nameOf(later.cell);
  const isLocked = heldBy(reading, earlier.thread, earlier.at).length > 0;
  const why = isLocked
    ? "each of them holds a lock, but not the same one"
    : "nothing puts them in order, no lock and no Atomics";
  return {
    ...(written === undefined ? {} : { bugClass: classOf(written) }),
    sentence: `${told(earlier)} and ${told(later)} are both about ${name}, and ${why}`,
  };
}
