/** @alternative copy-on-write — no lock: one CAS replaces all balances by an edited copy. */

export class Account {
  readonly handle: SharedArrayBuffer;
  readonly #cents: BigInt64Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cents = new BigInt64Array(handle);
  }

  static create(balance = 0): Account {
    const account = new Account(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
    Atomics.store(account.#cents, 0, BigInt(balance));
    return account;
  }

  static attach(handle: unknown): Account {
    return new Account(handle as SharedArrayBuffer);
  }

  deposit(amount: number): void {
    Atomics.add(this.#cents, 0, centsOf(amount));
  }

  withdraw(amount: number): boolean {
    const cents = centsOf(amount);
    for (;;) {
      const seen = Atomics.load(this.#cents, 0);
      if (seen < cents) return false;
      if (Atomics.compareExchange(this.#cents, 0, seen, seen - cents) === seen) return true;
    }
  }

  get balance(): number {
    return Number(Atomics.load(this.#cents, 0));
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

/** Room for copies: two for each thread inside `transfer`, of which there are at most 15. */
const PAGES = 32;

interface BankHandle {
  readonly accounts: number;
  /** One word: version * PAGES + page. The page holds the balances as they are now. */
  readonly current: SharedArrayBuffer;
  /** 1 for each page that is current, or being written by somebody. */
  readonly taken: SharedArrayBuffer;
  readonly pages: SharedArrayBuffer;
}

interface Snapshot {
  readonly word: bigint;
  readonly balances: number[];
}

/**
 * A reader copies the current page and looks at the word again. A page replaced meanwhile shows by
 * its version, which never comes back, so an unchanged word means that the bank held this copy.
 * A thread fails to replace the page only if another one has succeeded: somebody always gets on.
 */
export class Bank {
  readonly handle: BankHandle;
  readonly #current: BigInt64Array;
  readonly #taken: Int32Array;
  readonly #pages: Int32Array;

  private constructor(handle: BankHandle) {
    this.handle = handle;
    this.#current = new BigInt64Array(handle.current);
    this.#taken = new Int32Array(handle.taken);
    this.#pages = new Int32Array(handle.pages);
  }

  static create(balances: readonly number[]): Bank {
    const bank = new Bank({
      accounts: balances.length,
      current: new SharedArrayBuffer(8),
      taken: new SharedArrayBuffer(4 * PAGES),
      pages: new SharedArrayBuffer(4 * PAGES * balances.length),
    });
    bank.#claim(); // page 0, which word 0 says is current
    bank.#write(0, balances);
    return bank;
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as BankHandle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    centsOf(amount);
    this.#checkIndex(from);
    this.#checkIndex(to);
    let { word, balances } = this.#snapshot();
    if (balances[from]! < amount) return false;
    if (from === to) return true;

    const page = this.#claim();
    for (;;) {
      balances[from]! -= amount;
      balances[to]! += amount;
      this.#write(page, balances);
      const next = (word / BigInt(PAGES) + 1n) * BigInt(PAGES) + BigInt(page);
      if (Atomics.compareExchange(this.#current, 0, word, next) === word) {
        Atomics.store(this.#taken, pageOf(word), 0);
        return true;
      }
      ({ word, balances } = this.#snapshot());
      if (balances[from]! < amount) {
        Atomics.store(this.#taken, page, 0);
        return false;
      }
    }
  }

  balance(i: number): number {
    this.#checkIndex(i);
    return this.#snapshot().balances[i]!;
  }

  total(): number {
    return this.#snapshot().balances.reduce((sum, balance) => sum + balance, 0);
  }

  #snapshot(): Snapshot {
    const { accounts } = this.handle;
    for (;;) {
      const word = Atomics.load(this.#current, 0);
      const base = pageOf(word) * accounts;
      const balances = Array.from({ length: accounts }, (_, i) =>
        Atomics.load(this.#pages, base + i),
      );
      if (Atomics.load(this.#current, 0) === word) return { word, balances };
    }
  }

  #write(page: number, balances: readonly number[]): void {
    const base = page * this.handle.accounts;
    balances.forEach((balance, i) => Atomics.store(this.#pages, base + i, balance));
  }

  #claim(): number {
    let page = 0;
    while (Atomics.compareExchange(this.#taken, page, 0, 1) !== 0) page = (page + 1) % PAGES;
    return page;
  }

  #checkIndex(i: number): void {
    if (!Number.isInteger(i) || i < 0 || i >= this.handle.accounts) {
      throw new RangeError(`there is no account ${i}`);
    }
  }
}

function pageOf(word: bigint): number {
  return Number(word % BigInt(PAGES));
}

function centsOf(amount: number): bigint {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
  return BigInt(amount);
}
