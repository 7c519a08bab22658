import {
  type Litmus,
  type Program,
  alike,
  each,
  onWords,
  program,
  shareWords,
} from "../_litmus.ts";
import { Mutex } from "@concurrency-katas/grader/kit";

/** An account of 10, and two withdrawals of 8; the results say who got money, and what is left. */
function withdrawing(withdraw: (x: Int32Array) => boolean): Program {
  return onWords([10], { threads: alike(2, withdraw), final: (x) => Atomics.load(x, 0) });
}

export function bankAccount(): Litmus {
  return {
    name: "bank account: check the balance, then withdraw",
    source: "openjdk/jcstress, samples, RaceCondition_02_CheckThenReact",
    program: withdrawing((x) => {
      if (Atomics.load(x, 0) < 8) return false;
      Atomics.sub(x, 0, 8);
      return true;
    }),
    expected: { verdict: "violation", bugClass: "check-then-act", preemptions: 1, within: 4 },
    twin: {
      name: "compareExchange in a loop",
      program: withdrawing((x) => {
        for (;;) {
          const seen = Atomics.load(x, 0);
          if (seen < 8) return false;
          if (Atomics.compareExchange(x, 0, seen, seen - 8) === seen) return true;
        }
      }),
    },
    allows: ([a, b, left]) => left === 2 && a !== b,
  };
}

interface Bank {
  readonly x: Int32Array;
  readonly lock: unknown;
}

/** One thread moves 5 from word 0 to word 1, one adds up both. */
function transferring(exclusively: (bank: Bank, body: () => unknown) => unknown): Program {
  return program<Bank>({
    setup: () => ({ x: shareWords([10, 10]), lock: Mutex.create().handle }),
    threads: [
      (bank) =>
        exclusively(bank, () => {
          Atomics.sub(bank.x, 0, 5);
          Atomics.add(bank.x, 1, 5);
        }),
      (bank) => exclusively(bank, () => Atomics.load(bank.x, 0) + Atomics.load(bank.x, 1)),
    ],
  });
}

export function sharedSlot(): Litmus {
  const keeping = (slots: number): Program =>
    onWords(slots, {
      threads: each(2, (me) => (x: Int32Array) => {
        const mine = me % slots;
        Atomics.store(x, mine, me + 1);
        return Atomics.load(x, mine) === me + 1;
      }),
    });
  return {
    name: "a thread's own value in a slot that all share",
    source: "CPython, Lib/_threading_local.py",
    program: keeping(1),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: { name: "a slot for each thread", program: keeping(2) },
    allows: ([a, b]) => a === true && b === true,
  };
}

export function tornTransfer(): Litmus {
  return {
    name: "transfer between two accounts, and a reader of both",
    source: "Gray and Reuter, Transaction Processing, 1993",
    program: transferring((_bank, body) => body()),
    expected: { verdict: "violation", bugClass: "torn-transfer", preemptions: 1, within: 6 },
    twin: {
      name: "both under one lock",
      program: transferring(({ lock }, body) => Mutex.attach(lock).withLock(body)),
    },
    allows: ([, sum]) => sum === 20,
  };
}
