import {
  type Litmus,
  type Program,
  areInAnyOrder,
  each,
  onWords,
  program,
  shareWords,
} from "../_litmus.ts";

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

interface Safe {
  readonly head: Int32Array;
  readonly next: Int32Array;
  readonly owner: Int32Array;
}

const HEAD = 0;
const LEFT = 1;

function safePop({ head, next }: Safe): number {
  while (Atomics.load(head, LEFT) > 1) {
    const top = Atomics.load(head, HEAD);
    const below = Atomics.exchange(next, top, -1);
    if (below < 0) continue;
    if (Atomics.compareExchange(head, HEAD, top, below) === top) {
      Atomics.sub(head, LEFT, 1);
      return top;
    }
    Atomics.exchange(next, top, below);
  }
  return -1;
}

function safePush({ head, next }: Safe, node: number): void {
  for (let top = Atomics.load(head, HEAD); ;) {
    Atomics.store(next, node, top);
    const seen = Atomics.compareExchange(head, HEAD, top, node);
    if (seen === top) break;
    top = seen;
  }
  Atomics.add(head, LEFT, 1);
}

/** Vyukov's stack of three nodes: threads take one, own it, and put it back. Its bug needs 5 preemptions. */
export function safeStack(threads: number, rounds: number): Program {
  return program<Safe>({
    setup: () => ({
      head: shareWords([0, 3]),
      next: shareWords([1, 2, -1]),
      owner: shareWords(3),
    }),
    threads: each(threads, (me) => (stack: Safe) => {
      for (let round = 0; round < rounds; round++) {
        let node = safePop(stack);
        while (node < 0) node = safePop(stack);
        Atomics.store(stack.owner, node, me);
        if (Atomics.load(stack.owner, node) !== me) return false;
        safePush(stack, node);
      }
      return true;
    }),
  });
}
