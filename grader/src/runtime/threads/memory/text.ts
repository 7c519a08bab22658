/** `TextEncoder` and `TextDecoder`: as native, but each byte or element of shared memory that they touch is a step. */
import type { Buffers } from "./buffer.ts";
import { toText } from "./conversions.ts";
import type { DataViews } from "./data-view.ts";
import { elements, nativeArray } from "./elements.ts";
import { elementsOf } from "./members.ts";
import { type Cells, View, type Views } from "./view.ts";

/** What the two are made from. */
export interface TextParts {
  readonly cells: Cells;
  readonly buffers: Buffers;
  readonly views: Views;
  readonly dataViews: DataViews;
  /** A result of a native function, with the submission's class if it is a typed array. */
  adopt(result: unknown): unknown;
}

/** The two constructors. */
export interface TextCoders {
  readonly TextEncoder: object;
  readonly TextDecoder: object;
}

const NativeEncoder = TextEncoder;
const NativeDecoder = TextDecoder;
const UINT_8 = elements.findIndex(({ name }) => name === "Uint8Array");

/** Makes the two constructors. */
export function createTextCoders(parts: TextParts): TextCoders {
  const { cells, buffers, views, dataViews, adopt } = parts;

  /** A copy of shared bytes; any other value as it is. */
  const unshared = (value: unknown): unknown => {
    const view = views.of(value);
    if (view !== undefined) return elementsOf(view);
    const data = dataViews.placeOf(value);
    const place = buffers.placeOf(value);
    const address = data?.address ?? place?.offset;
    const length = data?.length ?? place?.length;
    if (address === undefined || length === undefined) return value;
    const bytes = { type: UINT_8, address, length, byteOffset: 0, buffer: value as object };
    return elementsOf(new View(cells, bytes, {}));
  };

  class Encoder {
    readonly #native = new NativeEncoder();
    get encoding(): string {
      return this.#native.encoding;
    }
    encode(text: unknown = ""): unknown {
      return adopt(this.#native.encode(toText(text)));
    }
    encodeInto(text: unknown, target: unknown): unknown {
      const native = this.#native;
      const view = views.of(target);
      if (view === undefined) {
        return plainly(() => native.encodeInto(text as string, target as Uint8Array));
      }
      // The native function says what is wrong with a text that is none, or a view that has no bytes.
      const bytes = nativeArray(view.type, view.length) as unknown as Uint8Array;
      const result = plainly(() => native.encodeInto(text as string, bytes));
      for (let i = 0; i < result.written; i++) view.write(i, bytes[i]);
      return result;
    }
  }

  class Decoder {
    readonly #native: InstanceType<typeof NativeDecoder>;
    constructor(label?: string, options?: object) {
      this.#native = plainly(() => new NativeDecoder(label, options));
    }
    get encoding(): string {
      return this.#native.encoding;
    }
    get fatal(): boolean {
      return this.#native.fatal;
    }
    get ignoreBOM(): boolean {
      return this.#native.ignoreBOM;
    }
    decode(source?: unknown, options?: object): string {
      const native = this.#native;
      const bytes = unshared(source) as Uint8Array | undefined;
      return plainly(() => native.decode(bytes, options));
    }
  }

  for (const [name, coder] of [
    ["TextEncoder", Encoder],
    ["TextDecoder", Decoder],
  ] as const) {
    Reflect.defineProperty(coder, "name", { value: name, configurable: true });
    const tag = { value: name, configurable: true };
    Reflect.defineProperty(coder.prototype, Symbol.toStringTag, tag);
  }
  return { TextEncoder: Encoder, TextDecoder: Decoder };
}

/** Calls a function of Node's own. Its errors have prototypes of Node's own, which anybody could write to. */
function plainly<R>(call: () => R): R {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const plain =
      error instanceof RangeError ? new RangeError(error.message) : new TypeError(error.message);
    if ("code" in error) Object.assign(plain, { code: error.code });
    throw plain;
  }
}
