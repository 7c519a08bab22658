/** The story of one execution of processes: who did what, when on the virtual clock, and where in the submission. */
import type { Children } from "./children.ts";
import type { ProcessRow, Site } from "./protocol.ts";
import { textOf } from "./text.ts";

/** Rows that are kept: a failure is told by the last of them. */
const ROWS = 400;

/** What has happened up to now. Actor 0 is the parent, others are children by their number. */
export interface Narrative {
  readonly rows: readonly ProcessRow[];
  tell(actor: number, text: string, site?: Site): void;
  /** A value as it is told: pids in it are told by whose they are. */
  show(value: unknown): string;
}

/** Begins the story of an execution; `now` is its virtual clock, in milliseconds. */
export function createNarrative(now: () => number, children: () => Children["all"]): Narrative {
  const rows: ProcessRow[] = [];
  const names = (): ReadonlyMap<number, string> =>
    new Map([
      [process.pid, "<pid of the parent>"],
      ...children().map(({ pid, number }) => [pid, `<pid of child ${number}>`] as const),
    ]);
  return {
    rows,
    tell(actor, text, site) {
      rows.push({ at: now(), actor, text, site });
      if (rows.length > ROWS) rows.splice(0, rows.length - ROWS);
    },
    show: (value) => textOf(value, names()),
  };
}

/** `the parent`, `child 2`. */
export function nameOf(actor: number): string {
  return actor === 0 ? "the parent" : `child ${actor}`;
}
