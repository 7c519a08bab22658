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
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      visitProperty(value, descriptor, `${path}.${key}`);
    }
    for (const key of Object.getOwnPropertySymbols(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor !== undefined) visitProperty(value, descriptor, `${path}[${String(key)}]`);
    }
    for (
      let owner = Reflect.getPrototypeOf(value);
      owner !== null;
      owner = Reflect.getPrototypeOf(owner)
    ) {
      for (const key of Reflect.ownKeys(owner)) {
        const get = Object.getOwnPropertyDescriptor(owner, key)?.get;
        if (get !== undefined) visitResult(get, value, `${path}.${String(key)}`);
      }
    }
    if (types.isMap(value))
      for (const [key, item] of value) (visit(key, `${path} key`), visit(item, `${path} value`));
    if (types.isSet(value)) for (const item of value) visit(item, `${path} item`);
    const isShared = typeof value === "function" || Object.hasOwn(value, "constructor");
    if (isShared && !fresh.has(value) && !Object.isFrozen(value)) open.push(path);
  }
  return { visited: queue.length, forbidden: found, open };

  function visitProperty(owner: object, descriptor: PropertyDescriptor, path: string): void {
    visit(descriptor.value, path);
    visit(descriptor.get, `get ${path}`);
    visit(descriptor.set, `set ${path}`);
    if (descriptor.get !== undefined) visitResult(descriptor.get, owner, path);
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
