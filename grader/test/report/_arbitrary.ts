/** Results of gradings, generated: every kind of failure, and texts that try something. */
import fc from "fast-check";
import type {
  BugClass,
  GradeResult,
  KataResult,
  RubricResult,
  ScenarioResult,
  SourcePlace,
} from "../../src/grade/result.ts";

/** What a text of a submission may try: to be a command, a link, markup, or invisible. */
const PIECES: readonly string[] = [
  ...Array.from(
    "\u0000\u0007\u0008\t\n\r\u001B\u007F\u0085\u009B\u200B\u200D\u202E\u2066\u2069\uFEFF\u2028\uD800`|<>&\"'\\[]()!@:#*_~-=+$%, ab1/.",
  ),
  "\u001B[2J",
  "\u001B[31m",
  "\u001B]8;;http://x.org\u0007",
  "\n::notice title=Autograding report::{}",
  "::error::",
  " ::stop-commands::x",
  "::set-output name=a::b",
  "##[error]",
  "##[add-matcher]a.json",
  "%0A::error::",
  "```",
  "~~~",
  "</details>",
  "<summary>",
  "<script>",
  "<a href=x>",
  "<img src=x>",
  "<!--",
  "-->",
  "&lt;",
  "&#60;",
  "![x](y)",
  "[x](javascript:alert(1))",
  "[x]: /y",
  "<https://x.org>",
  "https://x.org",
  "www.x.org",
  "ada@x.org",
  "mailto:a@x.org",
  "@everyone",
  "#1",
  ":tada:",
  "**a**",
  "__a__",
  "~~a~~",
  "\n\n# a",
  "\n- a",
  "\n1. a",
  "\n> a",
  "\n|a|b|\n|-|-|\n",
  "\n    a",
  "\n---\n",
  "$a$",
  "e\u0301\u0301\u0301\u0301\u0301",
  "漢",
  "⚡",
  "\u{1F600}",
  "\u{E0041}",
];

/** Texts that try something. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);

const line = fc.integer({ min: 1, max: 400 });

const classes: readonly (BugClass | undefined)[] = [
  undefined,
  "lost-update",
  "lock-order-cycle",
  "never-settles",
  "unfinished",
  "evasion",
];

const verdicts = [
  "pass",
  "race",
  "violation",
  "deadlock",
  "livelock",
  "leak",
  "crash",
  "vacuous",
  "refused",
  "inconclusive",
] as const;

const strategies = [
  "preemption-bounding",
  "orders",
  "processes",
  "stress",
  "program",
  "none",
] as const;

/** What a failing execution is told as. */
const told = fc.constantFrom("nothing", "story", "timeline", "sequence");

/** Texts, as many as one scenario needs; which field gets which is left to chance. */
const texts = fc.array(hostile, { minLength: 4, maxLength: 4 });

const scenario: fc.Arbitrary<ScenarioResult> = fc
  .record({
    texts,
    line,
    told,
    verdict: fc.constantFrom(...verdicts),
    bugClass: fc.constantFrom(...classes),
    strategy: fc.constantFrom(...strategies),
    schedules: fc.integer({ min: 0, max: 1e6 }),
    bound: fc.integer({ min: -1, max: 4 }),
    isPlaced: fc.boolean(),
    isOwn: fc.boolean(),
  })
  .map(({ texts: [a = "", b = "", c = "", d = ""], ...drawn }): ScenarioResult => {
    const file = drawn.isOwn ? `src/${a}` : b;
    const place: SourcePlace = { file, line: drawn.line, column: 1, text: c };
    const { strategy, schedules, bound, bugClass, verdict } = drawn;
    const scenario: ScenarioResult = {
      id: a,
      title: b,
      group: "S",
      verdict,
      contract: c,
      expected: d,
      evidence: { strategy, schedules, bound, complete: bound === 4, states: 0 },
    };
    if (verdict === "pass") return scenario;
    return {
      ...scenario,
      got: a,
      diagnosis: d,
      bugDetail: b,
      ...(bugClass !== undefined && { bugClass }),
      ...(drawn.isPlaced && { place, message: `${c}\n${d}` }),
      ...executionOf(drawn.told, place, [a, b, c, d]),
    };
  });

