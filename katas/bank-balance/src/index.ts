/**
 * bank-balance: money in shared memory, changed by several threads at once.
 *
 * Everything to write is marked TODO. A good order:
 *   1. `Account` in one thread   npm test -w kata-bank-balance -- --only B1
 *   2. `Account` in several      npm test -w kata-bank-balance -- --only T1    then T2, T3, T4
 *   3. `Bank`                    npm test -w kata-bank-balance -- --only T5a   then T5b, T6, T7
 *
 * `@concurrency-katas/grader/kit` also exports `Mutex`, a lock that crosses threads by its handle.
 */
import { KataError } from "@concurrency-katas/grader/kit";

/**
 * One balance in whole cents, shared by every thread that has its handle.
 *
 * The balance is never negative, not even for a moment, and no deposit or withdrawal is ever lost.
 * Amounts are whole numbers of at least 1; any other amount is a `RangeError` and changes nothing.
 * Balances stay below 2^31.
 */
export class Account {
  /**
   * What another thread needs to reach the same account: anything that `postMessage` can carry,
   * such as a `SharedArrayBuffer` or an object that holds several. Only this class looks inside.
   */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO: keep a view of the shared memory as well; everything that changes must live there.
    this.handle = handle;
  }

  /** Opens an account in new shared memory. `balance` is a whole number of at least 0. */
  static create(balance = 0): Account {
    // TODO: allocate the shared memory, put the balance into it, return new Account(handle).
    throw new KataError("TODO", `Account.create(${balance}): start here, then try B1`);
  }

  /** The same account in this thread. May be called many times for one handle, in any thread. */
  static attach(handle: unknown): Account {
    // TODO: return new Account(handle).
    throw new KataError("TODO", `Account.attach(${typeof handle}): try B1`);
  }

  /** Adds `amount`. */
  deposit(amount: number): void {
    // TODO: one thread first (B1), then several (T1).
    throw new KataError("TODO", `deposit(${amount}): try B1, then T1`);
  }

  /** Takes `amount` and returns `true`; or returns `false`, changing nothing, if there is less. */
  withdraw(amount: number): boolean {
    // TODO: one thread first (B1), then several (T2, T3).
    throw new KataError("TODO", `withdraw(${amount}): try B1, then T2 and T3`);
  }

  /** The balance at one moment of the call. */
  get balance(): number {
    // TODO
    throw new KataError("TODO", "balance: try B1, then T1");
  }
}

/**
 * The seed's loop: deposits `n` and withdraws `n` again, `times` times.
 *
 * While nothing else withdraws, every withdrawal finds the money that this thread has just put in,
 * so the balance afterwards is the balance before, whoever runs the same loop at the same time.
 */
export function changeBalance(a: Account, n: number, times: number): void {
  // TODO
  throw new KataError("TODO", `changeBalance(${typeof a}, ${n}, ${times}): try B3, then T4`);
}

/**
 * Several accounts, numbered from 0, with transfers between them.
 *
 * Money is moved, never made: the accounts always add up to what they held at the start.
 * An account number that does not exist is a `RangeError` and changes nothing.
 * A method that throws or returns `false` leaves nothing locked.
 */
export class Bank {
  /** As `Account#handle`. A `Mutex` loses its methods on the way: put `mutex.handle` in here. */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO: views of the shared memory, and `Mutex.attach(…)` for each lock in the handle.
    this.handle = handle;
  }

  /** Opens one account for each of `balances`, whole numbers of at least 0. */
  static create(balances: readonly number[]): Bank {
    // TODO
    throw new KataError("TODO", `Bank.create([${balances.join(", ")}]): try B2`);
  }

  /** The same bank in this thread. May be called many times for one handle, in any thread. */
  static attach(handle: unknown): Bank {
    // TODO
    throw new KataError("TODO", `Bank.attach(${typeof handle}): try B2`);
  }

  /**
   * Moves `amount`, a whole number of at least 1, and returns `true`; or returns `false`, changing
   * nothing, if `from` holds less. Nobody ever sees a transfer half done. With `from === to`
   * nothing changes, and the answer says whether the money is there.
   */
  transfer(from: number, to: number, amount: number): boolean {
    // TODO
    throw new KataError("TODO", `transfer(${from}, ${to}, ${amount}): try B2, then T5a and T5b`);
  }

  /** The balance of account `i` at one moment of the call. */
  balance(i: number): number {
    // TODO
    throw new KataError("TODO", `balance(${i}): try B2, then T6`);
  }

  /** The sum of all balances at one moment of the call: money in flight counts exactly once. */
  total(): number {
    // TODO
    throw new KataError("TODO", "total(): try B2, then T5a and T6");
  }
}
