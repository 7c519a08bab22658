import type { ClassCell, ClassResult, ClassStudent } from "../../../src/grade/class/result.ts";
import type { KataResult } from "../../../src/grade/result.ts";
import { FULL_RESULT, kataResult, scenarioResult, STORY, TIMELINE } from "../../grade/_result.ts";

const DIGEST = "0123456789abcdef".repeat(4);

/** What a submission may make a report say. */
export const PAYLOADS = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "]]></failure><testcase/>",
  "=HYPERLINK(1)",
  "\uFF1D1+1",
  "\u001b[2J\u202Eevil\u0000\uFFFE",
  "| a | `b` ![x](javascript:y) @all",
  "&amp;<!--",
];

function cell(state: ClassCell["state"], result: KataResult): ClassCell {
  if (state === "graded") {
    return { state, commit: "a".repeat(40), submission: DIGEST, result };
  }
  const rubric = result.rubric.map((line) => ({ ...line, earned: 0, reason: state }));
  return {
    state,
    reason: `it is ${state} <b>`,
    result: { ...result, earned: 0, rubric, scenarios: [] },
  };
}

function student(name: string, late: boolean, katas: readonly ClassCell[]): ClassStudent {
  const sum = (field: "earned" | "points"): number =>
    katas.reduce((total, { result }) => total + result[field], 0);
  return { student: name, late, earned: sum("earned"), points: sum("points"), katas };
}

const FULL = kataResult([scenarioResult("B1"), scenarioResult("T1")]);
const OTHER = { ...FULL, kata: "wee", title: "Another" };
const [, everyField] = FULL_RESULT.katas[0]!.scenarios;
const HOSTILE = PAYLOADS.map((text, i) =>
  scenarioResult(i === 0 ? "B1" : "T1", "violation", {
    bugClass: "lost-update",
    bugDetail: text,
    diagnosis: text,
    got: text,
    message: text,
    ...(i % 2 === 0
      ? { story: { ...STORY, columns: [text, text], printed: [text], replay: text } }
      : { timeline: { ...TIMELINE, rows: [{ ...TIMELINE.rows[0]!, actor: text, text }] } }),
  }),
);

/** A class in which everything occurs. */
export const CLASS: ClassResult = (() => {
  const students = [
    student("ada", false, [cell("graded", FULL), cell("graded", OTHER)]),
    student("bo", true, [
      cell("graded", kataResult([scenarioResult("B1"), everyField!])),
      cell("missing", OTHER),
    ]),
    student("cy d'Arc+1@x", false, [
      cell("graded", kataResult(HOSTILE)),
      cell("unreadable", OTHER),
    ]),
    student("李雷", false, [
      cell(
        "graded",
        kataResult([
          scenarioResult("B1", "inconclusive"),
          scenarioResult("T1", "crash", { bugClass: "unfinished" }),
        ]),
      ),
      cell("failed", OTHER),
    ]),
  ];
  const katas = [FULL, OTHER].map(({ kata, title, points, hidden }) => ({
    kata,
    title,
    points,
    hidden,
    course: DIGEST,
  }));
  const sum = (field: "earned" | "points"): number =>
    students.reduce((total, one) => total + one[field], 0);
  return {
    schema: "concurrency-katas/class/v1",
    grader: "1.2.3",
    program: DIGEST,
    earned: sum("earned"),
    points: sum("points"),
    katas,
    students,
    alike: [
      {
        kata: "tiny",
        students: [
          { student: "ada", percent: 100 },
          { student: "cy d'Arc+1@x", percent: 71 },
        ],
        solutions: ["reference", "ticket"],
      },
    ],
  };
})();

/** An element of XML or HTML. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const VOID = ["meta", "rect"];

/**
 * The elements of a well-formed text, in order.
 *
 * @throws Error where a tag is not closed in its turn, or a character begins nothing
 */
export function elementsIn(text: string): readonly Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  const rest = text
    .replace(/^<(?:\?xml [^<>]*\?|!doctype html)>\s/, "")
    .replace(/<style>[^<]*<\/style>/, "");
  for (const [tag] of rest.matchAll(/<[^>]*>?/g)) {
    const [, close, name, inside, isEmpty] =
      /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>$/i.exec(tag) ?? [];
    if (name === undefined) throw new Error(`this is no tag: ${tag}`);
    if (close === "/") {
      if (open.pop() !== name) throw new Error(`${tag} closes nothing`);
      continue;
    }
    const attributes = [...(inside ?? "").matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)];
    elements.push({
      name,
      attributes: Object.fromEntries(attributes.map(([, key, value]) => [key!, value ?? ""])),
    });
    if (isEmpty !== "/" && !VOID.includes(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(" ")}`);
  const bare = /&(?!(?:amp|lt|gt|quot|#39);)/.exec(rest);
  if (bare !== null)
    throw new Error(`this is no entity: ${rest.slice(bare.index, bare.index + 20)}`);
  return elements;
}
