/**
 * @mutant spin-lock
 * @bug The lock tries again and again instead of going to sleep until it is released.
 * @killed-by C2
 * @verdict livelock
 * @diagnosis busy-wait
 * @sees Every answer is right and every transfer ends, but a worker that finds the lock taken burns
 *   its processor, probing the same word over and over.
 */
class SpinLock {
  readonly handle: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#state = new Int32Array(handle);
  }

  static create(): SpinLock {
    return new SpinLock(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  }

  static attach(handle: SharedArrayBuffer): SpinLock {
    return new SpinLock(handle);
  }

  lock(): void {
    while (Atomics.compareExchange(this.#state, 0, 0, 1) !== 0);
  }

  unlock(): void {
    Atomics.store(this.#state, 0, 0);
  }

  withLock<R>(fn: () => R): R {
    this.lock();
    try {
      return fn();
    } finally {
      this.unlock();
    }
  }
}

interface AccountHandle {
  readonly cell: SharedArrayBuffer;
  readonly lock: SharedArrayBuffer;
}

export class Account {
  readonly handle: AccountHandle;
  readonly #cell: Int32Array;
  readonly #lock: SpinLock;

  private constructor(handle: AccountHandle) {
    this.handle = handle;
    this.#cell = new Int32Array(handle.cell);
    this.#lock = SpinLock.attach(handle.lock);
  }

  static create(balance = 0): Account {
    const cell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(cell)[0] = balance;
    return new Account({ cell, lock: SpinLock.create().handle });
  }

  static attach(handle: unknown): Account {
    return new Account(handle as AccountHandle);
  }

  deposit(amount: number): void {
    checkAmount(amount);
    this.#lock.withLock(() => {
      this.#cell[0]! += amount;
    });
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    return this.#lock.withLock(() => {
      if (this.#cell[0]! < amount) return false;
      this.#cell[0]! -= amount;
      return true;
    });
  }

  get balance(): number {
    return this.#lock.withLock(() => this.#cell[0]!);
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
  readonly locks: readonly SharedArrayBuffer[];
}

export class Bank {
  readonly handle: BankHandle;
  readonly #cells: Int32Array;
  readonly #locks: readonly SpinLock[];

  private constructor(handle: BankHandle) {
    this.handle = handle;
    this.#cells = new Int32Array(handle.cells);
    this.#locks = handle.locks.map((lock) => SpinLock.attach(lock));
  }

  static create(balances: readonly number[]): Bank {
    const cells = new SharedArrayBuffer(balances.length * Int32Array.BYTES_PER_ELEMENT);
    const bank = new Bank({ cells, locks: balances.map(() => SpinLock.create().handle) });
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
