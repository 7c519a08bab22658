/** The element types of shared memory, with the realm's own constructors for ordinary memory. */
import { BIG_INT_64, BIG_UINT_64, type ElementName, elementTypes } from "../operations.ts";
import { toBigInt, toNumber } from "./conversions.ts";

/** An array over ordinary memory. */
export interface NativeArray {
  readonly length: number;
  [index: number]: number | bigint;
}

/** A constructor of such arrays. */
type NativeArrayConstructor = new (argument: unknown) => NativeArray;

/** One element type, by its code in the log. */
export interface Element {
  readonly type: number;
  readonly name: ElementName;
  readonly bytes: number;
  /** Whether its values are BigInts. */
  readonly big: boolean;
  /** The realm's constructor; absent where this Node has no such type. */
  readonly native: NativeArrayConstructor | undefined;
}

const realm = globalThis as unknown as Readonly<Record<string, NativeArrayConstructor | undefined>>;

/** Whether the values of a type are BigInts. */
function isBig(type: number): boolean {
  return type === BIG_INT_64 || type === BIG_UINT_64;
}

/** Every element type, at the index of its code. */
export const elements: readonly Element[] = elementTypes.map(({ name, bytes }, type) => ({
  type,
  name,
  bytes,
  big: isBig(type),
  native: realm[name],
}));

/** The element type of a code. */
export function elementOf(type: number): Element {
  const element = elements[type];
  if (element === undefined) throw new Error(`E_BUG: there is no element type ${type}`);
  return element;
}

/** The value as an assignment to an element converts it; what the bits become is the memory's business. */
export function toElement(big: boolean, value: unknown): number | bigint {
  return big ? toBigInt(value) : toNumber(value);
}

/** An ordinary array of a type: `content` is its length or its items. */
export function nativeArray(type: number, content: unknown): NativeArray {
  const { native, name } = elementOf(type);
  if (native === undefined) throw new Error(`E_BUG: this Node has no ${name}`);
  return new native(content);
}

const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Int8Array.prototype),
  Symbol.toStringTag,
)?.get as () => ElementName | undefined;

/** The element type of an array over ordinary memory; undefined for any other value. */
export function nativeElementOf(value: unknown): Element | undefined {
  const name = Reflect.apply(tagOf, value, []);
  return name === undefined ? undefined : elements.find((element) => element.name === name);
}
