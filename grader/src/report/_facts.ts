/** The labelled lines below a scenario's heading. */
import type { ScenarioResult, Story, Waiter } from "../grade/result.ts";
import { count, unitsOf } from "./_labels.ts";
import type { Paint } from "./_paint.ts";
import { padTo, widthOf, wrap } from "./_width.ts";
import { encodeText } from "./encode.ts";

/** A label and what it says; without a label, the text begins where labels do. */
export interface Fact {
  readonly label?: string;
  readonly text: string;
  /** A command: it is not broken, so that it can be copied. */
  readonly isCommand?: boolean;
}

/** Column of the second fact of a line. */
const SECOND = 64;
const LABEL = 10;
const INDENT = "  ";

/** One fact, in as many lines as it needs. */
export function factLines(fact: Fact, width: number, paint: Paint): readonly string[] {
  if (fact.isCommand === true) return [startOf(fact, paint) + fact.text];
  const indent = INDENT + " ".repeat(labelWidth(fact));
  const [first = "", ...more] = wrap(fact.text, Math.max(20, width - indent.length));
  return [startOf(fact, paint) + first, ...more.map((line) => indent + line)];
}

function labelWidth({ label }: Fact): number {
  return label === undefined ? 0 : LABEL;
}

function startOf({ label }: Fact, paint: Paint): string {
  return INDENT + (label === undefined ? "" : paint.faint(padTo(label, LABEL)));
}

/** Two facts on one line where there is room, else below each other. */
export function pairLines(
  first: Fact,
  second: Fact | undefined,
  width: number,
  paint: Paint,
): readonly string[] {
  if (second === undefined) return factLines(first, width, paint);
  const label = second.label ?? "";
  const left = INDENT.length + labelWidth(first) + widthOf(first.text);
  const right = SECOND + widthOf(label) + 2 + widthOf(second.text);
  if (left + 2 > SECOND || right > width) {
    return [...factLines(first, width, paint), ...factLines(second, width, paint)];
  }
  const start = startOf(first, paint) + first.text;
  return [`${start}${" ".repeat(SECOND - left)}${paint.faint(label)}  ${second.text}`];
}

/** What was expected, and what was seen. */
export function expectedFacts({
  expected,
  got,
}: ScenarioResult): readonly [Fact, Fact | undefined] {
  const seen = got === undefined ? undefined : { label: "got", text: encodeText(got, 400) };
  return [{ label: "expected", text: encodeText(expected, 400) }, seen];
}

/** The threads that never went on; the first one has the label. */
export function waiterFacts(verdict: ScenarioResult["verdict"], story: Story): readonly Fact[] {
  const label = verdict === "livelock" ? "spinning" : "stuck";
  return story.waiters.map((waiter, i) => ({
    label: i === 0 ? label : "",
    text: waiterText(waiter, story),
  }));
}

function waiterText({ column, text, place }: Waiter, { columns }: Story): string {
  const where = place === undefined ? "" : `  ${encodeText(place.file, 60)}:${place.line}`;
  return `${encodeText(columns[column] ?? "", 20)}${where}  ${encodeText(text, 300)}`;
}

/** What was explored without a failure, and what was not. */
export function exploredFacts({ evidence }: ScenarioResult): readonly Fact[] {
  const { strategy, schedules, bound, complete, states, samples } = evidence;
  if (strategy === "none" || schedules === 0) return [{ label: "explored", text: "nothing" }];
  if (strategy === "stress" || strategy === "program") {
    return [
      { label: "explored", text: `${count(schedules, "run")} at native speed: no failure` },
      { label: "open", text: "every other schedule" },
    ];
  }
  if (strategy === "processes") {
    return [
      { label: "explored", text: `${count(schedules, "order")} of messages and ends: no failure` },
      { label: "open", text: "every other order" },
    ];
  }
  const { execution, step } = unitsOf(strategy);
  const size = `${count(schedules, execution)}${states > 0 ? `, ${count(states, "state")}` : ""}`;
  if (complete) return [{ label: "explored", text: `every ${execution}: no failure (${size})` }];
  const reach =
    bound < 0
      ? `some ${execution}s without a ${step}`
      : bound === 0
        ? `every ${execution} without a ${step}`
        : `every ${execution} with at most ${count(bound, step)}`;
  const rest =
    bound < 0 ? `all other ${execution}s` : `${execution}s with ${bound + 1} or more ${step}s`;
  return [
    { label: "explored", text: `${reach}: no failure (${size})` },
    ...(samples === undefined
      ? []
      : [{ label: "sampled", text: `${count(samples, execution)} at random: no failure` }]),
    {
      label: "open",
      text: `${rest}${samples === undefined ? "" : ", but for those"}: not explored`,
    },
  ];
}
