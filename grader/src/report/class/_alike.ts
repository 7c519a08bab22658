/** Submissions that are much alike, on the class page and in its summary. */
import type { AlikeGroup, ClassResult } from "../../grade/class/result.ts";
import { html, type Markup } from "./_markup.ts";

/** What it is for. */
export const ALIKE_NOTE =
  "For a person to look at: names, types, comments and layout do not count, and no grade depends on it.";

/** `reference`, `alternative ticket`. */
export function solutionNames({ solutions }: AlikeGroup): string {
  return solutions.map((name) => (name === REFERENCE ? name : `alternative ${name}`)).join(", ");
}

const REFERENCE = "reference";

/** The groups as a table; `linkTo` says where a student's kata is told. Nothing where none were looked for. */
export function alikeTable(
  { alike }: ClassResult,
  linkTo: (student: string, kata: string) => string,
): Markup | undefined {
  if (alike === undefined) return undefined;
  if (alike.length === 0)
    return html`<h2>Much alike</h2>
      <p>No two submissions are.</p>`;
  return html`<h2>Much alike</h2>
    <p class="soft">${ALIKE_NOTE}</p>
    <div class="wide">
      <table class="alike">
        <thead>
          <tr>
            <th scope="col">kata</th>
            <th scope="col">students, and how much of each is in the one most like it</th>
            <th scope="col">published solutions</th>
          </tr>
        </thead>
        <tbody>
          ${alike.map(
            (group) =>
              html`<tr>
                <td>${group.kata}</td>
                <td>
                  ${group.students.map(
                    ({ student, percent }, i) =>
                      html`${i === 0 ? "" : ", "}<a href="#${linkTo(student, group.kata)}"
                          >${student}</a
                        >
                        ${percent} %`,
                  )}
                </td>
                <td>${solutionNames(group)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}
