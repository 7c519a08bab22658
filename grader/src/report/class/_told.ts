/** A failing execution as a table: an interleaving, a time line, or a sequence of processes. */
import type { ScenarioResult, Sequence, Timeline, Waiter } from "../../grade/result.ts";
import { cellsOf, PREEMPTED } from "../_story.ts";
import { LEGEND, MARK, timeText } from "../_timeline.ts";
import { encodeText } from "../encode.ts";
import { html, type Markup, raw } from "./_markup.ts";

/** The execution that a scenario tells; nothing where there is none. */
export function toldExecution({ story, timeline, sequence }: ScenarioResult): Markup | undefined {
  if (story !== undefined) {
    const rows = cellsOf(story).map(({ column, place, text, returns, preempted }) => {
      const own = step(place, text, returns);
      const cut = html`<span class="cut">${PREEMPTED}</span>`;
      return {
        [column]: own,
        ...(preempted !== -1 && preempted !== column && { [preempted]: cut }),
      };
    });
    return table("interleaving", story.columns, rows);
  }
  if (timeline !== undefined) return timelineTable(timeline);
  return sequence === undefined ? undefined : sequenceTable(sequence);
}

/** Who never went on. */
export function toldWaiters({ story, sequence }: ScenarioResult): readonly string[] {
  const { waiters = [], columns = [] } = story ?? sequence ?? {};
  return waiters.map(
    ({ column, text, place }: Waiter) =>
      `${columns[column] ?? ""} ${placeOf(place)}${place === undefined ? "" : "  "}${text}`,
  );
}

function timelineTable({ rows }: Timeline): Markup {
  const legend = rows.some(({ reordered }) => reordered)
    ? html`<p class="soft">${LEGEND}</p>`
    : undefined;
  const shown = table(
    "time line",
    ["time", "who", "what"],
    rows.map(({ at, actor, text, place, reordered, times }, i) => ({
      0: html`${at === rows[i - 1]?.at ? "" : timeText(at)}`,
      1: html`${reordered ? OUT_OF_TURN : undefined}${actor}`,
      2: step(placeOf(place), times === undefined ? text : `${text}  ×${times}`, ""),
    })),
  );
  return html`${shown}${legend}`;
}

const OUT_OF_TURN = html`<span class="cut">${MARK} </span>`;

function sequenceTable({ rows, columns }: Sequence): Markup {
  return table(
    "sequence",
    columns,
    rows.map(({ column, text, place }) => ({ [column]: step(placeOf(place), text, "") })),
  );
}

/** A table whose rows have something in some of the columns. */
function table(
  name: string,
  columns: readonly string[],
  rows: readonly Readonly<Record<number, Markup>>[],
): Markup {
  return html`<div class="wide story ${raw(name.replace(" ", "-"))}">
    <table>
      <caption hidden>
        ${name}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${encodeText(column, 40)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((_, i) => html`<td>${row[i]}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function step(place: string, text: string, returns: string): Markup {
  return html`${place === "" ? undefined : html`<span class="place">${place}</span>`}${encodeText(
    text,
    300,
  )}${returns === "" ? undefined : html`<span class="returns">${returns}</span>`}`;
}

function placeOf(place: Waiter["place"]): string {
  return place === undefined ? "" : `${encodeText(place.file, 60)}:${place.line}`;
}
