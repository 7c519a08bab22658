/**
 * The seed's program, carried over as it stands: `balance = balance + n` on a shared cell.
 *
 * Every rule of the contract holds as long as one thread is at work. Read it, predict what two
 * threads can do to it, then run it: copy it over `src/index.ts` and try T1, T2 and T5a.
 */

/** One balance in one shared cell. */
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
    this.#cell[0] = this.#cell[0]! + amount;
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    if (this.#cell[0]! < amount) return false;
    this.#cell[0] = this.#cell[0]! - amount;
    return true;
  }

  get balance(): number {
    return this.#cell[0]!;
  }
}

/** The seed's loop: +n, then -n, `times` times. */
export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

/** Several balances in one row of shared cells. */
export class Bank {
  readonly handle: SharedArrayBuffer;
  readonly #cells: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cells = new Int32Array(handle);
  }

  static create(balances: readonly number[]): Bank {
    const bytes = balances.length * Int32Array.BYTES_PER_ELEMENT;
    const bank = new Bank(new SharedArrayBuffer(bytes));
    balances.forEach((balance, i) => {
      bank.#cells[i] = balance;
    });
    return bank;
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as SharedArrayBuffer);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    checkIndex(from, this.#cells.length);
    checkIndex(to, this.#cells.length);
    if (this.#cells[from]! < amount) return false;
    this.#cells[from] = this.#cells[from]! - amount;
    this.#cells[to] = this.#cells[to]! + amount;
    return true;
  }

  balance(i: number): number {
    checkIndex(i, this.#cells.length);
    return this.#cells[i]!;
  }

  total(): number {
    let sum = 0;
    for (let i = 0; i < this.#cells.length; i++) sum += this.#cells[i]!;
    return sum;
  }
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}

function checkIndex(i: number, accounts: number): void {
  if (!Number.isInteger(i) || i < 0 || i >= accounts) {
    throw new RangeError(`there is no account ${i}: this bank has ${accounts}`);
  }
}
