/** The corpus and what the search said of it, as the page `grader/docs/litmus.md`. No times: the page is compared. */
import type { Evidence, ScenarioResult } from "../../src/grade/result.ts";
import { type Family, families } from "./_corpus.ts";
import type { Litmus } from "./_litmus.ts";

const HEAD = [
  "program",
  "source",
  "verdict",
  "bug class",
  "preemptions",
  "schedules",
  "correct twin",
  "evidence",
];

type Results = ReadonlyMap<string, ScenarioResult>;

/** What a pass rests on, in words. */
function evidenceText({ complete, bound, schedules, states }: Evidence): string {
  const reach = complete ? "complete" : `to ${bound} preemptions`;
  return `${reach}, ${schedules} schedules, ${states} states`;
}

function rowOf(id: string, { name, source, twin }: Litmus, results: Results): readonly string[] {
  const result = results.get(id);
  if (result === undefined) return [name, source, "not run"];
  const { verdict, bugClass = "", evidence, story } = result;
  const ofTwin = results.get(`${id}-twin`)?.evidence;
  return verdict === "pass"
    ? [name, source, verdict, "", "", "", "", evidenceText(evidence)]
    : [
        name,
        source,
        verdict,
        bugClass,
        String(story?.preemptions ?? ""),
        String(evidence.schedules),
        twin?.name ?? "",
        ofTwin === undefined ? "" : evidenceText(ofTwin),
      ];
}

function sectionOf({ title, about, programs }: Family, results: Results): string {
  const rows = Object.entries(programs).map(([id, make]) => rowOf(id, make(), results));
  return [`## ${title}`, ...(about === undefined ? [] : [about]), tableOf([HEAD, ...rows])].join(
    "\n\n",
  );
}

/** The page; `results` by scenario id. */
export function litmusPage(results: Results): string {
  const programs = families.flatMap((family) => Object.values(family.programs));
  const twins = programs.filter((make) => make().twin !== undefined);
  return `# Litmus programs

${programs.length} programs of the literature, ${twins.length} of them with a correct twin, graded by the engine as submissions are.
They are in \`grader/test/litmus/\`, one folder for each section.

- _preemptions_: of the failing schedule. No schedule with fewer fails: all of them are covered
  before it is run. Of a data race, it is the schedule that shows its harm, where one was found.
- _schedules_: how many were run until the failing one, itself included.
- _evidence_: what the pass of the twin rests on, or of the program where it has no bug. A complete
  exploration covers every interleaving.

Generated with \`npm run bench litmus\`, and compared by a test;
\`npx vitest run --root grader test/litmus --update\` writes it anew.

${families.map((family) => sectionOf(family, results)).join("\n\n")}
`;
}

/** A Markdown table with aligned columns, as the formatter wants it. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => widths.map((width, i) => (row[i] ?? "").padEnd(width)));
  const rule = widths.map((width) => "-".repeat(width));
  const [head = [], ...rest] = lines;
  return [head, rule, ...rest].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
