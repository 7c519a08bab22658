/**
 * An interleaving as columns, one for each worker; below each other where the terminal is narrow.
 */
import type { Story } from "../grade/result.ts";
import { encodeText } from "./encode.ts";
import type { Paint } from "./_paint.ts";
import { type Cell, PREEMPTED, cellsOf } from "./_story.ts";
import { padTo, widthOf, wrap } from "./_width.ts";

const INDENT = 4;
const GAP = 4;

/** The rows of a story, as lines of at most `width`. */
export function storyLines(story: Story, width: number, paint: Paint): readonly string[] {
  const cells = cellsOf(story);
  if (cells.length === 0) return [];
  const names = story.columns.map((name) => encodeText(name, 20));
  const table = tableOf(cells, names, width);
  return table === undefined
    ? stacked(cells, names, width, paint)
    : sideBySide(cells, names, table, paint);
}

/** Where the columns of a table stand. */
interface Table {
  /** Width of the places, the same in every column. */
  readonly place: number;
  /** For each column: where it starts, and the width of a row without its answer. */
  readonly columns: readonly {
    readonly start: number;
    readonly row: number;
    readonly width: number;
  }[];
}

/** The table, if the lines fit; answers may reach below the next column where the room is short. */
function tableOf(
  cells: readonly Cell[],
  names: readonly string[],
  width: number,
): Table | undefined {
  const place = Math.max(...cells.map((cell) => widthOf(cell.place)));
  const sizes = names.map((name, column) => {
    const own = cells.filter((cell) => cell.column === column);
    const text = Math.max(0, ...own.map((cell) => widthOf(cell.text)));
    const answer = Math.max(0, ...own.map(({ returns }) => widthOf(returns)));
    const row = Math.max(place + 2 + text, widthOf(name), widthOf(PREEMPTED));
    return { row, full: answer === 0 ? row : row + GAP + answer };
  });
  for (const isRoomy of [true, false]) {
    let start = INDENT;
    const columns = sizes.map(({ row, full }) => {
      const column = { start, row, width: isRoomy ? full : row };
      start += column.width + GAP;
      return column;
    });
    const end = Math.max(...columns.map((column, i) => column.start + (sizes[i]?.full ?? 0)));
    if (end <= width) return { place, columns };
  }
  return undefined;
}

function sideBySide(
  cells: readonly Cell[],
  names: readonly string[],
  table: Table,
  paint: Paint,
): readonly string[] {
  const header = names.reduce(
    (line, name, i) => padTo(line, table.columns[i]?.start ?? 0) + name,
    "",
  );
  return [paint.strong(header), ...cells.map((cell) => rowLine(cell, table, paint))];
}

function rowLine(
  { column, place, text, returns, preempted }: Cell,
  table: Table,
  paint: Paint,
): string {
  const { start = 0, row = 0 } = table.columns[column] ?? {};
  const shown = `${padTo(place, table.place)}  ${text}`;
  const own = returns === "" ? shown : `${padTo(shown, row + GAP)}${returns}`;
  const mark = table.columns[preempted];
  if (mark === undefined) return " ".repeat(start) + own;
  if (preempted > column)
    return `${padTo(" ".repeat(start) + own, mark.start)}${paint.notice(PREEMPTED)}`;
  const at = mark.start + mark.width - widthOf(PREEMPTED);
  const after = start - at - widthOf(PREEMPTED);
  return `${" ".repeat(at)}${paint.notice(PREEMPTED)}${" ".repeat(after)}${own}`;
}

/** One row below the other, each with the letter of its worker. */
function stacked(
  cells: readonly Cell[],
  names: readonly string[],
  width: number,
  paint: Paint,
): readonly string[] {
  const letters = names.map((name) => name.replace(/^worker /, ""));
  const letterWidth = Math.max(...letters.map(widthOf));
  const indent = " ".repeat(INDENT + letterWidth + 2);
  return cells.flatMap(({ column, place, text, returns, preempted }) => {
    const mark =
      preempted === -1 ? [] : [indent + paint.notice(`⚡ ${names[preempted]} preempted`)];
    const letter = paint.strong(padTo(letters[column] ?? "", letterWidth));
    const [first = "", ...more] = wrap(
      place === "" ? text : `${place}  ${text}`,
      width - indent.length,
    );
    const answer = returns === "" ? [] : wrap(returns, width - indent.length - 2);
    return [
      ...mark,
      `${" ".repeat(INDENT)}${letter}  ${first}`,
      ...[...more, ...answer].map((line) => `${indent}  ${line}`),
    ];
  });
}
