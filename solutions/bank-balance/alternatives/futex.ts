/** @alternative futex — its own three-state lock beside each balance, taken in ascending order. */

const FREE = 0;
const HELD = 1;
/** Held, and somebody may be asleep: whoever unlocks has to wake one. */
const CONTENDED = 2;

/**
 * A lock and a balance in two neighbouring words of shared memory.
 *
 * The lock is mutex3 of Drepper, "Futexes Are Tricky". A thread that has slept takes the lock as
 * CONTENDED, because it cannot know whether others still sleep.
 */
class Vault {
  readonly #words: Int32Array;
  readonly #lock: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#lock = index * 2;
  }

  lock(): void {
    if (Atomics.compareExchange(this.#words, this.#lock, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.#words, this.#lock, CONTENDED) !== FREE) {
      Atomics.wait(this.#words, this.#lock, CONTENDED);
    }
  }

  unlock(): void {
    if (Atomics.exchange(this.#words, this.#lock, FREE) === CONTENDED) {
      Atomics.notify(this.#words, this.#lock, 1);
    }
  }

  get cents(): number {
    return this.#words[this.#lock + 1]!;
  }

  set cents(value: number) {
    this.#words[this.#lock + 1] = value;
  }
}

/** `vaults` are in ascending order of their bank. */
function holding<R>(vaults: readonly Vault[], fn: () => R): R {
  for (const vault of vaults) vault.lock();
  try {
    return fn();
  } finally {
    for (const vault of vaults) vault.unlock();
  }
}

function allocate(balances: readonly number[]): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(balances.length * 2 * Int32Array.BYTES_PER_ELEMENT);
  const words = new Int32Array(memory);
  balances.forEach((balance, i) => {
    new Vault(words, i).cents = balance;
  });
  return memory;
}

export class Account {
  readonly handle: SharedArrayBuffer;
  readonly #vault: Vault;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#vault = new Vault(new Int32Array(handle), 0);
  }

  static create(balance = 0): Account {
    return new Account(allocate([balance]));
  }

  static attach(handle: unknown): Account {
    return new Account(handle as SharedArrayBuffer);
  }

  deposit(amount: number): void {
    checkAmount(amount);
    holding([this.#vault], () => {
      this.#vault.cents += amount;
    });
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    return holding([this.#vault], () => {
      if (this.#vault.cents < amount) return false;
      this.#vault.cents -= amount;
      return true;
    });
  }

  get balance(): number {
    return holding([this.#vault], () => this.#vault.cents);
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

export class Bank {
  readonly handle: SharedArrayBuffer;
  readonly #vaults: readonly Vault[];

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    const words = new Int32Array(handle);
    this.#vaults = Array.from({ length: words.length / 2 }, (_, i) => new Vault(words, i));
  }

  static create(balances: readonly number[]): Bank {
    return new Bank(allocate(balances));
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as SharedArrayBuffer);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    const giver = this.#vault(from);
    const taker = this.#vault(to);
    const involved = this.#vaults.filter((vault) => vault === giver || vault === taker);
    return holding(involved, () => {
      if (giver.cents < amount) return false;
      giver.cents -= amount;
      taker.cents += amount;
      return true;
    });
  }

  balance(i: number): number {
    const vault = this.#vault(i);
    return holding([vault], () => vault.cents);
  }

  total(): number {
    return holding(this.#vaults, () => this.#vaults.reduce((sum, { cents }) => sum + cents, 0));
  }

  #vault(i: number): Vault {
    const vault = this.#vaults[i];
    if (vault === undefined) throw new RangeError(`there is no account ${i}`);
    return vault;
  }
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}
