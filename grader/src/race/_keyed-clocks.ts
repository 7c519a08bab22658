import { allocate, type Clocks } from "./_clocks.ts";

/**
 * Clocks that are named by a number: an open-addressed hash table.
 *
 * An entry belongs to the present execution when it carries its number, so that forgetting them all
 * takes no time.
 */
export interface KeyedClocks {
  readonly clocks: Clocks;
  execution: number;
  keys: Float64Array;
  executions: Int32Array;
  offsets: Int32Array;
  count: number;
}

/** The largest number that fits {@link KeyedClocks.executions}. */
const LAST_EXECUTION = 0x7fff_ffff;

/** An empty table. */
export function createKeyedClocks(clocks: Clocks): KeyedClocks {
  return { clocks, execution: 1, count: 0, ...emptySlots(16) };
}

function emptySlots(length: number): Pick<KeyedClocks, "keys" | "executions" | "offsets"> {
  return {
    keys: new Float64Array(length),
    executions: new Int32Array(length),
    offsets: new Int32Array(length),
  };
}

/** Forgets all keys. The clocks themselves must be reset with it. */
export function resetKeyedClocks(table: KeyedClocks): void {
  table.count = 0;
  table.execution += 1;
  if (table.execution <= LAST_EXECUTION) return;
  table.execution = 1;
  table.executions.fill(0);
}

/** The offset of the clock named `key`, which is zero when nobody asked for it before. */
export function keyedClock(table: KeyedClocks, key: number): number {
  const slot = slotOf(table, key);
  if (table.executions[slot] === table.execution) return table.offsets[slot]!;
  if (table.count * 2 >= table.keys.length) {
    rehash(table);
    return keyedClock(table, key);
  }
  const offset = allocate(table.clocks, 1);
  fill(table, slot, key, offset);
  return offset;
}

function slotOf(table: KeyedClocks, key: number): number {
  const { keys, executions, execution } = table;
  const last = keys.length - 1;
  let slot = (Math.imul(key, 0x9e37_79b1) >>> 8) & last;
  while (executions[slot] === execution && keys[slot] !== key) slot = (slot + 1) & last;
  return slot;
}

function fill(table: KeyedClocks, slot: number, key: number, offset: number): void {
  table.keys[slot] = key;
  table.executions[slot] = table.execution;
  table.offsets[slot] = offset;
  table.count += 1;
}

function rehash(table: KeyedClocks): void {
  const { keys, executions, offsets, execution } = table;
  Object.assign(table, emptySlots(2 * keys.length));
  table.count = 0;
  for (let slot = 0; slot < keys.length; slot += 1) {
    if (executions[slot] !== execution) continue;
    fill(table, slotOf(table, keys[slot]!), keys[slot]!, offsets[slot]!);
  }
}
