import { createHash } from "node:crypto";
import type { CellState, ClassCell, ClassResult, ClassStudent } from "../../grade/class/result.ts";
import type { ScenarioResult } from "../../grade/result.ts";
import { isEarned } from "../_counted.ts";
import { isolationOf } from "../_isolation.ts";
import { markOf } from "../_labels.ts";
import { encodeText } from "../encode.ts";
import { alikeTable } from "./_alike.ts";
import { classBugs } from "./_bugs.ts";
import { failure } from "./_failure.ts";
import { html, type Markup, raw } from "./_markup.ts";
import { STYLE } from "./_style.ts";

/** What all failures may take, in characters; a page of more is no pleasure for any browser. */
const MOST = 24_000_000;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/**
 * A class as one page that needs nothing else: students × katas, which mistakes were made, and each
 * failure with its interleaving. It has no script, and its policy lets none run.
 */
export function toClassPage(result: ClassResult, most = MOST): string {
  const { students, katas } = result;
  const title = `${count(students.length, "student")}, ${count(katas.length, "kata")}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}: grades</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>Grades of ${title}</h1>
          <p class="soft">concurrency-katas ${result.grader} · ${scope(result)}</p>
          ${tiles(result)}
        </header>
        <main>${matrix(result)} ${bugs(result)} ${alike(result)} ${details(result, most)}</main>
      </body>
    </html> `;
  return page.html;
}

function scope(result: ClassResult): string {
  const cells = result.students.flatMap(({ katas }) => katas);
  return [scenarios(result), isolationOf(cells.map((cell) => cell.result)) ?? []]
    .flat()
    .join(" · ");
}

function scenarios({ katas }: ClassResult): string {
  const hidden = katas.filter((kata) => kata.hidden).length;
  if (hidden === katas.length) return "with the hidden scenarios";
  return hidden === 0 ? "public scenarios only" : `hidden scenarios in ${hidden} of the katas`;
}

function tiles({ students, earned, points }: ClassResult): Markup {
  const cells = students.flatMap(({ katas }) => katas);
  const states = (state: CellState): number => cells.filter((cell) => cell.state === state).length;
  const full = cells.filter(({ result }) => result.earned === result.points).length;
  const items: readonly (readonly [string | number, string])[] = [
    [`${percent(earned, points)} %`, "of all points"],
    [states("graded"), "graded"],
    [full, "with full points"],
    [states("missing"), "missing"],
    [states("unreadable") + states("failed"), "unreadable"],
    [students.filter(({ late }) => late).length, "late"],
  ];
  return html`<ul class="tiles">
    ${items.map(([value, name]) => html`<li><b>${value}</b> ${name}</li>`)}
  </ul>`;
}

function matrix({ katas, students, earned, points }: ClassResult): Markup {
  const mean = (of: number): string =>
    students.length === 0 ? "" : (of / students.length).toFixed(0);
  return html`<h2>Students and katas</h2>
    <div class="wide">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">student</th>
            ${katas.map(
              ({ kata, title }) => html`<th scope="col"><abbr title="${title}">${kata}</abbr></th>`,
            )}
            <th scope="col">points</th>
          </tr>
        </thead>
        <tbody>
          ${students.map(
            (student, i) =>
              html`<tr>
                <th scope="row"><a href="#s${i + 1}">${student.student}</a>${late(student)}</th>
                ${student.katas.map((cell) => matrixCell(cell, anchor(i, cell.result.kata)))}
                <td class="num"><span>${student.earned}/${student.points}</span></td>
              </tr> `,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">mean</th>
            ${katas.map(
              (_, column) =>
                html`<td>
                  ${mean(students.reduce((sum, { katas: cells }) => sum + (cells[column]?.result.earned ?? 0), 0))}
                </td>`,
            )}
            <td>${mean(earned)}/${mean(points)}</td>
          </tr>
        </tfoot>
      </table>
    </div>`;
}

const SHOWN: Readonly<Record<Exclude<CellState, "graded">, string>> = {
  missing: "missing",
  unreadable: "unreadable",
  failed: "not graded",
};

function matrixCell({ state, result }: ClassCell, to: string): Markup {
  if (state !== "graded") {
    return html`<td class="off"><a href="#${to}">${SHOWN[state]}</a></td>`;
  }
  const { earned, points } = result;
  const mark = earned === points ? "✓ " : "";
  return html`<td class="${raw(shade(earned, points))}"><a href="#${to}">${mark}${earned}</a></td>`;
}

function shade(earned: number, points: number): string {
  const share = points === 0 ? 0 : earned / points;
  if (share === 1) return "full";
  if (share === 0) return "none";
  return share >= 0.75 ? "most" : share >= 0.4 ? "some" : "few";
}

