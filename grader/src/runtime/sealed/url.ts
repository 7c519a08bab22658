/** The URLs of a kata's own modules: `new URL("./worker.ts", import.meta.url)`. */

/** Where a kata lies for its own modules, wherever it is graded. */
const ROOT = "file:///kata/";

/** `import.meta.url` of a module, by its path in the kata. */
export function moduleUrl(path: string): string {
  return `${ROOT}${path}`;
}

/** The path in the kata of a module's URL; undefined for every other URL. */
export function modulePath(url: string): string | undefined {
  return url.startsWith(ROOT) ? url.slice(ROOT.length) : undefined;
}

/** `URL` as a submission sees it, and how to tell one from what only looks like one. */
export interface Urls {
  readonly URL: unknown;
  /** The text of a URL that this `URL` made; undefined for any other value. */
  hrefOf(value: unknown): string | undefined;
}

/**
 * Makes the `URL` of a compartment: it parses, and can do nothing else. Node's own is no part of the language, so
 * lockdown does not freeze it.
 */
export function createUrls(): Urls {
  const Native = URL;
  const hrefs = new WeakMap<object, InstanceType<typeof Native>>();
  const partOf = (url: object, part: Part): string => {
    const native = hrefs.get(url);
    if (native === undefined) throw new TypeError(`${part} was read of what is no URL`);
    return native[part];
  };
  const parse = (input: unknown, base: unknown): InstanceType<typeof Native> => {
    const text = toText(input);
    const from = base === undefined ? undefined : toText(base);
    if (!Native.canParse(text, from)) throw new TypeError(`Invalid URL: ${text}`);
    return new Native(text, from);
  };

  class KataURL {
    constructor(input: unknown, base?: unknown) {
      hrefs.set(this, parse(input, base));
    }
    toString(): string {
      return partOf(this, "href");
    }
    toJSON(): string {
      return partOf(this, "href");
    }
  }
  Object.defineProperty(KataURL, "name", { value: "URL" });
  for (const part of parts) {
    Object.defineProperty(KataURL.prototype, part, {
      get(this: object) {
        return partOf(this, part);
      },
      enumerable: true,
      configurable: true,
    });
  }
  return {
    URL: KataURL,
    hrefOf: (value) =>
      typeof value === "object" && value !== null ? hrefs.get(value)?.href : undefined,
  };
}

/** What `value` says of itself: `URL` takes whatever has a text. */
function toText(value: unknown): string {
  return [value].join("");
}

const parts = [
  "href",
  "origin",
  "protocol",
  "host",
  "hostname",
  "pathname",
  "search",
  "hash",
] as const;
type Part = (typeof parts)[number];
