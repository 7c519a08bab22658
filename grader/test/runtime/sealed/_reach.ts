import { types } from "node:util";

/** What can be reached from a value by reading properties, prototypes and contents. */
export interface Reach {
  readonly visited: number;
  /** Paths to what must not be reached. */
  readonly forbidden: readonly string[];
  /** Paths to functions and prototypes that can be changed. */
  readonly open: readonly string[];
}

/** Walks everything that is reachable; `forbidden` names what must not be. */
export function findForbidden(root: unknown, forbidden: ReadonlyMap<unknown, string>): Reach {
  const paths = new Map<unknown, string>();
  /** What only a getter gives: it may be new each time. */
  const fresh = new Set<unknown>();
  const queue: object[] = [];
  const found: string[] = [];
  const open: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
    if (paths.has(value)) return;
    paths.set(value, path);
    queue.push(value);
    const name =
      forbidden.get(value) ?? (types.isSharedArrayBuffer(value) ? "real memory" : undefined);
    if (name !== undefined) found.push(`${path} is ${name}`);
  };

  visit(root, "root");
  for (const value of queue) {
    const path = paths.get(value) ?? "";
    visit(Reflect.getPrototypeOf(value), `${path}.__proto__`);
    for (const key of Reflect.ownKeys(value)) visitProperty(value, key, path);
    for (const owner of prototypesOf(value)) {
      for (const key of Reflect.ownKeys(owner)) {
        const get = getterOf(owner, key);
        if (get !== undefined) visitResult(get, value, `${path}.${String(key)}`);
      }
    }
    if (types.isMap(value)) {
      for (const item of [...value.keys(), ...value.values()]) visit(item, `${path} content`);
    }
    if (types.isSet(value)) for (const item of value) visit(item, `${path} content`);
    const isShared = typeof value === "function" || Object.hasOwn(value, "constructor");
    if (isShared && !fresh.has(value) && !Object.isFrozen(value)) open.push(path);
  }
  return { visited: queue.length, forbidden: found, open };

  function visitProperty(owner: object, key: PropertyKey, path: string): void {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key) ?? {};
    for (const part of ["value", "get", "set"]) {
      visit(
        Reflect.get(descriptor, part),
        `${path}.${part === "value" ? "" : `${part} `}${String(key)}`,
      );
    }
    const get = getterOf(owner, key);
    if (get !== undefined) visitResult(get, owner, `${path}.${String(key)}`);
  }
  function visitResult(get: () => unknown, receiver: object, path: string): void {
    try {
      const value: unknown = Reflect.apply(get, receiver, []);
      if (!paths.has(value)) fresh.add(value);
      visit(value, path);
    } catch (error) {
      visit(error, `${path} throws`);
    }
  }
}

function prototypesOf(value: object): readonly object[] {
  const prototype = Reflect.getPrototypeOf(value);
  return prototype === null ? [] : [prototype, ...prototypesOf(prototype)];
}

function getterOf(owner: object, key: PropertyKey): (() => unknown) | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(owner, key) ?? {};
  return Reflect.get(descriptor, "get") as (() => unknown) | undefined;
}
