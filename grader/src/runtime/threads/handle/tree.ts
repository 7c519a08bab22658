/** A value as a message carries it: a structured clone, as plain data, with places instead of shared buffers. */

/** Anything that is copied as it is. */
export type PlainValue = string | number | boolean | null | undefined;

/**
 * A structured clone. Objects are numbered in order of appearance, those inside others after these; `ref` points
 * back to one.
 */
export type HandleTree =
  | { readonly kind: "plain"; readonly value: PlainValue }
  | { readonly kind: "bigint"; readonly value: string }
  | { readonly kind: "ref"; readonly to: number }
  /** A place of an array that has nothing in it. */
  | { readonly kind: "hole" }
  /** A Number, String, Boolean or BigInt object. */
  | { readonly kind: "boxed"; readonly value: HandleTree }
  | { readonly kind: "date"; readonly value: number }
  | { readonly kind: "regexp"; readonly source: string; readonly flags: string }
  | { readonly kind: "error"; readonly name: string; readonly message: string }
  /** A shared buffer, by its place in the arena. */
  | { readonly kind: "buffer"; readonly offset: number; readonly length: number }
  /** An ordinary buffer, copied. */
  | { readonly kind: "bytes"; readonly bytes: readonly number[] }
  | {
      readonly kind: "view";
      readonly type: number;
      readonly byteOffset: number;
      /** In elements. */
      readonly length: number;
      readonly buffer: HandleTree;
    }
  | {
      readonly kind: "dataview";
      readonly byteOffset: number;
      /** In bytes. */
      readonly length: number;
      readonly buffer: HandleTree;
    }
  | {
      readonly kind: "array";
      readonly items: readonly HandleTree[];
      /** Properties beside the items. */
      readonly entries?: readonly (readonly [string, HandleTree])[];
    }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, HandleTree])[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [HandleTree, HandleTree])[] }
  | { readonly kind: "set"; readonly items: readonly HandleTree[] };
