/** The step that each thread has announced, and whether it depends on the one that was taken last. */
import {
  Field,
  MAX_THREADS,
  PENDING,
  PENDING_ADDRESS,
  RECORD_WORDS,
  type SharedBlocks,
  Word,
} from "./layout.ts";
import { Op, elementTypes } from "./operations.ts";

/** What a step does with its address, as bits. */
const Effect = { none: 0, reads: 1, writes: 2, queues: 4 } as const;

function effectOf(op: number): number {
  switch (op) {
    case 0:
    case Op.arrive:
      return Effect.none;
    case Op.read:
    case Op.load:
      return Effect.reads;
    case Op.wait:
      return Effect.reads | Effect.queues;
    case Op.notify:
    case Op.timeout:
      return Effect.queues;
    default:
      return Effect.reads | Effect.writes;
  }
}

/** Of two steps on the same bytes, whether it matters which comes first. */
function areDependent(a: number, b: number): boolean {
  const bothQueue = a & b & Effect.queues;
  const oneWrites = (a & Effect.writes && b & VALUE) || (b & Effect.writes && a & VALUE);
  return (bothQueue | oneWrites) !== 0;
}

const VALUE = Effect.reads | Effect.writes;

const bytesOf: readonly number[] = elementTypes.map(({ bytes }) => bytes);

/** Packs an operation for {@link PENDING}. */
export function announcement(op: number, type: number): number {
  return op | (type << 8);
}

/** Says whether what a thread has announced races with the last step of the log. */
export function createRaces({
  control: controlBlock,
  log: logBlock,
}: Pick<SharedBlocks, "control" | "log">): (thread: number) => boolean {
  const control = new Int32Array(controlBlock);
  const log = new Int32Array(logBlock);
  return (thread) => {
    const base = ((control[Word.step] as number) - 1) * RECORD_WORDS;
    if (base < 0) return false;
    const head = log[base + Field.head] as number;
    const pending = control[PENDING + thread] as number;
    if (!areDependent(effectOf(head & 0xff), effectOf(pending & 0xff))) return false;
    const address = log[base + Field.address] as number;
    const other = control[PENDING_ADDRESS + thread] as number;
    return (
      address < other + (bytesOf[pending >> 8] as number) &&
      other < address + (bytesOf[(head >> 16) & 0xff] as number)
    );
  };
}

/** The first step of each thread of a scenario. */
export interface FirstSteps {
  /** Begins a scenario. */
  forget(): void;
  /** Takes in an execution of so many steps. */
  learn(length: number): void;
  /** Announces what is known, before an execution begins. */
  announce(): void;
}

/**
 * Remembers with what each thread begins. It has observed nothing by then, so this is the same in every execution, but
 * nobody can announce it before the thread has run.
 */
export function createFirstSteps({
  control: controlBlock,
  log: logBlock,
}: Pick<SharedBlocks, "control" | "log">): FirstSteps {
  const control = new Int32Array(controlBlock);
  const log = new Int32Array(logBlock);
  const pending = new Int32Array(MAX_THREADS);
  const addresses = new Int32Array(MAX_THREADS);
  return {
    forget() {
      pending.fill(0);
    },
    learn(length) {
      for (let step = length - 1; step >= 0; step--) {
        const base = step * RECORD_WORDS;
        const head = log[base + Field.head] as number;
        const op = head & 0xff;
        if (op === Op.arrive) continue;
        const thread = (head >> 8) & 0xff;
        pending[thread] = announcement(op, (head >> 16) & 0xff);
        addresses[thread] = log[base + Field.address] as number;
      }
    },
    announce() {
      control.set(pending, PENDING);
      control.set(addresses, PENDING_ADDRESS);
    },
  };
}
