import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Reordering, createOrderExplorer } from "../../src/schedule/index.ts";

/** What an execution is: the number of options at the next choice, from what was taken; 0 = it is over. */
type Execution = (taken: readonly number[]) => number;

interface Run {
  readonly plan: readonly Reordering[];
  readonly taken: readonly number[];
}

function explore(
  execution: Execution,
  limit = 100_000,
): {
  runs: readonly Run[];
  explored: ReturnType<ReturnType<typeof createOrderExplorer>["explored"]>;
} {
  const explorer = createOrderExplorer({ limit });
  const runs: Run[] = [];
  for (let plan = explorer.next(); plan !== undefined; plan = explorer.next()) {
    const taken: number[] = [];
    const options: number[] = [];
    for (let count = execution(taken); count > 0; count = execution(taken)) {
      const at = options.length;
      options.push(count);
      taken.push(plan.find(({ choice }) => choice === at)?.option ?? 0);
    }
    explorer.completed(options);
    runs.push({ plan, taken });
  }
  return { runs, explored: explorer.explored() };
}

/** Takes one of `n` things after the other; a last one is no choice. */
const permutations =
  (n: number): Execution =>
  (taken) =>
    Math.max(0, n - taken.length > 1 ? n - taken.length : 0);

/** A tree: the options of each node are its children. */
interface Tree {
  readonly children: readonly Tree[];
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    children: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constant([]),
      fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
    ),
  }),
}));

const inTree =
  (root: Tree): Execution =>
  (taken) =>
    taken.reduce((node, option) => node.children[option] as Tree, root).children.length;

function leaves({ children }: Tree): readonly string[] {
  if (children.length === 0) return [""];
  return children.flatMap((child, i) => leaves(child).map((rest) => `${i}${rest}`));
}

describe("search over orders", () => {
  test.each([
    [2, 2],
    [3, 6],
    [4, 24],
    [6, 720],
  ])("%i tasks have %i orders, each run once", (n, orders) => {
    const { runs, explored } = explore(permutations(n));
    expect(new Set(runs.map(({ taken }) => taken.join()))).toHaveProperty("size", orders);
    expect(explored).toEqual({ orders, bound: n - 1, complete: true });
  });

  test("every leaf of a tree of choices is run once, those with fewer reorderings first", () => {
    fc.assert(
      fc.property(tree, (root) => {
        const { runs, explored } = explore(inTree(root));
        expect(runs.map(({ taken }) => taken.join("")).toSorted()).toEqual(
          [...leaves(root)].toSorted(),
        );
        const reorderings = runs.map(({ taken }) => taken.filter((option) => option > 0).length);
        expect(reorderings).toEqual(reorderings.toSorted((a, b) => a - b));
        expect(explored).toMatchObject({ complete: true, bound: Math.max(...reorderings) });
      }),
    );
  });

  test("a limit leaves out orders, and the bound says from how many reorderings on", () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 30 }), (root, limit) => {
        const all = explore(inTree(root)).runs;
        const { runs, explored } = explore(inTree(root), limit);
        expect(runs.length).toBe(Math.min(limit, all.length));
        expect(explored.complete).toBe(runs.length === all.length);
        const ran = new Set(runs.map(({ taken }) => taken.join()));
        const missing = all.filter(({ taken }) => !ran.has(taken.join()));
        const fewest = Math.min(
          ...missing.map(({ taken }) => taken.filter((option) => option > 0).length),
        );
        if (missing.length > 0) expect(explored.bound).toBe(fewest - 1);
      }),
    );
  });
});
