/** @alternative ticket-lock — numbered tickets: only the holder of the number served is inside. */

const NEXT = 0;
const SERVING = 1;

/**
 * A fair lock of two words: the next ticket to hand out, and the ticket being served.
 *
 * A waiter sleeps on the number being served. All of them are woken, because only one of them
 * holds the next number and `notify` cannot choose it.
 */
class TicketLock {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  withLock<R>(fn: () => R): R {
    const mine = Atomics.add(this.#words, NEXT, 1);
    let serving = Atomics.load(this.#words, SERVING);
    while (serving !== mine) {
      Atomics.wait(this.#words, SERVING, serving);
      serving = Atomics.load(this.#words, SERVING);
    }
    try {
      return fn();
    } finally {
      Atomics.add(this.#words, SERVING, 1);
      Atomics.notify(this.#words, SERVING);
    }
  }
}

/** Two words of lock, then balances: unsigned, as they are never negative. */
class Ledger {
  readonly memory: SharedArrayBuffer;
  readonly balances: Uint32Array;
  readonly lock: TicketLock;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.lock = new TicketLock(new Int32Array(memory, 0, 2));
    this.balances = new Uint32Array(memory, 8);
  }

  static holding(balances: readonly number[]): Ledger {
    const ledger = new Ledger(new SharedArrayBuffer(8 + 4 * balances.length));
    balances.forEach((balance, i) => {
      ledger.balances[i] = balance;
    });
    return ledger;
  }

  /** Takes from one balance, gives to another; either may be `undefined`, the outside world. */
  move(from: number | undefined, to: number | undefined, amount: number): boolean {
    if (!Number.isInteger(amount) || amount < 1) {
      throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
    }
    if (from !== undefined) this.#check(from);
    if (to !== undefined) this.#check(to);
    return this.lock.withLock(() => {
      if (from !== undefined) {
        const held = this.balances[from]!;
        if (held < amount) return false;
        this.balances[from] = held - amount;
      }
      if (to !== undefined) this.balances[to] = this.balances[to]! + amount;
      return true;
    });
  }

  read(i: number): number {
    this.#check(i);
    return this.lock.withLock(() => this.balances[i]!);
  }

  sum(): number {
    return this.lock.withLock(() => {
      let sum = 0;
      for (const balance of this.balances) sum += balance;
      return sum;
    });
  }

  #check(i: number): void {
    if (!Number.isInteger(i) || i < 0 || i >= this.balances.length) {
      throw new RangeError(`there is no account ${i}`);
    }
  }
}

export class Account {
  readonly handle: unknown;
  readonly #ledger: Ledger;

  private constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.handle = ledger.memory;
  }

  static create(balance = 0): Account {
    return new Account(Ledger.holding([balance]));
  }

  static attach(handle: unknown): Account {
    return new Account(new Ledger(handle as SharedArrayBuffer));
  }

  deposit(amount: number): void {
    this.#ledger.move(undefined, 0, amount);
  }

  withdraw(amount: number): boolean {
    return this.#ledger.move(0, undefined, amount);
  }

  get balance(): number {
    return this.#ledger.read(0);
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

export class Bank {
  readonly handle: unknown;
  readonly #ledger: Ledger;

  private constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.handle = ledger.memory;
  }

  static create(balances: readonly number[]): Bank {
    return new Bank(Ledger.holding(balances));
  }

  static attach(handle: unknown): Bank {
    return new Bank(new Ledger(handle as SharedArrayBuffer));
  }

  transfer(from: number, to: number, amount: number): boolean {
    return this.#ledger.move(from, to, amount);
  }

  balance(i: number): number {
    return this.#ledger.read(i);
  }

  total(): number {
    return this.#ledger.sum();
  }
}
