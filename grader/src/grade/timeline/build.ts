/** The time line of a failing execution of tasks, in the student's own lines. */
import type { BundleFrame, TaskEvent, TaskTrace } from "../../runtime/evidence.ts";
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
  { size, plan, events, printed, activity }: TaskTrace,
  { replay, minimal, execution, locate }: TimelineFacts,
): Timeline {
  const rowOf = ({ at, actor, text, frames, reordered }: TaskEvent): TimelineRow => {
    const place = frames.map(locate).find((found) => found !== undefined);
    return { at, actor, text, reordered, ...(place === undefined ? {} : { place }) };
  };
  const resumptions = activity?.resumptions ?? [];
  const goesOn = (stamp: number, at: number): TimelineRow[] =>
    resumptions
      .filter((resumption) => resumption.stamp === stamp)
      .map(({ place }) =>
        rowOf({ at, actor: "your code", text: "goes on", frames: [place], reordered: false }),
      );
  const rows = events.flatMap((event, i) => [rowOf(event), ...goesOn(i + 1, event.at)]);
  const reorderings = plan.length;
  return { replay, size, reorderings, minimal, execution, rows: foldTimeline(rows), printed };
}

/** What came last of what a scenario has a label for, at the moment when `stamp` events had been told. */
export function actorAt(events: readonly TaskEvent[], stamp: number): string | undefined {
  return events.slice(0, stamp).findLast(({ actor }) => !notLabels.has(actor))?.actor;
}

const notLabels: ReadonlySet<string> = new Set(["caller", "clock", "note", "your code"]);
