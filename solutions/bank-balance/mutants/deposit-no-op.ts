/**
 * @mutant deposit-no-op
 * @bug deposit() checks its argument and does nothing else.
 * @killed-by T4
 * @verdict vacuous
 * @diagnosis nothing-seen
 * @sees The seed's program ends with 0, as it should, but only because no money ever moved: the
 *   scenario saw no deposit arrive, so it proves nothing and scores nothing.
 */
import { Mutex } from "@concurrency-katas/grader/kit";

export class Account {
  readonly handle: SharedArrayBuffer;
  readonly #cell: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cell = new Int32Array(handle);
  }

  static create(balance = 0): Account {
    const account = new Account(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    account.#cell[0] = balance;
    return account;
  }

  static attach(handle: unknown): Account {
    return new Account(handle as SharedArrayBuffer);
  }

  deposit(amount: number): void {
    checkAmount(amount);
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    for (;;) {
      const seen = Atomics.load(this.#cell, 0);
      if (seen < amount) return false;
      if (Atomics.compareExchange(this.#cell, 0, seen, seen - amount) === seen) return true;
    }
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
  readonly cells: SharedArrayBuffer;
  readonly locks: readonly Mutex["handle"][];
}

export class Bank {
  readonly handle: BankHandle;
  readonly #cells: Int32Array;
  readonly #locks: readonly Mutex[];

  private constructor(handle: BankHandle) {
    this.handle = handle;
    this.#cells = new Int32Array(handle.cells);
    this.#locks = handle.locks.map((lock) => Mutex.attach(lock));
  }

  static create(balances: readonly number[]): Bank {
    const cells = new SharedArrayBuffer(balances.length * Int32Array.BYTES_PER_ELEMENT);
    const bank = new Bank({ cells, locks: balances.map(() => Mutex.create().handle) });
    balances.forEach((balance, i) => {
      bank.#cells[i] = balance;
    });
    return bank;
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as BankHandle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    this.#checkIndex(from);
    this.#checkIndex(to);
    return this.#holding([from, to], () => {
      if (this.#cells[from]! < amount) return false;
      this.#cells[from]! -= amount;
      this.#cells[to]! += amount;
      return true;
    });
  }

  balance(i: number): number {
    this.#checkIndex(i);
    return this.#holding([i], () => this.#cells[i]!);
  }

  total(): number {
    return this.#holding(this.#locks.keys(), () => {
      let sum = 0;
      for (let i = 0; i < this.#cells.length; i++) sum += this.#cells[i]!;
      return sum;
    });
  }

  #holding<R>(accounts: Iterable<number>, fn: () => R): R {
    const ascending = [...new Set(accounts)].sort((a, b) => a - b);
    for (const i of ascending) this.#locks[i]!.lock();
    try {
      return fn();
    } finally {
      for (const i of ascending) this.#locks[i]!.unlock();
    }
  }

  #checkIndex(i: number): void {
    if (!Number.isInteger(i) || i < 0 || i >= this.#cells.length) {
      throw new RangeError(`there is no account ${i}`);
    }
  }
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}
