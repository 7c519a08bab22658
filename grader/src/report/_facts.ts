/** The labelled lines below a scenario's heading. */
import type { ScenarioResult, Story, Waiter } from "../grade/result.ts";
import { count, packageOf } from "./_labels.ts";
import type { Paint } from "./_paint.ts";
import { padTo, widthOf, wrap } from "./_width.ts";
import { encodeText } from "./encode.ts";

/** A label and what it says. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** Column of the second fact of a line. */
const SECOND = 64;
const LABEL = 10;
const INDENT = "  ";

/** One fact, in as many lines as it needs. */
export function factLines({ label, text }: Fact, width: number, paint: Paint): readonly string[] {
  const [first = "", ...more] = wrap(text, Math.max(20, width - LABEL - INDENT.length));
  const rest = more.map((line) => INDENT + " ".repeat(LABEL) + line);
  return [`${INDENT}${paint.faint(padTo(label, LABEL))}${first}`.trimEnd(), ...rest];
}

/** Two facts on one line where there is room, else below each other. */
export function pairLines(
  first: Fact,
  second: Fact | undefined,
  width: number,
  paint: Paint,
): readonly string[] {
  if (second === undefined) return factLines(first, width, paint);
  const left = INDENT.length + LABEL + widthOf(first.text);
  const right = SECOND + widthOf(second.label) + 2 + widthOf(second.text);
  if (left + 2 > SECOND || right > width) {
    return [...factLines(first, width, paint), ...factLines(second, width, paint)];
  }
  const start = `${INDENT}${paint.faint(padTo(first.label, LABEL))}${first.text}`;
  return [`${start}${" ".repeat(SECOND - left)}${paint.faint(second.label)}  ${second.text}`];
}

/** What was expected, and what was seen. */
export function expectedFacts({
  expected,
  got,
}: ScenarioResult): readonly [Fact, Fact | undefined] {
  const seen = got === undefined ? undefined : { label: "got", text: encodeText(got, 400) };
  return [{ label: "expected", text: encodeText(expected, 400) }, seen];
}

/** How the failing schedule was found, and what shows it again. */
export function foundFacts(
  { evidence }: ScenarioResult,
  story: Story,
  kata: string,
): readonly [Fact, Fact] {
  const replay = `npm test -w ${packageOf(kata)} -- --replay ${encodeText(story.replay, 200)}`;
  return [
    { label: "found", text: foundText(story, evidence.schedules) },
    { label: "replay", text: replay },
  ];
}

function foundText({ preemptions, minimal, schedule }: Story, schedules: number): string {
  const tried = count(schedules, "schedule");
  if (preemptions === 0)
    return `without a preemption (${minimal ? tried : `schedule ${schedule}`})`;
  const many = `with ${count(preemptions, "preemption")}`;
  if (!minimal) return `${many} (schedule ${schedule}); fewer may do`;
  const less = preemptions === 1 ? "none with 0" : `none with ${preemptions - 1} or fewer`;
  return `${many}, ${less} (${tried})`;
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
  const { strategy, schedules, bound, complete, states } = evidence;
  if (strategy === "none" || schedules === 0) return [{ label: "explored", text: "nothing" }];
  const size = `${count(schedules, "schedule")}${states > 0 ? `, ${count(states, "state")}` : ""}`;
  if (strategy !== "preemption-bounding") {
    const runs =
      strategy === "stress" ? `${count(schedules, "run")} at native speed` : `a sample of ${size}`;
    return [
      { label: "explored", text: `${runs}: no failure` },
      { label: "not", text: "every other schedule" },
    ];
  }
  if (complete) return [{ label: "explored", text: `every schedule: no failure (${size})` }];
  const reach =
    bound < 0
      ? "not even every schedule without preemptions"
      : `every schedule with at most ${count(bound, "preemption")}`;
  const rest =
    bound < 0 ? "all other schedules" : `schedules with ${bound + 1} or more preemptions`;
  return [
    { label: "explored", text: `${reach}: no failure (${size})` },
    { label: "not", text: `${rest}: the search ended first` },
  ];
}
