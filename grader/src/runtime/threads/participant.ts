/** A thread of a scenario in its worker: instantiates the submission, runs the body, records the operations. */
import type { SharedTools, Thread, ThreadBody } from "../../scenario/index.ts";
import { encodeFrame } from "../frames.ts";
import type { SharedBlocks } from "./layout.ts";
import { End, OPERATION_LIMIT, OPERATION_WORDS, TEXT_BYTES, Word } from "./layout.ts";
import { type Machine, abandoned } from "./machine.ts";
import { peek } from "./peek.ts";

/** Tags of an operation's outcome in its record. */
export const Tag = {
  pending: 0,
  undefined: 1,
  number: 2,
  true: 3,
  false: 4,
  null: 5,
  /** JSON text. */
  text: 6,
  /** Threw; the text is the error's code. */
  threw: 7,
  /** Not plain data: the text describes it. */
  opaque: 8,
} as const;

/** Words of an operation record; the outcome's number is the 64-bit float at word 6. */
export const OperationField = {
  thread: 0,
  definition: 1,
  call: 2,
  return: 3,
  tag: 4,
  text: 5,
  worker: 8,
} as const;

/** Set in a record's definition when its name and arguments follow in the text area (offset in word `text`). */
export const NEW_DEFINITION = 1 << 30;

/** An assertion of the scenario that did not hold. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
  readonly #own = true;

  /** Tells one of these from anything that a submission may throw, and asks it nothing. */
  static is(value: unknown): value is AssertionFailed {
    return typeof value === "object" && value !== null && #own in value && value.#own;
  }
}

/** What ended an execution early, kept until the controller asks. */
export interface Crash {
  readonly kind: "threw" | "assertion";
  readonly thread: number;
  readonly code: string;
  readonly message: string;
  readonly error: unknown;
}

/** A participant as scenario code sees it, without what it can lend. */
export type Recorder = Omit<Thread, keyof SharedTools>;

/** Runs bodies on one worker. */
export interface Participant {
  /** Runs one body to its end; false when the execution was abandoned or the body threw. */
  run(body: () => void): boolean;
  thread(index: number, threadId: number): Recorder;
  readonly crash: () => Crash | undefined;
  forget(): void;
}

/**
 * Operation times, in fractions of a step: a call stands just before its first step, a return just after its last;
 * an operation without steps, of the main thread, stands between two.
 */
export const STEP = 2_048;
const before = (step: number): number => step * STEP;
const after = (step: number): number => step * STEP + STEP / 4;
const between = (step: number, order: number): number =>
  step * STEP - STEP / 2 + Math.min(order, STEP / 4);

