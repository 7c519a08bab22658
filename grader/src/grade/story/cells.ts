import type { BufferPlace, TracedStep } from "../../runtime/evidence.ts";
import { elementTypes } from "../../runtime/threads/operations.ts";

/** A range of shared bytes that is always used as a whole: accesses that overlap share a cell. */
export interface Cell {
  readonly address: number;
  readonly size: number;
  /** The index in its buffer, in units of the first element type that was used, and the buffer. */
  readonly index: number;
  readonly buffer: BufferPlace | undefined;
}

/** The cells of a trace, by address, and which one each step is about. */
export interface Cells {
  readonly all: readonly Cell[];
  /** Index into `all`; -1 for steps that touch no memory. */
  cellOf(step: TracedStep): number;
}

/** Finds the cells of a trace. */
export function cellsOf(steps: readonly TracedStep[], buffers: readonly BufferPlace[]): Cells {
  const ranges = steps
    .filter(touches)
    .map((step) => ({ from: step.address, to: step.address + sizeOf(step), unit: sizeOf(step) }))
    .toSorted((a, b) => a.from - b.from);
  const merged: { from: number; to: number; unit: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.from < last.to) last.to = Math.max(last.to, range.to);
    else merged.push({ ...range });
  }
  const all = merged.map(({ from, to, unit }) => {
    const buffer = buffers.find(({ offset, length }) => offset <= from && from < offset + length);
    const index = Math.floor((from - (buffer?.offset ?? 0)) / unit);
    return { address: from, size: to - from, index, buffer };
  });
  return {
    all,
    cellOf: (step) =>
      touches(step)
        ? all.findIndex(
            ({ address, size }) => address <= step.address && step.address < address + size,
          )
        : -1,
  };
}

function touches({ op }: TracedStep): boolean {
  return op !== "arrive";
}

function sizeOf({ type }: TracedStep): number {
  return elementTypes.find(({ name }) => name === type)?.bytes ?? 4;
}
