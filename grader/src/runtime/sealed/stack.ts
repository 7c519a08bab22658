/** Where in the submission something happened, read from V8's stacks. */
import { types } from "node:util";

/** One source position in the student's bundle. */
export interface Frame {
  readonly line: number;
  readonly column: number;
  readonly name: string | undefined;
  /** Which of several bundles it is in, where that was said. */
  readonly entry?: string;
}

/** Reads stacks of a realm that is locked down. */
export interface Stacks {
  /** The submission's frames of the running stack, innermost first. */
  frames(limit: number): readonly Frame[];
  /** The submission's frames of a thrown error, innermost first; none of anything else that was thrown. */
  framesOf(error: unknown): readonly Frame[];
}

interface CallSite {
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getFunctionName(): string | null;
}

/** `Error` as V8 made it: lockdown hides it from everybody else. */
export interface V8Error {
  captureStackTrace(target: object): void;
  stackTraceLimit: number;
  prepareStackTrace?: unknown;
}

/** Frames that a stack keeps. Ours stand above the submission's, so it must be more than those. */
const STACK_LIMIT = 40;

/** What reads the stack of an error, where it is an accessor: nothing else may be called to read it. */
const nativeGetter = Object.getOwnPropertyDescriptor(new Error("any"), "stack")?.get;

/** Finds a frame's place in the submission by the name of its script; undefined for other scripts. */
export type Locate = (script: string | null, frame: Frame) => Frame | undefined;

/**
 * Makes a realm keep the submission's part of each stack for us, and show nobody any. V8 calls the hook once for
 * each error, when its stack is first asked for.
 */
export function watchStacks(native: V8Error, locate: Locate): Stacks {
  const known = new WeakMap<object, readonly Frame[]>();
  const capture = native.captureStackTrace.bind(native);

  const toFrames = (sites: readonly CallSite[]): Frame[] => {
    const frames: Frame[] = [];
    for (const site of sites) {
      const frame = locate(site.getScriptNameOrSourceURL(), {
        line: site.getLineNumber() ?? 0,
        column: site.getColumnNumber() ?? 0,
        name: site.getFunctionName() ?? undefined,
      });
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  };

  native.stackTraceLimit = STACK_LIMIT;
  native.prepareStackTrace = (error: object, sites: readonly CallSite[]): string => {
    known.set(error, toFrames(sites));
    return "";
  };

  /** Reads the stack of an object without running code of the submission. */
  const stackOf = (error: object): readonly Frame[] => {
    if (!known.has(error)) {
      const getter = Object.getOwnPropertyDescriptor(error, "stack")?.get;
      if (getter !== undefined && getter === nativeGetter) Reflect.apply(getter, error, []);
    }
    return known.get(error) ?? [];
  };

  return {
    frames(limit) {
      const holder = {};
      capture(holder);
      return stackOf(holder).slice(0, limit);
    },
    // A Proxy of an error is no native error, so none of its traps is called here.
    framesOf: (error) => (types.isNativeError(error) ? stackOf(error) : []),
  };
}
