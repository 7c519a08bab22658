/** The graded scenarios. They stay in the course repository. */
import { account, bank } from "@concurrency-katas/grader/history";
import { type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const withdraw =
  (amount: number): ThreadBody<Kata> =>
  ({ Account }, handle, thread) => {
    thread.record(Account.attach(handle), ["withdraw"]).withdraw(amount);
  };

const transfer =
  (from: number, to: number, amount: number): ThreadBody<Kata> =>
  ({ Bank }, handle, thread) => {
    thread.record(Bank.attach(handle), ["transfer"]).transfer(from, to, amount);
  };

const readTotal: ThreadBody<Kata> = ({ Bank }, handle, thread) => {
  thread.record(Bank.attach(handle), ["total"]).total();
};

const readBalance: ThreadBody<Kata> = ({ Account }, handle, thread) => {
  void thread.record(Account.attach(handle), ["balance"]).balance;
};

export default defineScenarios<Kata>(({ threads, stress }) => [
  threads({
    id: "T2",
    title: "two withdraw(8) from balance 10",
    group: "S",
    contract: "the balance is never negative, not even for a moment",
    expected: "exactly one withdraw returns true, balance 2",
    setup: ({ Account }) => Account.create(10).handle,
    threads: [withdraw(8), withdraw(8)],
    finally: readBalance,
    check: (outcome) =>
      outcome.results("withdraw").filter((taken) => taken === true).length === 1 &&
      outcome.final("balance") === 2,
    got: (outcome) =>
      `${outcome.results("withdraw").join(", ")}, balance ${String(outcome.final("balance"))}`,
    required: ["withdraw"],
  }),

  threads({
    id: "T2b",
    title: "three withdraw(8) from balance 17",
    group: "S",
    contract: "the balance is never negative, not even for a moment",
    expected: "exactly two withdraws return true, balance 1",
    setup: ({ Account }) => Account.create(17).handle,
    threads: [withdraw(8), withdraw(8), withdraw(8)],
    finally: readBalance,
    check: (outcome) =>
      outcome.results("withdraw").filter((taken) => taken === true).length === 2 &&
      outcome.final("balance") === 1,
    got: (outcome) =>
      `${outcome.results("withdraw").join(", ")}, balance ${String(outcome.final("balance"))}`,
    required: ["withdraw"],
  }),

  threads({
    id: "T3",
    title: "a thread reads the balance twice while two withdraw(8) from balance 10",
    group: "S",
    contract: "the balance is never negative, not even for a moment",
    expected: "every balance that is read is 10 or 2",
    setup: ({ Account }) => Account.create(10).handle,
    threads: [
      withdraw(8),
      withdraw(8),
      ({ Account }, handle, thread) => {
        const mine = thread.record(Account.attach(handle), ["balance"]);
        void mine.balance;
        void mine.balance;
      },
    ],
    check: (outcome) => outcome.results("balance").every((seen) => seen === 10 || seen === 2),
    got: (outcome) => `balances read: ${outcome.results("balance").join(", ")}`,
    required: ["withdraw", "balance"],
  }),

  threads({
    id: "T4",
    title: "changeBalance(5) beside changeBalance(8), two rounds each",
    group: "S",
    contract:
      "the balance after changeBalance is the balance before, whoever runs it at the same time",
    expected: "balance 0 in the end",
    setup: ({ Account }) => Account.create(0).handle,
    threads: [
      ({ Account, changeBalance }, handle, thread) => {
        const mine = Account.attach(handle);
        thread.operation("changeBalance", [5, 2], () => {
          changeBalance(mine, 5, 2);
        });
      },
      ({ Account, changeBalance }, handle, thread) => {
        const mine = Account.attach(handle);
        thread.operation("changeBalance", [8, 2], () => {
          changeBalance(mine, 8, 2);
        });
      },
      readBalance,
    ],
    finally: readBalance,
    check: (outcome) => outcome.final("balance") === 0,
    got: (outcome) => `balance ${String(outcome.final("balance"))}`,
    required: ["changeBalance"],
    seen: {
      what: "a deposit that another thread could read",
      in: (outcome) => outcome.results("balance").some((balance) => balance !== 0),
    },
  }),

  threads({
    id: "T5a",
    title: "transfers 0→1 and 1→2 while a third thread adds everything up",
    group: "S",
    contract: "money in flight is never missing or doubled",
    expected: "total() is 15, during the transfers and after them; no balance is negative",
    setup: ({ Bank }) => Bank.create([10, 5, 0]).handle,
    threads: [transfer(0, 1, 4), transfer(1, 2, 6), readTotal],
    finally: ({ Bank }, handle, thread) => {
      const mine = thread.record(Bank.attach(handle), ["balance", "total"]);
      mine.total();
      for (const account of [0, 1, 2]) mine.balance(account);
    },
    check: (outcome) =>
      outcome.operations.every(
        ({ name, outcome: answer }) =>
          answer.kind === "returned" &&
          (name !== "total" || answer.value === 15) &&
          (name !== "balance" || Number(answer.value) >= 0),
      ),
    got: (outcome) =>
      `total ${outcome.results("total").join(", ")}, in the end ${String(outcome.final("total"))}`,
    required: ["transfer", "total"],
  }),

  threads({
    id: "T5b",
    title: "transfers 0→1 and 1→0 cross while a third thread adds everything up",
    group: "L",
    contract: "transfers in any direction all finish",
    expected: "every call returns",
    setup: ({ Bank }) => Bank.create([10, 10]).handle,
    threads: [transfer(0, 1, 3), transfer(1, 0, 4), readTotal],
    required: ["transfer", "total"],
    seen: {
      what: "a transfer that moved money",
      in: (outcome) => outcome.results("transfer").includes(true),
    },
  }),

  threads({
    id: "T6",
    title: "deposit, withdraw and balance of three threads fit one order",
    group: "S",
    contract: "every answer is one that some order of the calls gives",
    expected: "some order of the calls explains every answer",
    setup: ({ Account }) => Account.create(5).handle,
    threads: [
      ({ Account }, handle, thread) => {
        const mine = thread.record(Account.attach(handle), ["deposit", "withdraw"]);
        mine.withdraw(4);
        mine.deposit(2);
      },
      ({ Account }, handle, thread) => {
        const mine = thread.record(Account.attach(handle), ["deposit", "withdraw"]);
        mine.deposit(4);
        mine.withdraw(3);
      },
      readBalance,
    ],
    finally: readBalance,
    model: account(5),
    required: ["deposit", "withdraw", "balance"],
  }),

  threads({
    id: "T6b",
    title: "transfers, balances and total of three threads fit one order",
    group: "S",
    contract:
      "total() is a consistent snapshot, and every answer is one that some order of the calls gives",
    expected: "some order of the calls explains every answer",
    setup: ({ Bank }) => Bank.create([6, 1]).handle,
    threads: [
      transfer(0, 1, 4),
      transfer(1, 0, 3),
      ({ Bank }, handle, thread) => {
        const mine = thread.record(Bank.attach(handle), ["balance", "total"]);
        mine.balance(0);
        mine.balance(1);
        mine.total();
      },
    ],
    finally: ({ Bank }, handle, thread) => {
      const mine = thread.record(Bank.attach(handle), ["balance"]);
      mine.balance(0);
      mine.balance(1);
    },
    model: bank([6, 1]),
    required: ["transfer", "balance", "total"],
  }),

  threads({
    id: "T7",
    title: "refused calls beside calls that must still work",
    group: "R",
    contract: "a call that throws or returns false leaves nothing locked",
    expected: "every later call returns",
    setup: ({ Account, Bank }) => ({
      account: Account.create(3).handle,
      bank: Bank.create([3, 0]).handle,
    }),
    threads: [
      ({ Account, Bank }, handle, thread) => {
        const handles = handle as { account: unknown; bank: unknown };
        const mine = thread.record(Account.attach(handles.account), ["deposit", "withdraw"]);
        const office = thread.record(Bank.attach(handles.bank), ["transfer", "total"]);
        thread.codeOf(() => mine.deposit(0));
        thread.codeOf(() => mine.withdraw(-1));
        mine.withdraw(9);
        thread.codeOf(() => office.transfer(0, 1, 0));
        office.transfer(0, 1, 9);
        mine.deposit(1);
        office.total();
      },
      ({ Account, Bank }, handle, thread) => {
        const handles = handle as { account: unknown; bank: unknown };
        thread.record(Account.attach(handles.account), ["withdraw"]).withdraw(1);
        thread.record(Bank.attach(handles.bank), ["transfer"]).transfer(0, 1, 1);
      },
    ],
    check: (outcome) =>
      outcome.operations.every(({ name, args, outcome: answer }) =>
        args.at(-1) === 0 || args.at(-1) === -1
          ? answer.kind === "threw" && answer.code === "RangeError"
          : answer.kind === "returned" &&
            (args.at(-1) === 9
              ? answer.value === false
              : name !== "transfer" || answer.value === true),
      ),
    required: ["withdraw", "transfer", "deposit", "total"],
  }),

  stress({
    id: "S",
    title: "four workers move money at full speed",
    group: "S",
    contract: "money is neither made nor lost",
    expected:
      "the account ends with what was put in less what was taken out; the bank's total never changes",
    workers: 4,
    runs: 20,
    setup: ({ Account, Bank }) => ({
      account: Account.create(1_000).handle,
      bank: Bank.create([500, 500, 500, 500]).handle,
    }),
    body: ({ Account, Bank }, handle, { index }) => {
      const handles = handle as { account: unknown; bank: unknown };
      const mine = Account.attach(handles.account);
      const office = Bank.attach(handles.bank);
      let net = 0;
      let badTotals = 0;
      for (let i = 0; i < 625; i++) {
        mine.deposit(3);
        net += 3;
        if (mine.withdraw(5)) net -= 5;
        office.transfer((index + i) % 4, (index + i + 1) % 4, 1 + (i % 7));
        if (office.total() !== 2_000) badTotals++;
      }
      return { net, badTotals };
    },
    finally: ({ Account, Bank }, handle) => {
      const handles = handle as { account: unknown; bank: unknown };
      return {
        balance: Account.attach(handles.account).balance,
        total: Bank.attach(handles.bank).total(),
      };
    },
    check: ({ results, final }) => {
      const workers = results as readonly { net: number; badTotals: number }[];
      const { balance, total } = final as { balance: number; total: number };
      const net = workers.reduce((sum, worker) => sum + worker.net, 0);
      return (
        balance === 1_000 + net &&
        total === 2_000 &&
        workers.every(({ badTotals }) => badTotals === 0)
      );
    },
  }),
]);
