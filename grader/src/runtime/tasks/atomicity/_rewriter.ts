/** What the parts of the rewriting share. */
import type { AnyNode, Identifier, Pattern } from "acorn";
import { type Insertions, insertInto, lineFinder } from "./_edits.ts";
import type { Scope, SharedVariables } from "./_scopes.ts";

/** A place in the program where something is reported from. */
export interface Site {
  /** In the bundle; both from 1. */
  readonly line: number;
  readonly column: number;
  /** `count`, `this.#state`, `cache.get(key)`; of a function, its name, or ""; `await`, `yield`, `for await`, `return`. */
  readonly name: string;
  /** The variable, or the properties, that are read or written; none where they are known only when it runs. */
  readonly keys: readonly string[];
  /** What is written here is a constant. */
  readonly isConstant?: boolean;
}

/** What surrounds a piece of code. */
export interface Context {
  /** The constant that holds the activation of the function around. */
  readonly activation: string;
  /** Whether that function can be suspended, and where. */
  readonly kind: "plain" | "async" | "generator" | "async generator";
  /** Variables that the function has to declare for us; undefined where none can be declared. */
  readonly temporaries: string[] | undefined;
}

/** Syntax that the rewriting cannot take. */
export class Unsupported extends Error {}

/** The rewriting of one program. */
export interface Rewriter {
  readonly code: string;
  readonly insertions: Insertions;
  readonly shared: SharedVariables;
  /** The object that is reported to; with a space, so that it never joins the word before it. */
  readonly hook: string;
  readonly sites: Site[];
  /** Properties that are read or written in ways that nobody reports. */
  readonly unseen: Set<string>;
  /** Names of functions that have none of their own. */
  readonly names: Map<AnyNode, string>;
  /** Scopes by the constant that stands for their instance. */
  readonly instances: Map<Scope, string>;
  /** A name that the program does not use. */
  fresh(): string;
  /** The number of a new site. */
  site(node: AnyNode, name: string, keys?: readonly string[]): number;
  /** Says of a site that a constant is written there. */
  markConstant(site: number): void;
  visit(node: AnyNode, context: Context): void;
  visitAll(nodes: readonly (AnyNode | null | undefined)[], context: Context): void;
  visitPattern(pattern: Pattern, context: Context, isReported: boolean): void;
}

/** Puts text around a node, and visits what is within. */
export function surround(
  { insertions }: Rewriter,
  node: AnyNode,
  { before, after }: { readonly before: string; readonly after: string },
  visit: () => void,
): void {
  insertions.add(node.start, before);
  visit();
  insertions.add(node.end, after);
}

/** The instance and the name of a shared variable, as arguments of a report; undefined for other variables. */
export function cellOf(
  { shared, instances }: Rewriter,
  identifier: Identifier,
): { readonly object: string; readonly name: string } | undefined {
  const variable = shared.of(identifier);
  const object = variable === undefined ? undefined : instances.get(variable.scope);
  return object === undefined ? undefined : { object, name: identifier.name };
}

/** A new variable of the function around; only where it can declare one. */
export function temporary({ fresh }: Rewriter, { temporaries }: Context): string {
  const name = fresh();
  temporaries?.push(name);
  return name;
}

/** The beginning of a rewriting; the visitors come with it. */
export function createRewriter(
  code: string,
  shared: SharedVariables,
  visitors: Pick<Rewriter, "visitPattern"> & {
    readonly visit: (rewriter: Rewriter, node: AnyNode, context: Context) => void;
  },
): Rewriter {
  let hook = "$w";
  while (code.includes(hook)) hook += "$";
  let names = 0;
  const sites: Site[] = [];
  const positionOf = lineFinder(code);
  const rewriter: Rewriter = {
    code,
    insertions: insertInto(code),
    shared,
    hook: ` ${hook}`,
    sites,
    unseen: new Set(),
    names: new Map(),
    instances: new Map(),
    fresh: () => `${hook}${names++}`,
    site(node, name, keys = []) {
      sites.push({ ...positionOf(node.start), name, keys });
      return sites.length - 1;
    },
    markConstant(site) {
      sites[site] = { ...(sites[site] as Site), isConstant: true };
    },
    visit(node, context) {
      visitors.visit(rewriter, node, context);
    },
    visitAll(nodes, context) {
      for (const node of nodes)
        if (node !== undefined && node !== null) rewriter.visit(node, context);
    },
    visitPattern: visitors.visitPattern,
  };
  return rewriter;
}
