/** A realm for native speed: the submission gets the real shared memory and the real `Atomics`. */
import { KataError, Mutex } from "../../kit/index.ts";
import { type Realm, lockRealm } from "../sealed/compartment.ts";
import { createUrls } from "../sealed/url.ts";
import { type Ambient, createGlobals } from "../threads/globals.ts";

/** A locked realm with what its compartment is given. */
export interface NativeRealm {
  readonly realm: Realm;
  readonly globals: Readonly<Record<string, unknown>>;
  /** The kit as it is. */
  readonly kit: object;
  /** The text of a URL that the compartment's `URL` made. */
  hrefOf(value: unknown): string | undefined;
}

/** The time and randomness of this machine; nobody reads what is printed. */
const native: Ambient = {
  clock: () => performance.now(),
  random: () => Math.random(),
  print: () => undefined,
};

/** Locks the realm of this thread down; time, randomness and what is printed are those of `ambient`. */
export function lockNativeRealm(ambient: Ambient = native): NativeRealm {
  const memory: Record<string, unknown> = { SharedArrayBuffer, TextEncoder, TextDecoder };
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (/^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$|^DataView$/.test(name)) {
      memory[name] = (globalThis as unknown as Record<string, unknown>)[name];
    }
  }
  const atomics = Object.defineProperties({}, Object.getOwnPropertyDescriptors(Atomics));
  const realm = lockRealm();
  const { URL, hrefOf } = createUrls();
  const globals = realm.harden({
    ...createGlobals(ambient),
    ...memory,
    URL,
    Atomics: atomics,
  });
  return { realm, globals, kit: realm.harden(realm.adopt({ KataError, Mutex })), hrefOf };
}
