/** The time line of a failing execution of tasks, in the student's own lines. */
import type { BundleFrame, TaskTrace } from "../../runtime/evidence.ts";
import type { SourcePlace, Timeline, TimelineRow } from "../result.ts";
import { foldTimeline } from "./fold.ts";

/** What is known of the execution beside its trace. */
export interface TimelineFacts {
  readonly replay: string;
  readonly minimal: boolean;
  readonly execution: number;
  readonly locate: (frame: BundleFrame) => SourcePlace | undefined;
}

/** Builds it. */
export function buildTimeline(
  { size, plan, events, printed }: TaskTrace,
  { replay, minimal, execution, locate }: TimelineFacts,
): Timeline {
  const rows = events.map(({ at, actor, text, frames, reordered }): TimelineRow => {
    const place = frames.map(locate).find((found) => found !== undefined);
    return { at, actor, text, reordered, ...(place === undefined ? {} : { place }) };
  });
  const reorderings = plan.length;
  return { replay, size, reorderings, minimal, execution, rows: foldTimeline(rows), printed };
}
