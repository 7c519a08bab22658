/** The time line of a failing execution of tasks, in the student's own lines. */
import type { BundleFrame, TaskTrace } from "../runtime/evidence.ts";
import type { SourcePlace, Timeline, TimelineRow } from "./result.ts";

/** What is known of the execution beside its trace. */
export interface TimelineFacts {
  readonly replay: string;
  readonly minimal: boolean;
  readonly execution: number;
  readonly locate: (frame: BundleFrame) => SourcePlace | undefined;
}

/** Builds it; equal rows in a row are told once. */
export function buildTimeline(
  { size, plan, events, printed }: TaskTrace,
  { replay, minimal, execution, locate }: TimelineFacts,
): Timeline {
  const rows: TimelineRow[] = [];
  for (const { at, actor, text, frames, reordered } of events) {
    const place = frames.map(locate).find((found) => found !== undefined);
    const row: TimelineRow = {
      at,
      actor,
      text,
      reordered,
      ...(place === undefined ? {} : { place }),
    };
    const last = rows.at(-1);
    if (last !== undefined && isSameRow(last, row))
      rows[rows.length - 1] = { ...last, times: (last.times ?? 1) + 1 };
    else rows.push(row);
  }
  return { replay, size, reorderings: plan.length, minimal, execution, rows, printed };
}

function isSameRow(a: TimelineRow, b: TimelineRow): boolean {
  return (
    a.at === b.at &&
    a.actor === b.actor &&
    a.text === b.text &&
    a.reordered === b.reordered &&
    a.place?.file === b.place?.file &&
    a.place?.line === b.place?.line
  );
}
