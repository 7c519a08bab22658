import { createRaceDetector } from "../../src/race/index.ts";
import type { RaceDetector, RaceKind } from "../../src/race/index.ts";

/** Locations of the litmus tests: `.low` and `.high` are halves, `.unaligned` reaches into `x`. */
const locations: Readonly<Record<string, readonly [address: number, size: number]>> = {
  data: [0, 4],
  flag: [8, 4],
  "flag.low": [8, 2],
  "flag.high": [10, 2],
  "flag.double": [8, 8],
  "flag.unaligned": [14, 4],
  x: [16, 4],
  y: [20, 4],
};

/** A race in words, with the steps as they were written. */
export interface NamedRace {
  readonly earlier: string;
  readonly later: string;
  readonly kind: RaceKind;
}

/**
 * The first race of an execution that is written one step to a line, as in `A store flag`: an agent
 * from A to D, an operation, a location, a mutex (`m`, `n`) or an agent.
 */
export function race(text: string): NamedRace | undefined {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const detector = createRaceDetector({ threads: 4, bytes: 64 });
  lines.forEach((line, step) => tell(detector, line, step));
  const found = detector.race;
  if (!found) return undefined;
  return { earlier: lines[found.earlier]!, later: lines[found.later]!, kind: found.kind };
}

function tell(detector: RaceDetector, line: string, step: number): void {
  const [agent = "", operation = "", operand = ""] = line.split(" ");
  const thread = agentOf(agent);
  const [address, size] = locations[operand] ?? [0, 0];
  switch (operation) {
    case "read":
      detector.plainRead(thread, address, size, step);
      break;
    case "write":
      detector.plainWrite(thread, address, size, step);
      break;
    case "load":
    case "cas-fails":
      detector.atomicLoad(thread, address, size, step);
      break;
    case "store":
      detector.atomicStore(thread, address, size, step);
      break;
    case "add":
    case "cas":
      detector.atomicUpdate(thread, address, size, step);
      break;
    case "wait":
      detector.waitEnter(thread, address);
      detector.atomicLoad(thread, address, size, step);
      break;
    case "wake":
      detector.wake(thread, address);
      break;
    case "notify":
      detector.notify(thread, address);
      break;
    case "lock":
      detector.acquire(thread, operand.charCodeAt(0));
      break;
    case "unlock":
      detector.release(thread, operand.charCodeAt(0));
      break;
    case "fork":
      detector.fork(thread, agentOf(operand));
      break;
    case "join":
      detector.join(thread, agentOf(operand));
      break;
    default:
      throw new Error(`no operation: ${line}`);
  }
}

function agentOf(letter: string): number {
  return "ABCD".indexOf(letter);
}
