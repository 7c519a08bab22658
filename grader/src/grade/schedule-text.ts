/**
 * Replay ids: a schedule as short text, bound to source lines instead of step numbers, so that it still means the same
 * after an edit elsewhere in the file. `T2:…` = the scenario, then the departures in base64url.
 */
import type { Departure } from "../schedule/index.ts";
import { threadOf } from "../schedule/index.ts";
import { createByteReader, createByteWriter, partsOf } from "./replay-text.ts";

/** One step of a traced execution, as far as a schedule is concerned. */
export interface AnchoredStep {
  readonly thread: number;
  /** Hash of the source line and the kind of access, 16 bits; 0 where there is none. */
  readonly site: number;
  /** The source line's number, for explanations; 0 = unknown. */
  readonly line: number;
  /** The threads that could have taken it. */
  readonly ready: readonly number[];
}

/**
 * A departure by source: the thread `last` is left `before` it would do its `occurrence`-th access of a site, or
 * `after` it has done it (because it blocked or ended there); at the `start` nobody is left.
 */
export interface Anchor {
  readonly kind: "start" | "before" | "after";
  readonly last: number;
  readonly site: number;
  readonly line: number;
  readonly occurrence: number;
  readonly action: number;
}

/** A replay id, read. */
export interface ScheduleText {
  readonly scenario: string;
  readonly anchors: readonly Anchor[];
}

const kinds = ["start", "before", "after"] as const;

/** Binds the departures of a plan to the lines of its traced execution. */
export function anchorPlan(
  plan: readonly Departure[],
  steps: readonly AnchoredStep[],
): readonly Anchor[] {
  return plan.map(({ step, action }) => {
    const last = step === 0 ? -1 : (steps[step - 1]?.thread ?? -1);
    if (last === -1) return { kind: "start", last: 0, site: 0, line: 0, occurrence: 0, action };
    const next = steps.findIndex((candidate, i) => i >= step && candidate.thread === last);
    // Who waited, and goes on later, is not left before that: without this departure it may never get there.
    const isPreempted =
      next !== -1 &&
      (steps[next] as AnchoredStep).site !== 0 &&
      steps[step]?.ready.includes(last) === true;
    const at = isPreempted ? next : step - 1;
    const { site, line } = steps[at] as AnchoredStep;
    let occurrence = 0;
    for (let i = 0; i < at; i++)
      if (steps[i]?.thread === last && steps[i]?.site === site) occurrence++;
    return { kind: isPreempted ? "before" : "after", last, site, line, occurrence, action };
  });
}

/** The step at which an anchor stands in a traced execution that has obeyed the anchors before it; -1 = nowhere. */
export function resolveAnchor(
  anchor: Anchor,
  steps: readonly AnchoredStep[],
  from: number,
): number {
  if (anchor.kind === "start") return from === 0 ? 0 : -1;
  let occurrence = 0;
  for (let i = 0; i < steps.length; i++) {
    const { thread, site } = steps[i] as AnchoredStep;
    if (thread !== anchor.last || site !== anchor.site) continue;
    if (occurrence++ < anchor.occurrence) continue;
    const step = anchor.kind === "before" ? i : i + 1;
    return step >= from ? step : -1;
  }
  return -1;
}

/** Writes a replay id. */
export function formatSchedule({ scenario, anchors }: ScheduleText): string {
  const writer = createByteWriter();
  for (const { kind, last, site, line, occurrence, action } of anchors) {
    writer.byte(kinds.indexOf(kind) | (last << 2) | ((action >> 8) << 5));
    writer.number(threadOf(action));
    if (kind === "start") continue;
    writer.word(site);
    writer.number(line);
    writer.number(occurrence);
  }
  return writer.text(scenario);
}

/** The scenario of a replay id, whichever engine's it is; throws `E_BAD_REPLAY` when it is none. */
export function scenarioOf(text: string): string {
  return partsOf(text)?.scenario ?? parseSchedule(text).scenario;
}

/** Reads a replay id; throws `E_BAD_REPLAY` when it is none. */
export function parseSchedule(text: string): ScheduleText {
  const reader = createByteReader(text, "a replay id", "T2:BgEzk1gBAA");
  const anchors: Anchor[] = [];
  while (!reader.isAtEnd()) {
    const head = reader.byte();
    const kind = kinds[head & 3] ?? reader.bad();
    const last = (head >> 2) & 7;
    const action = reader.number() | ((head >> 5) << 8);
    anchors.push(
      kind === "start"
        ? { kind, last: 0, site: 0, line: 0, occurrence: 0, action }
        : {
            kind,
            last,
            site: reader.word(),
            line: reader.number(),
            occurrence: reader.number(),
            action,
          },
    );
  }
  return { scenario: reader.scenario, anchors };
}
