import { type Litmus, type Program, program, shareWords } from "../_litmus.ts";
import { type Lock, holding, locks } from "../_locks.ts";

const SOURCE = "SCTBench, concurrent-software-benchmarks";

interface Shared {
  readonly x: Int32Array;
  readonly m: Lock;
}

const share = (words: number | readonly number[]) => (): Shared => ({
  x: shareWords(words),
  m: locks(1)[0],
});

/** A log that is written and read in turns; SCTBench's has 7 rounds. */
export function circularBuffer(): Litmus {
  const rounds = 3;
  const [sends, receives, first, next, buffer] = [0, 1, 2, 3, 4];
  const logging = (counts: boolean): Program =>
    program<Shared>({
      setup: share([1, 0, 0, 0, 0, 0, 0]),
      threads: [
        ({ x, m }) => {
          for (let i = 0; i < rounds; i++) {
            holding(m, () => {
              if (x[sends] === 0) return;
              x[buffer + x[next]!] = counts ? x[next]! : i;
              x[next]!++;
              x[sends] = 0;
              x[receives] = 1;
            });
          }
        },
        ({ x, m }) => {
          let isRight = true;
          let taken = 0;
          for (let i = 0; i < rounds; i++) {
            holding(m, () => {
              if (x[receives] === 0) return;
              isRight &&= x[buffer + x[first]!] === (counts ? taken : i);
              taken++;
              x[first]!++;
              x[receives] = 0;
              x[sends] = 1;
            });
          }
          return isRight;
        },
      ],
    });
  return {
    name: "circular_buffer_bad",
    source: `${SOURCE}/circular_buffer_bad.c`,
    program: logging(false),
    expected: { verdict: "violation", preemptions: 1, within: 50 },
    twin: { name: "elements numbered as they are put and taken", program: logging(true) },
    allows: ([, isRight]) => isRight === true,
  };
}

/** Three pushes and three pops; SCTBench's has 10 of each. */
export function stack(): Litmus {
  const size = 3;
  const [top, flag, items] = [0, 1, 2];
  const stacking = (mayPop: (x: Int32Array) => boolean): Program =>
    program<Shared>({
      setup: share(2 + size),
      threads: [
        ({ x, m }) => {
          for (let i = 0; i < size; i++) {
            holding(m, () => {
              x[items + x[top]!] = i;
              x[top]!++;
              x[flag] = 1;
            });
          }
        },
        ({ x, m }) => {
          let underflows = 0;
          for (let i = 0; i < size; i++) {
            holding(m, () => {
              if (!mayPop(x)) return;
              if (x[top] === 0) underflows++;
              else x[top]!--;
            });
          }
          return underflows;
        },
      ],
    });
  return {
    name: "stack_bad",
    source: `${SOURCE}/stack_bad.c`,
    program: stacking((x) => x[flag] === 1),
    expected: { verdict: "violation", preemptions: 1, within: 12 },
    twin: { name: "pops ask the top, not the flag", program: stacking((x) => x[top]! > 0) },
    allows: ([, underflows]) => underflows === 0,
  };
}

/** A queue whose reader compares with what was stored under the reader's own count; SCTBench's has 20 rounds. */
export function queue(): Litmus {
  const rounds = 3;
  const [mayPut, mayTake, head, tail, elements] = [0, 1, 2, 3, 4];
  const stored = elements + rounds + 1;
  const queueing = (place: (x: Int32Array, round: number) => number): Program =>
    program<Shared>({
      setup: share([1, ...Array.from({ length: stored + rounds }, () => 0)]),
      threads: [
        ({ x, m }) => {
          for (let i = 0; i < rounds; i++) {
            holding(m, () => {
              if (x[mayPut] === 0) return;
              x[elements + x[tail]!] = 10 + i;
              x[stored + place(x, i)] = 10 + i;
              x[tail]!++;
              x[mayPut] = 0;
              x[mayTake] = 1;
            });
          }
        },
        ({ x, m }) => {
          let isRight = true;
          for (let i = 0; i < rounds; i++) {
            holding(m, () => {
              if (x[mayTake] === 0) return;
              const at = x[head]!;
              isRight &&= x[elements + at] === x[stored + (place(x, i) === i ? i : at)];
              x[head]!++;
              x[mayTake] = 0;
              x[mayPut] = 1;
            });
          }
          return isRight;
        },
      ],
    });
  return {
    name: "queue_bad",
    source: `${SOURCE}/queue_bad.c`,
    program: queueing((_x, round) => round),
    expected: { verdict: "violation", preemptions: 1, within: 30 },
    allows: ([, isRight]) => isRight === true,
  };
}

/** Inodes and blocks of a file system; one thread more than there are inodes. SCTBench's has 27 threads. */
export function fsbench(): Litmus {
  const blocks = 3;
  const inodes = 4;
  const [inode, busy] = [0, inodes];
  const filing = (inodeLocks: number): Program =>
    program<{ readonly x: Int32Array; readonly of: readonly Lock[]; readonly on: readonly Lock[] }>(
      {
        setup: () => ({
          x: shareWords(inodes + blocks),
          of: locks(inodeLocks),
          on: locks(blocks),
        }),
        threads: [0, 1, 2, 3].map((i) => ({ x, of, on }) => {
          holding(of[i], () => {
            if (x[inode + i] !== 0) return;
            for (
              let b = (i * 2) % blocks, tried = 0;
              tried < blocks;
              b = (b + 1) % blocks, tried++
            ) {
              const isFree = holding(on[b], () => x[busy + b] === 0 && (x[busy + b] = 1) === 1);
              if (!isFree) continue;
              x[inode + i] = b + 1;
              return;
            }
          });
        }),
      },
    );
  return {
    name: "fsbench_bad, cut to 4 threads",
    source: `${SOURCE}/fsbench_bad.c; Flanagan and Godefroid, POPL 2005`,
    program: filing(blocks),
    expected: { verdict: "crash", bugClass: "uncaught-error", preemptions: 0, within: 1 },
    twin: { name: "a lock for each inode", program: filing(inodes), bound: 1 },
  };
}
