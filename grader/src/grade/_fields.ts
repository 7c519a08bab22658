import { GraderError } from "./error.ts";
import { anyOf, shown } from "./text.ts";

/** What a value of a JSON file must be. */
export interface Rule<T> {
  /** In words: `a whole number from 1 to 5`. */
  readonly need: string;
  readonly allows: (value: unknown) => value is T;
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): Rule<number> {
  return {
    need: `a whole number from ${least} to ${most}`,
    allows: (value): value is number =>
      typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
  };
}

/** Text that matches `pattern`, which `need` describes. */
export function text(pattern: RegExp, need: string): Rule<string> {
  return {
    need,
    allows: (value): value is string => typeof value === "string" && pattern.test(value),
  };
}

/** One of `values`. */
export function oneOf<const T extends string>(values: readonly T[]): Rule<T> {
  return {
    need: anyOf(values.map((value) => JSON.stringify(value))),
    allows: (value): value is T => values.some((known) => known === value),
  };
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
  one<T>(name: string, rule: Rule<T>): T {
    return this.#judged(name, this.#object[name], rule);
  }

  /** A list of at least `least` different items that follow `rule`. */
  list<T>(name: string, rule: Rule<T>, least: number): readonly T[] {
    const items = this.array(name, least);
    return items.map((item, i) => {
      if (items.indexOf(item) !== i) {
        this.refuse(`${name}[${i}]`, `is ${shown(item)} a second time: remove one of the two`);
      }
      return this.#judged(`${name}[${i}]`, item, rule);
    });
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

  #judged<T>(name: string, value: unknown, { need, allows }: Rule<T>): T {
    return allows(value) ? value : this.refuse(name, `is ${shown(value)}: it must be ${need}`);
  }
}
