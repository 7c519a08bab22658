/** A set of 128-bit keys in flat memory: open addressing, doubled when two thirds full. */
export interface StateTable {
  /** Adds the four words at `keys[at]`; false when they were there. */
  add(keys: Int32Array, at: number): boolean;
  readonly size: () => number;
}

/** Makes an empty table. A key of four zero words is taken for an empty slot and never found. */
export function createStateTable(): StateTable {
  let capacity = 1 << 10;
  let slots = new Int32Array(capacity * 4);
  let size = 0;

  function slotOf(
    table: Int32Array,
    mask: number,
    a: number,
    b: number,
    c: number,
    d: number,
  ): number {
    let slot = (a ^ Math.imul(b, 0x9e3779b1)) & mask;
    for (;;) {
      const base = slot * 4;
      const w = table[base];
      const x = table[base + 1];
      const y = table[base + 2];
      const z = table[base + 3];
      if (w === a && x === b && y === c && z === d) return base;
      if (w === 0 && x === 0 && y === 0 && z === 0) return ~base;
      slot = (slot + 1) & mask;
    }
  }

  function put(table: Int32Array, base: number, a: number, b: number, c: number, d: number): void {
    table[base] = a;
    table[base + 1] = b;
    table[base + 2] = c;
    table[base + 3] = d;
  }

  function grow(): void {
    const next = new Int32Array(capacity * 2 * 4);
    for (let base = 0; base < slots.length; base += 4) {
      const a = slots[base] as number;
      const b = slots[base + 1] as number;
      const c = slots[base + 2] as number;
      const d = slots[base + 3] as number;
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      put(next, ~slotOf(next, capacity * 2 - 1, a, b, c, d), a, b, c, d);
    }
    capacity *= 2;
    slots = next;
  }

  return {
    add(keys, at) {
      const a = keys[at] as number;
      const b = keys[at + 1] as number;
      const c = keys[at + 2] as number;
      const d = keys[at + 3] as number;
      const found = slotOf(slots, capacity - 1, a, b, c, d);
      if (found >= 0) return false;
      put(slots, ~found, a, b, c, d);
      size++;
      if (size * 3 > capacity * 2) grow();
      return true;
    },
    size: () => size,
  };
}
