import { GraderError } from "./error.ts";
import { anyOf, shown } from "./text.ts";

/** Judges one value of a JSON file: what it must be, in words, or `undefined` when it is that. */
export type Rule = (value: unknown) => string | undefined;

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): Rule {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;
}

/** Text that matches `pattern`, which `words` describe. */
export function text(pattern: RegExp, words: string): Rule {
  return (value) => (typeof value === "string" && pattern.test(value) ? undefined : words);
}

/** One of `values`. */
export function oneOf(values: readonly string[]): Rule {
  return (value) =>
    values.includes(value as string)
      ? undefined
      : anyOf(values.map((item) => JSON.stringify(item)));
}

/** One line of visible text. */
export const line = text(/^\S(?:[^\p{Cc}]*\S)?$/u, "one line of text");

/**
 * The fields of one object of a JSON file, taken out one by one. Whatever is not as its rule says is
 * a {@link GraderError} that names the file, the field, the value and what to write instead.
 */
export class Fields {
  readonly #where: string;
  readonly #prefix: string;
  readonly #object: Readonly<Record<string, unknown>>;

  /** `where` is the file as a message names it; `prefix` is the object's place in it: `rubric[2]`. */
  constructor(where: string, value: unknown, prefix = "") {
    this.#where = where;
    this.#prefix = prefix;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.refuse("", `must be an object, not ${shown(value)}`);
    }
    this.#object = value as Record<string, unknown>;
  }

  /** Refuses fields that are none of `known`. */
  only(known: readonly string[]): void {
    for (const name of Object.keys(this.#object)) {
      if (!known.includes(name)) {
        this.refuse(name, `is not a known field: remove it, or write ${anyOf(known)}`);
      }
    }
  }

  /** True when the field is there. */
  has(name: string): boolean {
    return this.#object[name] !== undefined;
  }

  /** A field that follows `rule`. */
  one<T extends string | number>(name: string, rule: Rule): T {
    const value = this.#object[name];
    this.#judge(name, value, rule);
    return value as T;
  }

  /** A list of at least `least` different items that follow `rule`. */
  list<T extends string>(name: string, rule: Rule, least: number): readonly T[] {
    const items = this.array(name, least);
    items.forEach((item, i) => {
      this.#judge(`${name}[${i}]`, item, rule);
      if (items.indexOf(item) !== i) {
        this.refuse(`${name}[${i}]`, `is ${shown(item)} a second time: remove one of the two`);
      }
    });
    return items as readonly T[];
  }

  /** A list of at least `least` items of any kind. */
  array(name: string, least: number): readonly unknown[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || value.length < least) {
      const need = least === 0 ? "a list" : `a list of at least ${least}`;
      this.refuse(name, `is ${shown(value)}: it must be ${need}`);
    }
    return value;
  }

  /** Fails with `what` about the field `name`. */
  refuse(name: string, what: string): never {
    const field = [this.#prefix, name].filter((part) => part !== "").join(".");
    const subject = field === "" ? "the file" : `"${field}"`;
    throw new GraderError("E_BAD_KATA", `${this.#where}: ${subject} ${what}`);
  }

  #judge(name: string, value: unknown, rule: Rule): void {
    const need = rule(value);
    if (need !== undefined) this.refuse(name, `is ${shown(value)}: it must be ${need}`);
  }
}
