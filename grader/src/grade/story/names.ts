/** Names the cells of a trace by the student's own expressions, one name for each cell. */
import type { Cell } from "./cells.ts";
import { type CellExpression, cellExpression } from "./expression.ts";
import { isMutexStep } from "./mutex-step.ts";
import type { Access } from "./reading.ts";
import { type SourceLookup, windowAt } from "./source.ts";

/** The part of an access that names are made from. */
type Named = Pick<Access, "op" | "cell" | "access">;

/** A name for every cell; equal names never stand for different cells. */
export function nameCells(
  accesses: readonly Named[],
  cells: readonly Cell[],
  lookup: SourceLookup,
): readonly string[] {
  const seen = expressionsByCell(accesses, cells, lookup);
  const mutexes = cells.map((_, cell) => isMutex(accesses, cell));
  const names = cells.map((_, cell) => firstName(cell, cells, seen));
  return names.map((name, cell) => {
    const lent = cells[cell]?.buffer?.name;
    if (lent !== undefined) return lent;
    const isShared = name === undefined || names.filter((other) => other === name).length > 1;
    if (!isShared) return name;
    if (mutexes[cell] === true) return mutexNumber(cell, mutexes);
    return withNumber(name, cell, cells);
  });
}

/** What each cell is called, every different expression once. */
function expressionsByCell(
  accesses: readonly Named[],
  cells: readonly Cell[],
  lookup: SourceLookup,
): readonly (readonly CellExpression[])[] {
  const seen: CellExpression[][] = cells.map(() => []);
  for (const { op, cell, access } of accesses) {
    const list = seen[cell];
    if (list === undefined || access === undefined) continue;
    const expression = cellExpression(op, windowAt(access, lookup));
    if (expression === undefined || list.some((known) => same(known, expression))) continue;
    list.push(expression);
  }
  return seen;
}

function same(a: CellExpression, b: CellExpression): boolean {
  return a.base === b.base && a.index === b.index;
}

function isMutex(accesses: readonly Named[], cell: number): boolean {
  return accesses.some((item) => item.cell === cell && isMutexStep(item));
}

function firstName(
  cell: number,
  cells: readonly Cell[],
  seen: readonly (readonly CellExpression[])[],
): string | undefined {
  const list = seen[cell] ?? [];
  const [first] = list;
  if (first === undefined) return undefined;
  const { base } = first;
  const isElsewhere = seen.some(
    (other, i) => i !== cell && other.some((item) => same(item, first)),
  );
  if (first.index === undefined) return list.length > 1 || isElsewhere ? undefined : base;
  const literal = list.find((item) => item.base === base && isLiteral(item.index))?.index;
  if (literal !== undefined) {
    return literal === "0" && isAlone(cell, cells, base, seen) ? base : `${base}[${literal}]`;
  }
  const indexes = new Set(list.filter((item) => item.base === base).map(({ index }) => index));
  if (indexes.size === 1 && !isElsewhere) return `${base}[${first.index}]`;
  const { index, buffer } = cells[cell] as Cell;
  return buffer !== undefined && startsAtZero(base, cells, seen) ? `${base}[${index}]` : undefined;
}

function isLiteral(index: string | undefined): boolean {
  return index !== undefined && /^\d+$/.test(index);
}

/** No other cell of the buffer is used, or none under this name: the index would say nothing. */
function isAlone(
  cell: number,
  cells: readonly Cell[],
  base: string,
  seen: readonly (readonly CellExpression[])[],
): boolean {
  const { buffer, size } = cells[cell] as Cell;
  if (buffer !== undefined && buffer.length <= size) return true;
  return !seen.some((other, i) => i !== cell && other.some((item) => item.base === base));
}

/** No literal index of this view speaks against its beginning where its buffer begins. */
function startsAtZero(
  base: string,
  cells: readonly Cell[],
  seen: readonly (readonly CellExpression[])[],
): boolean {
  return seen.every((list, cell) =>
    list.every(
      (item) =>
        item.base !== base || !isLiteral(item.index) || Number(item.index) === cells[cell]?.index,
    ),
  );
}

function mutexNumber(cell: number, mutexes: readonly boolean[]): string {
  const count = mutexes.filter(Boolean).length;
  return count === 1 ? "mutex" : `Mutex ${mutexes.slice(0, cell + 1).filter(Boolean).length}`;
}

function withNumber(name: string | undefined, cell: number, cells: readonly Cell[]): string {
  const { index, buffer } = cells[cell] as Cell;
  const starts = [...new Set(cells.map((other) => other.buffer?.offset ?? -1))].toSorted(
    (a, b) => a - b,
  );
  const number = starts.length > 1 ? ` of buffer ${starts.indexOf(buffer?.offset ?? -1) + 1}` : "";
  return name === undefined ? `cell ${index}${number}` : `${name} (cell ${index}${number})`;
}
