/** What an instrumented program reports to. It gives back what it is given, and keeps no object alive. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ActivityEvent, Accessed } from "./events.ts";
import { observedIterable } from "./_iterables.ts";
import { createIds, isCollection, isObject, keptIn } from "./_values.ts";
import type { Instrumented, Site } from "./instrument.ts";

/** Events after which nothing more is written down. */
const LIMIT = 200_000;
/** Characters of a text that tell it from others. */
const CHARACTERS = 200;

/** Listens to one execution of an instrumented program. */
export interface Recorder {
  /** The global that the program reports to. */
  readonly hook: object;
  /** What happened, or undefined when there was too much of it; it listens no more. */
  events(): readonly ActivityEvent[] | undefined;
}

/** A call of a function. */
interface Activation {
  readonly id: number;
  readonly site: number;
  /** Who goes on when it is suspended, or ends. */
  below: Activation | undefined;
  /** The asker of what runs then. */
  askerBelow: number | undefined;
  /** Where it is suspended; -1 = it is not. */
  suspendedAt: number;
}

/** Makes what listens to one execution; `stamp` is asked at each event. */
export function createRecorder(
  { sites, unseen }: Pick<Instrumented, "sites" | "unseen">,
  stamp: () => number,
): Recorder {
  const unseenNames = new Set(unseen);
  const events: ActivityEvent[] = [];
  const idOf = createIds();
  /** Who asked for what runs: it goes where promises and callbacks go. */
  const asker = new AsyncLocalStorage<number | undefined>();
  let activations = 0;
  let current: Activation | undefined;
  let isCut = false;

  const push = (event: ActivityEvent): void => {
    if (events.length < LIMIT) events.push(event);
    else isCut = true;
  };
  const siteOf = (site: number): Site => sites[site] as Site;
  const namedPlace = (site: number): Pick<ActivityEvent, "place" | "name"> => {
    const { line, column, name } = siteOf(site);
    return { place: { line, column }, name };
  };
  const switched = (kind: "suspend" | "resume" | "leave", at: Activation, site: number): void => {
    push({ kind, activation: at.id, ...namedPlace(site), stamp: stamp() });
  };

  const access = (
    kind: Accessed["kind"],
    object: unknown,
    at: number,
    { key, value, name }: { key: string | undefined; value?: string | undefined; name?: string },
  ): void => {
    if (!isObject(object) || current === undefined) return;
    if (key !== undefined && unseenNames.has(key)) return;
    push({
      kind,
      activation: current.id,
      ...namedPlace(at),
      ...(name === undefined ? {} : { name }),
      stamp: stamp(),
      object: idOf(object),
      key,
      ...(value === undefined ? {} : { value }),
      ...(kind === "write" && siteOf(at).isConstant === true ? { isConstant: true } : {}),
    });
  };
  /** The key that is known beforehand, or the one that was asked for; undefined where that is an object. */
  const keyOf = (site: number, asked: readonly unknown[]): string | undefined => {
    if (asked.length === 0) return siteOf(site).keys[0];
    const [key] = asked;
    if (typeof key === "symbol") return `@${idOf(key)}`;
    return isObject(key) ? undefined : String(key);
  };
  const read = (object: unknown, site: number, asked: readonly unknown[]): void => {
    access("read", object, site, { key: keyOf(site, asked) });
  };
  const write = (
    object: unknown,
    site: number,
    asked: readonly unknown[],
    value?: string,
  ): void => {
    const key = keyOf(site, asked);
    if (key !== undefined) access("write", object, site, { key, value });
  };
  const textOf = (value: unknown): string =>
    isObject(value) || typeof value === "symbol"
      ? `#${idOf(value)}`
      : `${Object.is(value, -0) ? "-0" : typeof value} ${String(value).slice(0, CHARACTERS)}`;

  const begin = (at: Activation): void => {
    at.below = current;
    at.askerBelow = asker.getStore();
    current = at;
    asker.enterWith(at.id);
  };
  const pause = (at: Activation): void => {
    current = at.below;
    at.below = undefined;
    asker.enterWith(at.askerBelow);
  };
  const suspend = (at: Activation, site: number): void => {
    switched("suspend", at, site);
    at.suspendedAt = site;
    pause(at);
  };
  const goOn = (at: Activation): void => {
    if (at.suspendedAt === -1) return;
    begin(at);
    switched("resume", at, at.suspendedAt);
    at.suspendedAt = -1;
  };

  const hook = {
    scope: (): object => Object.freeze({}),
    enter(site: number, creator: Activation | undefined): Activation {
      const entered: Activation = {
        id: ++activations,
        site,
        below: undefined,
        askerBelow: undefined,
        suspendedAt: -1,
      };
      push({
        kind: "enter",
        activation: entered.id,
        ...namedPlace(site),
        stamp: stamp(),
        caller: current?.id ?? 0,
        creator: creator?.id ?? 0,
        asker: asker.getStore() ?? 0,
      });
      begin(entered);
      return entered;
    },
    leave(at: Activation): void {
      goOn(at);
      switched("leave", at, at.site);
      pause(at);
    },
    suspend(at: Activation, site: number, value: unknown): unknown {
      suspend(at, site);
      return value;
    },
    resume(at: Activation, value: unknown): unknown {
      goOn(at);
      return value;
    },
    caught: goOn,
    iterate: (at: Activation, site: number, iterable: unknown): unknown =>
      observedIterable(iterable, () => {
        suspend(at, site);
      }),

    read(value: unknown, object: unknown, site: number): unknown {
      read(object, site, []);
      return value;
    },
    of(object: unknown, site: number, ...asked: readonly unknown[]): unknown {
      read(object, site, asked);
      return object;
    },
    key(key: unknown, object: unknown, site: number): unknown {
      read(object, site, [key]);
      return key;
    },
    note(object: unknown, site: number, ...asked: readonly unknown[]): void {
      read(object, site, asked);
    },
    all(object: unknown, site: number): unknown {
      access("read", object, site, { key: undefined });
      return object;
    },
    unpack(object: unknown, site: number): unknown {
      const { keys, name } = siteOf(site);
      for (const key of keys)
        access("read", object, site, { key, name: name === "" ? key : `${name}.${key}` });
      return object;
    },
    wrote(value: unknown, object: unknown, site: number, ...asked: readonly unknown[]): unknown {
      write(object, site, asked, textOf(value));
      return value;
    },
    unpacked(value: unknown, object: unknown, site: number): unknown {
      write(object, site, []);
      return value;
    },
    updated(value: unknown, object: unknown, site: number, ...asked: readonly unknown[]): unknown {
      read(object, site, asked);
      write(object, site, asked);
      return value;
    },
    removed(value: unknown, object: unknown, site: number, ...asked: readonly unknown[]): unknown {
      write(object, site, asked, "nothing");
      return value;
    },
    perhaps(
      value: unknown,
      isAssigned: boolean,
      object: unknown,
      site: number,
      ...asked: readonly unknown[]
    ): unknown {
      if (isAssigned) write(object, site, asked, textOf(value));
      else read(object, site, asked);
      return value;
    },
    called(value: unknown, object: unknown, site: number, asked: unknown): unknown {
      const [method] = siteOf(site).keys;
      if (!isCollection(object)) access("read", object, site, { key: method });
      else if (method === "get" || method === "has") {
        access("read", object, site, { key: textOf(asked) });
      } else {
        access("write", object, site, { key: textOf(asked), value: keptIn(object, asked, textOf) });
      }
      return value;
    },
  };
  return {
    hook,
    events() {
      asker.disable();
      return isCut ? undefined : events;
    },
  };
}
