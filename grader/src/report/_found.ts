/** How a failure was found: with how little, after how much, and what shows it again. */
import type { Evidence, ScenarioResult, Story, Timeline } from "../grade/result.ts";
import type { Fact } from "./_facts.ts";
import { count, packageOf, unitsOf } from "./_labels.ts";
import { encodeText } from "./encode.ts";

/** How the failing schedule or order was found, and what shows it again. */
export function foundFacts(
  { evidence, story, timeline }: Pick<ScenarioResult, "evidence" | "story" | "timeline">,
  where: { readonly kata: string; readonly submission: string | undefined },
): readonly [Fact, Fact] | undefined {
  const told = story ?? timeline;
  if (told === undefined) return undefined;
  const found = story === undefined ? ofTimeline(timeline as Timeline) : ofStory(story);
  return [{ text: foundText(found, evidence) }, replayFact(told.replay, where)];
}

function replayFact(
  replay: string,
  { kata, submission }: { readonly kata: string; readonly submission: string | undefined },
): Fact {
  const id = encodeText(replay, 200);
  const text =
    submission === undefined
      ? `npm test -w ${packageOf(kata)} -- --replay ${id}`
      : `npx katas replay ${kata} ${id} -s ${encodeText(submission, 400)}`;
  return { label: "replay", text, isCommand: true };
}

/** What a story or a time line says of its own smallness. */
interface Found {
  /** `with 2 tasks and 1 reordering`. */
  readonly many: string;
  /** Preemptions or reorderings. */
  readonly steps: number;
  readonly minimal: boolean;
  /** The failing execution was the n-th. */
  readonly nth: number;
  /** What does not fail when this is minimal: `none with 0`; nothing where there is nothing less. */
  readonly none: string;
}

function ofStory({ preemptions, minimal, schedule }: Story): Found {
  const many = withSteps(preemptions, "preemption");
  return { many, steps: preemptions, minimal, nth: schedule, none: noneBelow(preemptions) };
}

function ofTimeline({ size, reorderings, minimal, execution }: Timeline): Found {
  const steps = withSteps(reorderings, "reordering");
  const found = { steps: reorderings, minimal, nth: execution };
  if (size === 0) return { ...found, many: steps, none: noneBelow(reorderings) };
  const tasks = `with ${count(size, "task")}`;
  return reorderings === 0
    ? { ...found, many: `${tasks}, ${steps}`, none: "none with fewer tasks" }
    : {
        ...found,
        many: `${tasks} and ${count(reorderings, "reordering")}`,
        none: "none with fewer",
      };
}

function withSteps(steps: number, noun: string): string {
  return steps === 0 ? `without a ${noun}` : `with ${count(steps, noun)}`;
}

function noneBelow(steps: number): string {
  if (steps === 0) return "";
  return steps === 1 ? "none with 0" : `none with ${steps - 1} or fewer`;
}

function foundText(found: Found, evidence: Evidence): string {
  const { many, minimal, nth, none } = found;
  const { strategy, schedules, samples } = evidence;
  if (samples !== undefined) return sampledText(found, { ...evidence, samples });
  const { execution } = unitsOf(strategy);
  const tried = count(schedules, execution);
  if (!minimal && schedules === 1) return `replayed, ${many}`;
  const least = none === "" || (minimal && schedules === 1);
  if (least) return `found ${many} (${minimal ? tried : `${execution} ${nth}`})`;
  return minimal
    ? `found ${many}, ${none} (${tried})`
    : `found ${many} (${execution} ${nth}); fewer may do`;
}

/** What is known about a failing sample: how far fewer steps were tried, and how far they were not. */
function sampledText(
  { many, steps, minimal }: Found,
  { strategy, schedules, samples, bound }: Evidence & { readonly samples: number },
): string {
  const found = `found ${many} by sample ${samples}`;
  if (bound < 0) return steps === 0 ? found : `${found}; fewer may do`;
  const none = bound === 0 ? "none with 0" : `none with ${bound} or fewer`;
  const tried = `${found}, ${none} (${count(schedules, unitsOf(strategy).execution)})`;
  return minimal ? tried : `${tried}; ${between(bound, steps)} may do`;
}

/** The numbers between two, in words. */
function between(low: number, high: number): string {
  const first = low + 1;
  return first === high - 1 ? `${first}` : `${first} to ${high - 1}`;
}
