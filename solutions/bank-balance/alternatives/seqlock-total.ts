/** @alternative seqlock-total — an unchanged even version proves that no transfer overlapped. */
import { Mutex } from "@concurrency-katas/grader/kit";

export class Account {
  readonly handle: unknown;
  readonly #cell: Int32Array;

  private constructor(cell: Int32Array) {
    this.handle = { cell };
    this.#cell = cell;
  }

  static create(balance = 0): Account {
    const account = new Account(new Int32Array(new SharedArrayBuffer(4)));
    Atomics.store(account.#cell, 0, balance);
    return account;
  }

  static attach(handle: unknown): Account {
    return new Account((handle as { cell: Int32Array }).cell);
  }

  deposit(amount: number): void {
    checkAmount(amount);
    Atomics.add(this.#cell, 0, amount);
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    let seen: number;
    do {
      seen = Atomics.load(this.#cell, 0);
      if (seen < amount) return false;
    } while (Atomics.compareExchange(this.#cell, 0, seen, seen - amount) !== seen);
    return true;
  }

  get balance(): number {
    return Atomics.load(this.#cell, 0);
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

interface BankHandle {
  /** Word 0 is the version, odd while a transfer is under way; the balances follow. */
  readonly words: SharedArrayBuffer;
  readonly writing: Mutex["handle"];
}

/**
 * Transfers take a lock; readers do not. A reader looks at the version before and after. Readers
 * and a writer may touch a balance at the same time, so all of these accesses are atomic.
 */
export class Bank {
  readonly handle: BankHandle;
  readonly #version: Int32Array;
  readonly #balances: Int32Array;
  readonly #writing: Mutex;

  private constructor(handle: BankHandle) {
    this.handle = handle;
    this.#version = new Int32Array(handle.words, 0, 1);
    this.#balances = new Int32Array(handle.words, 4);
    this.#writing = Mutex.attach(handle.writing);
  }

  static create(balances: readonly number[]): Bank {
    const bank = new Bank({
      words: new SharedArrayBuffer(4 + 4 * balances.length),
      writing: Mutex.create().handle,
    });
    balances.forEach((balance, i) => Atomics.store(bank.#balances, i, balance));
    return bank;
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as BankHandle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    this.#checkIndex(from);
    this.#checkIndex(to);
    return this.#writing.withLock(() => {
      if (Atomics.load(this.#balances, from) < amount) return false;
      if (from === to) return true;
      Atomics.add(this.#version, 0, 1);
      Atomics.sub(this.#balances, from, amount);
      Atomics.add(this.#balances, to, amount);
      Atomics.add(this.#version, 0, 1);
      return true;
    });
  }

  balance(i: number): number {
    this.#checkIndex(i);
    return this.#consistent(() => Atomics.load(this.#balances, i));
  }

  total(): number {
    return this.#consistent(() => {
      let sum = 0;
      for (let i = 0; i < this.#balances.length; i++) sum += Atomics.load(this.#balances, i);
      return sum;
    });
  }

  /** One attempt without the lock; if a transfer got in the way, once more with it. */
  #consistent(read: () => number): number {
    const before = Atomics.load(this.#version, 0);
    if ((before & 1) === 0) {
      const result = read();
      if (Atomics.load(this.#version, 0) === before) return result;
    }
    return this.#writing.withLock(read);
  }

  #checkIndex(i: number): void {
    if (!Number.isInteger(i) || i < 0 || i >= this.#balances.length) {
      throw new RangeError(`there is no account ${i}`);
    }
  }
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}
