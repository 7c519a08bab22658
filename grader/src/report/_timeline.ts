/** A failing async execution as rows: virtual time, who acts, what happens. */
import type { Timeline, TimelineRow } from "../grade/result.ts";
import type { Paint } from "./_paint.ts";
import { widthOf, wrap } from "./_width.ts";
import { encodeText } from "./encode.ts";

const INDENT = 4;
const GAP = 2;
/** What stands before the actor of a row that came out of turn. */
export const MARK = "⚡";
/** What the mark says. */
export const LEGEND = `${MARK} came before something that had been pending for longer`;
/** Where texts would be narrower than this, they stand below who acts. */
const NARROWEST = 30;

/** A row as text. */
interface Cell {
  /** `250 ms`; shown where it changes. */
  readonly time: string;
  readonly isMarked: boolean;
  readonly actor: string;
  readonly text: string;
}

/** Where the columns stand. */
interface Table {
  readonly time: number;
  /** Width of the marks, with the space after them; 0 where there is none. */
  readonly mark: number;
  readonly actor: number;
  /** Where the texts start. */
  readonly start: number;
}

/** The rows of a time line, as lines of at most `width`. */
export function timelineLines({ rows }: Timeline, width: number, paint: Paint): readonly string[] {
  const cells = rows.map(cellOf);
  const table = tableOf(cells);
  const isNarrow = width - table.start < NARROWEST;
  const legend = table.mark === 0 ? [] : wrap(LEGEND, width - INDENT);
  return [
    ...cells.flatMap((cell, i) => {
      const isSameTime = cell.time === cells[i - 1]?.time;
      return isNarrow
        ? stacked(cell, width, paint)
        : beside(isSameTime ? { ...cell, time: "" } : cell, table, width, paint);
    }),
    ...legend.map((line) => " ".repeat(INDENT) + paint.faint(line)),
  ];
}

function cellOf({ at, actor, text, place, reordered, times }: TimelineRow): Cell {
  const where = place === undefined ? "" : `${encodeText(place.file, 60)}:${place.line}  `;
  const often = times === undefined ? "" : `  ×${times}`;
  return {
    time: timeText(at),
    isMarked: reordered,
    actor: encodeText(actor, 20),
    text: where + encodeText(text, 160) + often,
  };
}

/** Virtual time: `250 ms`. */
export function timeText(at: number): string {
  return `${Math.round(at * 1_000) / 1_000} ms`;
}

function tableOf(cells: readonly Cell[]): Table {
  const time = Math.max(0, ...cells.map((cell) => widthOf(cell.time)));
  const mark = cells.some(({ isMarked }) => isMarked) ? widthOf(MARK) + 1 : 0;
  const actor = Math.max(0, ...cells.map((cell) => widthOf(cell.actor)));
  return { time, mark, actor, start: INDENT + time + GAP + mark + actor + GAP };
}

function beside(
  { time, isMarked, actor, text }: Cell,
  table: Table,
  width: number,
  paint: Paint,
): readonly string[] {
  const when = paint.faint(time.padStart(table.time));
  const mark = isMarked ? `${paint.notice(MARK)} ` : " ".repeat(table.mark);
  const name = paint.strong(actor) + " ".repeat(table.actor - widthOf(actor));
  const [first = "", ...more] = wrap(text, width - table.start - GAP);
  const indent = " ".repeat(table.start + GAP);
  return [
    `${" ".repeat(INDENT)}${when}${" ".repeat(GAP)}${mark}${name}${" ".repeat(GAP)}${first}`,
    ...more.map((line) => indent + line),
  ];
}

/** Who acts, and below it what happens. */
function stacked(
  { time, isMarked, actor, text }: Cell,
  width: number,
  paint: Paint,
): readonly string[] {
  const mark = isMarked ? `${paint.notice(MARK)} ` : "";
  const indent = " ".repeat(INDENT + GAP);
  return [
    `${" ".repeat(INDENT)}${paint.faint(time)}${" ".repeat(GAP)}${mark}${paint.strong(actor)}`,
    ...wrap(text, width - indent.length).map((line) => indent + line),
  ];
}
