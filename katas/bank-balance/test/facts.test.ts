/** Plain facts about the given racy version, at native speed. Your own code is never loaded here: scenarios run it. */
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Account, changeBalance } from "../given/racy.ts";

const TIMES = 100_000;
const RUNS = 20;

/** The seed's program: two threads, +n −n, from balance 0. Returns the balance in the end. */
async function runSeed(): Promise<number> {
  const { handle } = Account.create(0);
  const gate = new SharedArrayBuffer(8);
  const words = new Int32Array(gate);
  const ends = [5, 8].map((n) => {
    const worker = new Worker(new URL("../given/seed-worker.ts", import.meta.url), {
      workerData: { handle, gate, n, times: TIMES },
    });
    return new Promise((resolve, reject) => {
      worker.once("exit", resolve);
      worker.once("error", reject);
    });
  });
  for (let there = 0; there < ends.length; there = Atomics.load(words, 0)) {
    const wait = Atomics.waitAsync(words, 0, there, 100);
    if (wait.async) await wait.value;
  }
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
  await Promise.all(ends);
  return Account.attach(handle).balance;
}

test("the racy version is right in one thread", () => {
  const account = Account.create(3);
  changeBalance(account, 5, TIMES);
  expect(account.balance).toBe(3);
});

test(`the racy version in two threads, ${RUNS} times`, async () => {
  const balances: number[] = [];
  for (let run = 0; run < RUNS; run++) balances.push(await runSeed());
  const wrong = balances.filter((balance) => balance !== 0).length;
  console.log(`given/racy.ts ended with a wrong balance in ${wrong} of ${RUNS} parallel runs`);
  // Whether a run goes wrong is luck, and that is the point; that all of them ended is not.
  expect(balances).toHaveLength(RUNS);
});
