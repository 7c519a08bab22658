/** A failing execution of processes as a sequence diagram: a column for the parent and for each child. */
import type { Sequence, Story } from "../grade/result.ts";
import type { Fact } from "./_facts.ts";
import { storyLines } from "./_layout.ts";
import type { Paint } from "./_paint.ts";
import { encodeText } from "./encode.ts";

/** Columns that a terminal has room for; with more, every row names who acts. */
const COLUMNS = 3;

/** The rows of a sequence, as lines of at most `width`. */
export function sequenceLines(sequence: Sequence, width: number, paint: Paint): readonly string[] {
  const { columns, rows } = sequence;
  const used = [...new Set(rows.map(({ column }) => column))].toSorted((a, b) => a - b);
  const isWide = used.length > COLUMNS;
  const told: Story = {
    replay: "",
    preemptions: 0,
    minimal: false,
    schedule: 1,
    columns: isWide ? ["what happened"] : used.map((column) => columns[column] ?? ""),
    rows: rows.map(({ column, text, place }) => ({
      column: isWide ? 0 : used.indexOf(column),
      preempted: false,
      text: isWide ? `${columns[column] ?? ""} ${text}` : text,
      ...(place === undefined ? {} : { place }),
    })),
    waiters: [],
    printed: [],
  };
  return storyLines(told, width, paint);
}

/** Who waits at the end, and how what came next was chosen. */
export function sequenceFacts({ order, waiters, columns }: Sequence): readonly Fact[] {
  const waiting = waiters.map(({ column, text, place }, i) => {
    const where = place === undefined ? "" : `  ${encodeText(place.file, 60)}:${place.line}`;
    return {
      label: i === 0 ? "waiting" : "",
      text: `${encodeText(columns[column] ?? "", 20)}${where}  ${encodeText(text, 300)}`,
    };
  });
  return [...waiting, { label: "order", text: encodeText(order, 60) }];
}
