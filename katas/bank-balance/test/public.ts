/** The scenarios that everybody can read: the contract in one thread, and the first race. */
import { account, bank } from "@concurrency-katas/grader/history";
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

export default defineScenarios<typeof kata>(({ threads, stress }) => [
  threads({
    id: "B1",
    title: "one thread deposits, withdraws and reads through two Accounts of one handle",
    group: "B",
    contract:
      "an amount that is not a whole number of at least 1 is a RangeError and changes nothing",
    expected: "every call answers as if the account were one ordinary object",
    setup: ({ Account }) => Account.create(10).handle,
    threads: [
      ({ Account }, handle, thread) => {
        const here = thread.record(Account.attach(handle), ["deposit", "withdraw", "balance"]);
        const same = thread.record(Account.attach(handle), ["deposit", "withdraw", "balance"]);
        here.deposit(5);
        void same.balance;
        same.withdraw(15);
        void here.balance;
        here.withdraw(1);
        for (const amount of [0, -3, 1.5, Number.NaN, Infinity]) {
          thread.codeOf(() => here.deposit(amount));
          thread.codeOf(() => same.withdraw(amount));
        }
        same.deposit(7);
        here.withdraw(8);
        here.withdraw(7);
        void same.balance;
      },
    ],
    model: account(10),
    required: ["deposit", "withdraw", "balance"],
  }),

  threads({
    id: "B2",
    title: "one thread transfers between three accounts",
    group: "B",
    contract: "a transfer happens wholly or not at all; from === to changes nothing",
    expected: "every call answers as if the bank were one ordinary object",
    setup: ({ Bank }) => Bank.create([10, 0, 5]).handle,
    threads: [
      ({ Bank }, handle, thread) => {
        const here = thread.record(Bank.attach(handle), ["transfer", "balance", "total"]);
        const same = thread.record(Bank.attach(handle), ["transfer", "balance", "total"]);
        here.transfer(0, 1, 4);
        same.balance(1);
        same.transfer(1, 2, 5);
        here.transfer(2, 2, 5);
        here.transfer(2, 2, 6);
        thread.codeOf(() => here.transfer(0, 1, 0));
        thread.codeOf(() => same.transfer(1, 0, 2.5));
        here.total();
        here.transfer(1, 0, 4);
        same.balance(0);
        here.balance(2);
        same.total();
      },
    ],
    model: bank([10, 0, 5]),
    required: ["transfer", "balance", "total"],
  }),

  threads({
    id: "B3",
    title: "changeBalance in one thread",
    group: "B",
    contract: "changeBalance deposits n and withdraws n, `times` times",
    expected: "the balance is what it was",
    setup: ({ Account }) => Account.create(2).handle,
    threads: [
      ({ Account, changeBalance }, handle, thread) => {
        const mine = Account.attach(handle);
        thread.operation("changeBalance", [5, 3], () => {
          changeBalance(mine, 5, 3);
        });
        thread.operation("balance", [], () => mine.balance);
      },
    ],
    check: (outcome) => outcome.results("balance")[0] === 2,
    required: ["changeBalance", "balance"],
  }),

  threads({
    id: "T1",
    title: "two threads deposit twice, a third reads the balance",
    group: "S",
    contract: "no deposit is ever lost",
    expected:
      "the balance is 15 in the end, and at no moment anything that no order of the deposits gives",
    setup: ({ Account }) => Account.create(0).handle,
    threads: [
      ({ Account }, handle, thread) => {
        const mine = thread.record(Account.attach(handle), ["deposit"]);
        mine.deposit(1);
        mine.deposit(2);
      },
      ({ Account }, handle, thread) => {
        const mine = thread.record(Account.attach(handle), ["deposit"]);
        mine.deposit(4);
        mine.deposit(8);
      },
      ({ Account }, handle, thread) => {
        void thread.record(Account.attach(handle), ["balance"]).balance;
      },
    ],
    finally: ({ Account }, handle, thread) => {
      void thread.record(Account.attach(handle), ["balance"]).balance;
    },
    model: account(0),
    got: (outcome) => `a balance of ${String(outcome.final("balance"))} in the end`,
    required: ["deposit", "balance"],
  }),

  stress({
    id: "S1",
    title: "the seed's program: changeBalance(5) beside changeBalance(8), 100,000 times each",
    group: "S",
    contract:
      "the balance after changeBalance is the balance before, whoever runs it at the same time",
    expected: "balance 0 in the end",
    workers: 2,
    runs: 3,
    setup: ({ Account }) => Account.create(0).handle,
    body: ({ Account, changeBalance }, handle, { index }) => {
      changeBalance(Account.attach(handle), index === 0 ? 5 : 8, 100_000);
      return undefined;
    },
    finally: ({ Account }, handle) => Account.attach(handle).balance,
    check: ({ final }) => final === 0,
  }),
]);
