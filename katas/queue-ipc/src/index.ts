/**
 * queue-ipc: a queue between processes. One process owns the items; the others ask.
 *
 * Everything to write is marked TODO. A good order:
 *   1. createQueue, in the parent alone   npm test -w kata-queue-ipc -- --only B2
 *   2. attach and openQueue               npm test -w kata-queue-ipc -- --only B1   then B3
 */
import { KataError } from "@concurrency-katas/grader/kit";

/** One end of a channel: a `ChildProcess` in the parent, `process` in a child. */
export interface Port {
  send(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: "message" | "disconnect", listener: (message?: unknown) => void): unknown;
  off(event: "message" | "disconnect", listener: (message?: unknown) => void): unknown;
  readonly connected?: boolean;
}

/**
 * A queue, in whichever process. `timeout` is in milliseconds. Left out, a call waits for ever; with
 * 0 it tries once. A timeout that is negative or `NaN` is a `RangeError`.
 */
export interface IpcQueue<T> {
  /** Resolves when the item is stored. Waits while the queue is full; `FULL` if there was no room in time. */
  put(item: T, options?: { timeout?: number }): Promise<void>;
  /** Resolves to the oldest item. Waits while the queue is empty; `EMPTY` if there was none in time. */
  get(options?: { timeout?: number }): Promise<T>;
  /** The same with a timeout of 0. */
  putNowait(item: T): Promise<void>;
  getNowait(): Promise<T>;
  qsize(): Promise<number>;
  empty(): Promise<boolean>;
  full(): Promise<boolean>;
  /** Calls that wait, and all later ones, reject with `CLOSED`. */
  close(): void;
}

/** The queue in the process that owns the items. */
export interface BrokerQueue<T> extends IpcQueue<T> {
  /** Serves the process at the other end of `port` until it disconnects. */
  attach(port: Port): void;
}

/** A new queue, owned by this process, for at most `maxsize` items; 0 or nothing: without a bound. */
export function createQueue<T>(o?: { maxsize?: number }): BrokerQueue<T> {
  // TODO
  throw new KataError("TODO", `createQueue(${o?.maxsize ?? ""}): start here, then try B2`);
}

/** The queue that the process at the other end of `port` owns; `port` is `process` unless given. */
export function openQueue<T>(port?: Port): IpcQueue<T> {
  // TODO
  throw new KataError("TODO", `openQueue(${typeof port}): try B1`);
}
