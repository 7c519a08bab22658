import { type Litmus, each, program, shareWords } from "../_litmus.ts";

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

/** Three nodes: threads take one, own it, and put it back. */
export function safeStack(): Litmus {
  return {
    name: "SafeStack, 3 threads, 2 rounds",
    source: "Vyukov, Bug with a context switch bound 5, CHESS forum, 2010; SCTBench, safestack",
    program: program<Safe>({
      setup: () => ({
        head: shareWords([0, 3]),
        next: shareWords([1, 2, -1]),
        owner: shareWords(3),
      }),
      threads: each(3, (me) => (stack: Safe) => {
        for (let round = 0; round < 2; round++) {
          let node = safePop(stack);
          while (node < 0) node = safePop(stack);
          Atomics.store(stack.owner, node, me);
          if (Atomics.load(stack.owner, node) !== me) return false;
          safePush(stack, node);
        }
        return true;
      }),
    }),
    expected: { verdict: "pass", bound: 2 },
    allows: (results) => !results.includes(false),
  };
}
