/** @alternative bank-of-accounts — add and CAS in each Account, one lock around every Bank call. */
import { Mutex } from "@concurrency-katas/grader/kit";

export class Account {
  readonly handle: SharedArrayBuffer;
  readonly #cents: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cents = new Int32Array(handle);
  }

  static create(balance = 0): Account {
    const account = new Account(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    if (balance > 0) account.deposit(balance);
    return account;
  }

  static attach(handle: unknown): Account {
    return new Account(handle as SharedArrayBuffer);
  }

  deposit(amount: number): void {
    checkAmount(amount);
    Atomics.add(this.#cents, 0, amount);
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    let balance = this.balance;
    while (balance >= amount) {
      const found = Atomics.compareExchange(this.#cents, 0, balance, balance - amount);
      if (found === balance) return true;
      balance = found;
    }
    return false;
  }

  get balance(): number {
    return Atomics.load(this.#cents, 0);
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  while (times-- > 0) {
    a.deposit(n);
    a.withdraw(n);
  }
}

interface BankHandle {
  readonly accounts: readonly SharedArrayBuffer[];
  readonly lock: Mutex["handle"];
}

/**
 * The accounts are atomic by themselves, and that is not enough: a transfer is two of their steps.
 * The lock makes them one for everybody who comes through the bank.
 */
export class Bank {
  readonly handle: BankHandle;
  readonly #accounts: readonly Account[];
  readonly #lock: Mutex;

  private constructor(handle: BankHandle) {
    this.handle = handle;
    this.#accounts = handle.accounts.map((account) => Account.attach(account));
    this.#lock = Mutex.attach(handle.lock);
  }

  static create(balances: readonly number[]): Bank {
    return new Bank({
      accounts: balances.map((balance) => Account.create(balance).handle),
      lock: Mutex.create().handle,
    });
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as BankHandle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    const giver = this.#account(from);
    const taker = this.#account(to);
    return this.#lock.withLock(() => {
      if (!giver.withdraw(amount)) return false;
      taker.deposit(amount);
      return true;
    });
  }

  balance(i: number): number {
    const account = this.#account(i);
    return this.#lock.withLock(() => account.balance);
  }

  total(): number {
    return this.#lock.withLock(() => this.#accounts.reduce((sum, { balance }) => sum + balance, 0));
  }

  #account(i: number): Account {
    const account = this.#accounts[i];
    if (account === undefined) throw new RangeError(`there is no account ${i}`);
    return account;
  }
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}
