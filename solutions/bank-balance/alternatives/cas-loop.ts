/** @alternative cas-loop — Account replaces the balance it saw in one step; Bank has one lock. */
import { Mutex } from "@concurrency-katas/grader/kit";

export class Account {
  readonly handle: SharedArrayBuffer;
  readonly #cell: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cell = new Int32Array(handle);
  }

  static create(balance = 0): Account {
    const handle = new SharedArrayBuffer(4);
    Atomics.store(new Int32Array(handle), 0, balance);
    return new Account(handle);
  }

  static attach(handle: unknown): Account {
    return new Account(handle as SharedArrayBuffer);
  }

  deposit(amount: number): void {
    requireAmount(amount);
    update(this.#cell, (balance) => balance + amount);
  }

  withdraw(amount: number): boolean {
    requireAmount(amount);
    return update(this.#cell, (balance) => (balance < amount ? undefined : balance - amount));
  }

  get balance(): number {
    return Atomics.load(this.#cell, 0);
  }
}

/**
 * Replaces the cell's value by `change(value)` in one atomic step and returns `true`; returns
 * `false` without writing if `change` declines by returning `undefined`.
 */
function update(cell: Int32Array, change: (value: number) => number | undefined): boolean {
  let seen = Atomics.load(cell, 0);
  for (;;) {
    const next = change(seen);
    if (next === undefined) return false;
    const found = Atomics.compareExchange(cell, 0, seen, next);
    if (found === seen) return true;
    seen = found; // the failed exchange has already read the newer value
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

interface BankHandle {
  readonly balances: SharedArrayBuffer;
  readonly lock: Mutex["handle"];
}

export class Bank {
  readonly handle: BankHandle;
  readonly #balances: Int32Array;
  readonly #lock: Mutex;

  private constructor(handle: BankHandle) {
    this.handle = handle;
    this.#balances = new Int32Array(handle.balances);
    this.#lock = Mutex.attach(handle.lock);
  }

  static create(balances: readonly number[]): Bank {
    const bank = new Bank({
      balances: new SharedArrayBuffer(4 * balances.length),
      lock: Mutex.create().handle,
    });
    for (const [i, balance] of balances.entries()) bank.#balances[i] = balance;
    return bank;
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as BankHandle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    requireAmount(amount);
    requireAccount(from, this.#balances);
    requireAccount(to, this.#balances);
    this.#lock.lock();
    try {
      const rest = this.#balances[from]! - amount;
      if (rest < 0) return false;
      this.#balances[from] = rest;
      this.#balances[to] = this.#balances[to]! + amount;
      return true;
    } finally {
      this.#lock.unlock();
    }
  }

  balance(i: number): number {
    requireAccount(i, this.#balances);
    return this.#lock.withLock(() => this.#balances[i]!);
  }

  total(): number {
    this.#lock.lock();
    let sum = 0;
    for (let i = 0; i < this.#balances.length; i++) sum += this.#balances[i]!;
    this.#lock.unlock();
    return sum;
  }
}

function requireAmount(amount: number): void {
  if (Number.isInteger(amount) && amount >= 1) return;
  throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
}

function requireAccount(i: number, balances: Int32Array): void {
  if (Number.isInteger(i) && i >= 0 && i < balances.length) return;
  throw new RangeError(`there is no account ${i}`);
}
