/** Text that is put into a program between its characters; nothing of the program is taken away or moved. */
export interface Insertions {
  /** What is put at one place stands there in the order of these calls. */
  add(offset: number, text: string): void;
  apply(): string;
}

/** Collects insertions into `code`. */
export function insertInto(code: string): Insertions {
  const byOffset = new Map<number, string>();
  return {
    add(offset, text) {
      byOffset.set(offset, (byOffset.get(offset) ?? "") + text);
    },
    apply() {
      const offsets = [...byOffset.keys()].toSorted((a, b) => a - b);
      let text = "";
      let from = 0;
      for (const offset of offsets) {
        text += code.slice(from, offset) + (byOffset.get(offset) ?? "");
        from = offset;
      }
      return text + code.slice(from);
    },
  };
}

/** Finds lines and columns, both from 1. */
export function lineFinder(code: string): (offset: number) => { line: number; column: number } {
  const starts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
}