/** Makes the recorder of one worker. */
export function createParticipant(
  blocks: SharedBlocks,
  machine: Machine,
  worker: number,
): Participant {
  const control = new Int32Array(blocks.control);
  const records = new Int32Array(blocks.operations);
  const numbers = new Float64Array(blocks.operations);
  const text = new Uint8Array(blocks.text);
  const encoder = new TextEncoder();
  /** What each position among a thread's operations was last time: name, arguments and their number. */
  const known = new Map<number, { name: string; args: readonly unknown[]; id: number }>();
  const definitions = new Map<string, number>();
  let crash: Crash | undefined;
  let position = 0;

  function putText(value: string): number {
    const bytes = encoder.encode(value);
    const offset = control[Word.text] as number;
    const room = Math.min(bytes.length, 4_000, TEXT_BYTES - offset - 2);
    if (room < 0) return -1;
    text[offset] = room & 0xff;
    text[offset + 1] = room >> 8;
    text.set(bytes.subarray(0, room), offset + 2);
    control[Word.text] = offset + room + 2;
    return offset;
  }

  function define(thread: number, name: string, args: readonly unknown[], base: number): number {
    const slot = (thread + 1) * OPERATION_LIMIT + position++;
    const last = known.get(slot);
    if (last !== undefined && last.name === name && sameItems(last.args, args)) return last.id;
    const content = encodeFrame([name, args]);
    let id = definitions.get(content);
    if (id === undefined) {
      id = definitions.size;
      definitions.set(content, id);
      records[base + OperationField.text] = putText(content);
      known.set(slot, { name, args: [...args], id });
      return id | NEW_DEFINITION;
    }
    known.set(slot, { name, args: [...args], id });
    return id;
  }

  function conclude(base: number, value: unknown): void {
    let tag: number = Tag.opaque;
    if (value === undefined) tag = Tag.undefined;
    else if (typeof value === "number") {
      tag = Tag.number;
      numbers[(base >> 1) + 3] = value;
    } else if (value === true) tag = Tag.true;
    else if (value === false) tag = Tag.false;
    else if (value === null) tag = Tag.null;
    else {
      const plain = plainText(value);
      if (plain !== undefined) tag = Tag.text;
      keepDefinition(base, plain ?? typeof value);
    }
    records[base + OperationField.tag] = tag;
  }

  /** Writes the outcome's text behind a new definition's, if there is one: the reader takes them in order. */
  function keepDefinition(base: number, value: string): void {
    if (((records[base + OperationField.definition] as number) & NEW_DEFINITION) === 0) {
      records[base + OperationField.text] = putText(value);
    } else {
      numbers[(base >> 1) + 3] = putText(value);
    }
  }

  function operation<R>(index: number, name: string, args: readonly unknown[], call: () => R): R {
    const entry = control[Word.operations] as number;
    if (entry >= OPERATION_LIMIT) {
      machine.end(End.limit);
      throw abandoned;
    }
    control[Word.operations] = entry + 1;
    const base = entry * OPERATION_WORDS;
    records[base + OperationField.thread] = index;
    records[base + OperationField.worker] = worker;
    records[base + OperationField.definition] = define(index, name, args, base);
    records[base + OperationField.call] = -1;
    records[base + OperationField.tag] = Tag.pending;
    let started = false;
    const outer = machine.onStep;
    machine.onStep = (step) => {
      if (!started) records[base + OperationField.call] = before(step);
      started = true;
      outer?.(step);
    };
    const close = (): void => {
      // What touched no shared memory may have happened at any later moment just as well.
      if (!started) machine.pause();
      machine.onStep = outer;
      if (started) {
        records[base + OperationField.return] = after(machine.activeAt());
        return;
      }
      const time = between(machine.now() + (index === -1 ? 1 : 0), position);
      records[base + OperationField.call] = time;
      records[base + OperationField.return] = time;
    };
    try {
      const value = call();
      close();
      conclude(base, value);
      return value;
    } catch (error) {
      if (error === abandoned || machine.aborting()) {
        machine.onStep = outer;
        throw abandoned;
      }
      close();
      records[base + OperationField.tag] = Tag.threw;
      keepDefinition(base, codeOfError(error));
      throw error;
    }
  }

  return {
    run(body) {
      position = 0;
      machine.onStep = undefined;
      try {
        body();
        return true;
      } catch (error) {
        machine.onStep = undefined;
        if (error !== abandoned && !machine.aborting()) {
          crash = {
            kind: AssertionFailed.is(error) ? "assertion" : "threw",
            thread: -1,
            code: codeAtEnd(error),
            message: messageOf(error),
            error,
          };
          machine.end(End.crash);
        }
        return false;
      }
    },
    thread(index, threadId) {
      return {
        get index() {
          control[Word.identified] = 1;
          return index;
        },
        get threadId() {
          control[Word.identified] = 1;
          return threadId;
        },
        operation: (name, args, call) => operation(index, name, args, call),
        record(object, members) {
          const recorded: Record<string, unknown> = {};
          for (const member of members) {
            const target = object as Record<string, unknown>;
            if (isMethod(object, member)) {
              recorded[member] = (...args: unknown[]) =>
                operation(index, member, args, () =>
                  (target[member] as (...a: unknown[]) => unknown)(...args),
                );
            } else {
              Object.defineProperty(recorded, member, {
                get: () => operation(index, member, [], () => target[member]),
                enumerable: true,
              });
            }
          }
          return recorded as never;
        },
        codeOf(call) {
          try {
            call();
            return "nothing";
          } catch (error) {
            if (error === abandoned || machine.aborting()) throw abandoned;
            return codeOfError(error);
          }
        },
        assert(holds, fact) {
          if (!holds) throw new AssertionFailed(fact);
        },
      };
    },
    crash: () => crash,
    forget() {
      crash = undefined;
    },
  };
}

/** Runs a scenario's body on an instance of the submission. */
export function runBody(
  participant: Participant,
  run: {
    body: ThreadBody<unknown>;
    instance: () => unknown;
    handle: () => unknown;
    thread: Thread;
  },
): boolean {
  return participant.run(() => {
    run.body(run.instance(), run.handle(), run.thread);
  });
}

/** Prototypes that are looked through for a member. */
const LEVELS = 32;

function isMethod(object: object, member: string): boolean {
  let owner: object | null = object;
  for (let level = 0; owner !== null && level < LEVELS; level++) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, member);
    if (descriptor !== undefined) return typeof descriptor.value === "function";
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return true;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** JSON of plain data, or undefined: a student's object may answer anything when it is asked. */
function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 1_000));
  if (!Array.isArray(value)) return undefined;
  const { length } = value;
  if (!(length <= 256)) return undefined;
  const items: string[] = [];
  for (let i = 0; i < length; i++) {
    const item: unknown = value[i];
    if (item === null || typeof item === "number" || typeof item === "boolean")
      items.push(String(item));
    else if (typeof item === "string") items.push(JSON.stringify(item.slice(0, 1_000)));
    else return undefined;
  }
  return `[${items.join(",")}]`;
}

/** The code of a thrown value: its `code`, else its `name`, read with care. */
export function codeOfError(error: unknown): string {
  if (typeof error !== "object" || error === null) return `a thrown ${typeof error}`;
  for (const key of ["code", "name"]) {
    try {
      const value = (error as Record<string, unknown>)[key];
      if (typeof value === "string" && value !== "") return value.slice(0, 100);
    } catch (thrown) {
      if (thrown === abandoned) throw thrown;
      return "an error whose properties throw";
    }
  }
  return "an object";
}

/** The same of an error that left a body: nothing of the submission runs any more. */
function codeAtEnd(error: unknown): string {
  if (typeof error !== "object" || error === null) return `a thrown ${typeof error}`;
  const [code, name] = [peek(error, "code"), peek(error, "name")];
  if (typeof code === "string" && code !== "") return code.slice(0, 100);
  return typeof name === "string" && name !== "" ? name.slice(0, 100) : "an object";
}

function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null)
    return typeof error === "string" ? error.slice(0, 500) : typeof error;
  const value = peek(error, "message");
  return typeof value === "string" ? value.slice(0, 500) : "";
}
