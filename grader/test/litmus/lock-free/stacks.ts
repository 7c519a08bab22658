import { type Litmus, type Program, areInAnyOrder, each, onWords } from "../_litmus.ts";

const TREIBER = "Treiber, Systems programming: coping with parallelism, IBM RJ 5118, 1986";

/** Word 0 is the top, with a tag above 8 bits; word n is the node under node n, and node 0 is none. */
const TOP = 0;

/** A stack of indexes; `tag` is added to the top with each change. */
const treiber = (tag: number) => ({
  pop: (x: Int32Array): number => {
    for (;;) {
      const top = Atomics.load(x, TOP);
      const node = top & 255;
      if (node === 0) return 0;
      const next = Atomics.load(x, node);
      if (Atomics.compareExchange(x, TOP, top, next | ((top & ~255) + tag)) === top) return node;
    }
  },
  push: (x: Int32Array, node: number): void => {
    for (;;) {
      const top = Atomics.load(x, TOP);
      Atomics.store(x, node, top & 255);
      if (Atomics.compareExchange(x, TOP, top, node | ((top & ~255) + tag)) === top) return;
    }
  },
});

export function treiberAba(): Litmus {
  const recycling = (tag: number): Program => {
    const { pop, push } = treiber(tag);
    return onWords([1, 2, 0], {
      threads: [
        pop,
        (x) => {
          const first = pop(x);
          const second = pop(x);
          if (first !== 0) push(x, first);
          return second;
        },
      ],
      final: (x) => [pop(x), pop(x)],
    });
  };
  return {
    name: "Treiber stack, nodes used again (ABA)",
    source: `${TREIBER}; Michael, Hazard pointers, TPDS 15(6), 2004`,
    program: recycling(0),
    expected: { verdict: "violation", preemptions: 1, within: 20 },
    twin: { name: "with a tag in the top", program: recycling(256) },
    allows: (results) => areInAnyOrder(results.flat(), [0, 0, 1, 2]),
  };
}

export function treiberPush(): Litmus {
  const pushing = (push: (x: Int32Array, node: number) => void): Program =>
    onWords(3, {
      threads: each(2, (me) => (x: Int32Array) => {
        push(x, me + 1);
      }),
      final: (x) => {
        const { pop } = treiber(0);
        return pop(x) + pop(x);
      },
    });
  return {
    name: "Treiber stack, push without compareExchange",
    source: TREIBER,
    program: pushing((x, node) => {
      Atomics.store(x, node, Atomics.load(x, TOP));
      Atomics.store(x, TOP, node);
    }),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: { name: "with it", program: pushing(treiber(0).push) },
    allows: (results) => results.at(-1) === 3,
  };
}
