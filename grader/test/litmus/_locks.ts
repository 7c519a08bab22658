/** Locks of the kit and a condition variable, for programs that are not about how these are made. */
import { Mutex } from "@concurrency-katas/grader/kit";

/** A mutex, as threads share it. */
export type Lock = Mutex["handle"];

/** So many mutexes. */
export function locks(count: number): readonly Lock[] {
  return Array.from({ length: count }, () => Mutex.create().handle);
}

export function lock(handle: Lock): void {
  Mutex.attach(handle).lock();
}

export function unlock(handle: Lock): void {
  Mutex.attach(handle).unlock();
}

/** Runs `body` while this thread holds the mutex. */
export function holding<R>(handle: Lock, body: () => R): R {
  return Mutex.attach(handle).withLock(body);
}

/**
 * Waits on a condition variable, which is a word that counts the signals. As POSIX allows it, a thread may come back
 * although nobody signalled it: where a signal comes between its unlock and its sleep.
 */
export function wait(handle: Lock, x: Int32Array, condition: number): void {
  const seen = Atomics.load(x, condition);
  unlock(handle);
  Atomics.wait(x, condition, seen);
  lock(handle);
}

/** Wakes the thread that has slept longest. */
export function signal(x: Int32Array, condition: number): void {
  Atomics.add(x, condition, 1);
  Atomics.notify(x, condition, 1);
}

/** Wakes all. */
export function broadcast(x: Int32Array, condition: number): void {
  Atomics.add(x, condition, 1);
  Atomics.notify(x, condition);
}
