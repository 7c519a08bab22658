/** What several of the hidden scenarios use. */
import type { Thread } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

/** What fills in the cells of a singleton. */
export type Init = (view: Int32Array) => void;

/** The code of what an init throws that gives up. */
export const NO_CONNECTION = "NO_CONNECTION";

/** An init that fills in the record of `tag`, and says what it found. */
export const building =
  (thread: Thread, tag: number): Init =>
  (view) => {
    thread.operation("init", [tag], () => {
      const found = view.join();
      view[0] = tag;
      view[1] = -tag;
      return found;
    });
  };

/** Calls getInstance with an init that succeeds, and reads the record. */
export function get(thread: Thread, object: kata.SharedSingleton, tag: number): void {
  thread.operation("getInstance", [tag], () => object.getInstance(building(thread, tag)).join());
}
