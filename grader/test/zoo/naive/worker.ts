/** Deposits, and says what the balance is then. */
import { parentPort, workerData } from "node:worker_threads";

interface Kata {
  readonly Account: {
    attach(handle: unknown): { deposit(amount: number): void; readonly balance: unknown };
  };
}

const { submission, handle, amounts, counters, isWatched } = workerData as {
  readonly submission: string;
  readonly handle: unknown;
  readonly amounts: readonly number[];
  readonly counters: Int32Array;
  readonly isWatched: boolean;
};

if (isWatched) {
  // Whoever stores a balance has not added to it.
  const { store } = Atomics;
  Atomics.store = ((...values: Parameters<typeof store>) => {
    counters[1]!++;
    return store(...values);
  }) as typeof store;
}
const { Account } = (await import(submission)) as Kata;
const account = Account.attach(handle);
for (const amount of amounts) {
  const before = Number(account.balance);
  account.deposit(amount);
  Atomics.add(counters, 0, Number(account.balance) - before);
}
const { balance } = account;
parentPort?.postMessage({ balance: Number(balance) });