function executionOf(
  kind: string,
  place: SourcePlace,
  [a = "", b = "", c = "", d = ""]: readonly string[],
): Partial<ScenarioResult> {
  const row = { column: 0, at: 1.5, actor: b, text: c, place, preempted: false, reordered: true };
  const waiters = [{ column: 0, text: d, place }];
  const common = { replay: a, minimal: true, printed: [d, a] };
  switch (kind) {
    case "story": {
      const { column, text, preempted } = row;
      const first = { column, text, preempted, place, returns: d, times: 2 };
      const rows = [first, { column: 1, text: a, preempted: true }];
      const story = { ...common, preemptions: 1, schedule: 3, columns: [b, c], rows, waiters };
      return { story };
    }
    case "timeline": {
      const { at, actor, text, reordered } = row;
      const rows = [{ at, actor, text, reordered, place }];
      return { timeline: { ...common, size: 2, reorderings: 1, execution: 3, rows } };
    }
    case "sequence": {
      const { column, at, text } = row;
      return { sequence: { order: a, columns: [b], rows: [{ column, at, text, place }], waiters } };
    }
    default:
      return {};
  }
}

const reason = fc.option(fc.constantFrom("not run", "not run", "busy-waiting in T1"), {
  nil: undefined,
  freq: 2,
});

const rubricLine: fc.Arbitrary<RubricResult> = fc
  .record({
    text: hostile,
    points: fc.integer({ min: 1, max: 25 }),
    isEarned: fc.boolean(),
    reason,
  })
  .map(({ text, points, isEarned, reason }) => ({
    id: text.slice(0, 3),
    title: text,
    group: "S",
    points,
    earned: isEarned && reason === undefined ? points : 0,
    scenarios: ["T1"],
    ...(reason !== undefined && { reason }),
  }));

const kata: fc.Arbitrary<KataResult> = fc
  .record({
    title: hostile,
    slug: fc.constantFrom("bank-balance", "pool", "tiny"),
    isHostile: fc.integer({ min: 0, max: 9 }),
    hidden: fc.boolean(),
    rubric: fc.array(rubricLine, { maxLength: 6 }),
    scenarios: fc.array(scenario, { maxLength: 2 }),
  })
  .map(({ slug, isHostile, ...drawn }) => ({
    ...drawn,
    kata: isHostile === 0 ? drawn.title : slug,
    earned: drawn.rubric.reduce((sum, { earned }) => sum + earned, 0),
    points: drawn.rubric.reduce((sum, { points }) => sum + points, 0),
  }));

/** Results in which earned and points add up, as those of the grader do. */
export const results: fc.Arbitrary<GradeResult> = fc
  .record({ submission: hostile, katas: fc.array(kata, { minLength: 1, maxLength: 2 }) })
  .map((drawn) => ({
    ...drawn,
    schema: "concurrency-katas/result/v1",
    grader: "1.0.0",
    earned: drawn.katas.reduce((sum, { earned }) => sum + earned, 0),
    points: drawn.katas.reduce((sum, { points }) => sum + points, 0),
  }));

/** A result as of a whole course, in which everything fails and every text is as long as it can be. */
export function enlarged({ katas, ...result }: GradeResult): GradeResult {
  const long = (text: string): string => text.repeat(Math.ceil(3_000 / (text.length + 1)));
  const large = katas.map((one) => ({
    ...one,
    rubric: Array.from({ length: 20 }, (_, i) => one.rubric[i % one.rubric.length] ?? []).flat(),
    scenarios: Array.from({ length: 30 }, (_, i) => one.scenarios[i % one.scenarios.length] ?? [])
      .flat()
      .map((scenario) => ({
        ...scenario,
        title: long(scenario.title),
        contract: long(scenario.contract),
        expected: long(scenario.expected),
        diagnosis: long(scenario.contract),
        got: long(scenario.expected),
      })),
  }));
  return { ...result, katas: Array.from({ length: 25 }, (_, i) => large[i % large.length]!) };
}