function bugs(result: ClassResult): Markup {
  const all = classBugs(result);
  if (all.length === 0)
    return html`<h2>Mistakes</h2>
      <p>No failure was found.</p>`;
  const most = Math.max(...all.map(({ students }) => students));
  return html`<h2>Mistakes that were made</h2>
    <div class="wide">
      <table class="bugs">
        <thead>
          <tr>
            <th scope="col">mistake</th>
            <th scope="col" class="num">students</th>
            <th scope="col"></th>
            <th scope="col">where</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            ({ name, students, katas }) =>
              html`<tr>
                <td>${name}</td>
                <td class="num">${students}</td>
                <td>
                  <svg aria-hidden="true">
                    <rect width="${Math.round((100 * students) / most)}%" height="100%" rx="2" />
                  </svg>
                </td>
                <td>${katas.map(({ kata, students: some }) => `${kata} ${some}`).join(", ")}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}

function alike(result: ClassResult): Markup | undefined {
  const rowOf = (name: string): number =>
    result.students.findIndex(({ student }) => student === name);
  return alikeTable(result, (student, kata) => anchor(rowOf(student), kata));
}

function details({ students, katas }: ClassResult, most: number): Markup {
  let left = most;
  let cut = 0;
  const told = (scenario: ScenarioResult, kata: string, isFirst: boolean): Markup | undefined => {
    const text = left > 0 ? failure(scenario, kata, isFirst) : undefined;
    left -= text?.html.length ?? 0;
    if (text !== undefined && left >= 0) return text;
    cut++;
    return undefined;
  };
  const sections = students.map((student, i) => {
    const cells = student.katas.map((cell, column) =>
      kataSection(
        cell,
        { title: katas[column]?.title ?? "", id: anchor(i, cell.result.kata) },
        told,
      ),
    );
    return html`<section class="student" id="s${i + 1}">
      <h3>${student.student}${late(student)}<small>${student.earned}/${student.points}</small></h3>
      ${cells}
    </section> `;
  });
  const note =
    cut === 0
      ? undefined
      : html`<p>
          ${count(cut, "failure")} more are in results.json; this page would be too large.
        </p>`;
  return html`<h2>Student by student</h2>
    ${note}${sections}`;
}

/** A kata of a student; `told` tells its failures, as long as there is room. */
function kataSection(
  { state, reason, commit, result }: ClassCell,
  { title, id }: { readonly title: string; readonly id: string },
  told: (scenario: ScenarioResult, kata: string, isFirst: boolean) => Markup | undefined,
): Markup {
  const points = state === "graded" ? `${result.earned}/${result.points}` : SHOWN[state];
  const at = commit === undefined ? "" : ` · commit ${commit.slice(0, 10)}`;
  const notRun = result.scenarios.filter(isLeftOut);
  const failed = ORDER.flatMap((mark) =>
    result.scenarios.filter((scenario) => markOf(scenario) === mark && !isLeftOut(scenario)),
  );
  return html`<section id="${id}">
    <h4>${result.kata}<small>${title} · ${points}${at}</small></h4>
    ${reason === undefined ? undefined : html`<p>${reason}</p>`}${
      state === "graded" && result.earned < result.points ? rubric(result.rubric) : undefined
    }${failed.map((scenario, i) => told(scenario, result.kata, i === 0))}${leftOut(notRun)}
  </section> `;
}

/** What is told first. */
const ORDER = ["FAIL", "TODO", "OPEN"] as const;

/** True for a scenario that was not run because others fail already. */
function isLeftOut({ verdict, evidence }: ScenarioResult): boolean {
  return verdict === "inconclusive" && evidence.strategy === "none";
}

function leftOut(scenarios: readonly ScenarioResult[]): Markup | undefined {
  const [first] = scenarios;
  if (first === undefined) return undefined;
  const ids = scenarios.map(({ id }) => id).join(", ");
  return html`<p class="soft">${ids} ${first.message ?? "not run"}</p>`;
}

function rubric(lines: ClassCell["result"]["rubric"]): Markup {
  return html`<ul class="rubric">
    ${lines.map((line) => {
      const { id, title, earned, points, reason } = line;
      const isWhole = isEarned(line);
      const why = isWhole || reason === undefined ? "" : ` (${reason})`;
      return html`<li>
        <span class="pts">${isWhole ? "✓" : "✗"} ${earned}/${points}</span
        ><span class="${raw(isWhole ? "soft" : "lost")}">${id} ${title}${why}</span>
      </li>`;
    })}
  </ul>`;
}

function late(student: ClassStudent): Markup | undefined {
  return student.late ? html` <span class="late">late</span>` : undefined;
}

function anchor(student: number, kata: string): string {
  return `s${student + 1}-${encodeText(kata, 60)}`;
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((100 * part) / whole);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
