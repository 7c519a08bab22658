/** @alternative global-mutex — one lock around every access, reads included, so none overlap. */
import { Mutex } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly cells: SharedArrayBuffer;
  readonly lock: Mutex["handle"];
}

export class Account {
  readonly handle: Handle;
  readonly #cells: Int32Array;
  readonly #lock: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#cells = new Int32Array(handle.cells);
    this.#lock = Mutex.attach(handle.lock);
  }

  static create(balance = 0): Account {
    return new Account(allocate([balance]));
  }

  static attach(handle: unknown): Account {
    return new Account(handle as Handle);
  }

  deposit(amount: number): void {
    checkAmount(amount);
    this.#lock.withLock(() => {
      this.#cells[0]! += amount;
    });
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    return this.#lock.withLock(() => {
      if (this.#cells[0]! < amount) return false;
      this.#cells[0]! -= amount;
      return true;
    });
  }

  get balance(): number {
    return this.#lock.withLock(() => this.#cells[0]!);
  }
}

/** The lock is not held across the pair: other threads may work between +n and -n. */
export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

export class Bank {
  readonly handle: Handle;
  readonly #cells: Int32Array;
  readonly #lock: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#cells = new Int32Array(handle.cells);
    this.#lock = Mutex.attach(handle.lock);
  }

  static create(balances: readonly number[]): Bank {
    return new Bank(allocate(balances));
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as Handle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    this.#checkIndex(from);
    this.#checkIndex(to);
    return this.#lock.withLock(() => {
      if (this.#cells[from]! < amount) return false;
      this.#cells[from]! -= amount;
      this.#cells[to]! += amount;
      return true;
    });
  }

  balance(i: number): number {
    this.#checkIndex(i);
    return this.#lock.withLock(() => this.#cells[i]!);
  }

  total(): number {
    return this.#lock.withLock(() => this.#cells.reduce((sum, balance) => sum + balance, 0));
  }

  #checkIndex(i: number): void {
    if (!(i in this.#cells)) throw new RangeError(`there is no account ${i}`);
  }
}

function allocate(balances: readonly number[]): Handle {
  const cells = new SharedArrayBuffer(balances.length * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(cells).set(balances);
  return { cells, lock: Mutex.create().handle };
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}
