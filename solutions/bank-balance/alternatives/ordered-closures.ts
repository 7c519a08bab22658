/** @alternative ordered-closures — a lock for each account, nested in ascending order. */
import { Mutex } from "@concurrency-katas/grader/kit";

/** One record: a cell, and the lock without which nobody touches it. */
interface VaultHandle {
  readonly cell: SharedArrayBuffer;
  readonly lock: Mutex["handle"];
}

interface Vault {
  /** Runs `fn` with the lock held. */
  readonly enter: <R>(fn: () => R) => R;
  /** Reads the balance. The lock is held. */
  readonly read: () => number;
  /** Adds `amount`, perhaps negative, unless less than 0 would be left. The lock is held. */
  readonly change: (amount: number) => boolean;
}

const newVault = (balance: number): VaultHandle => {
  const cell = new SharedArrayBuffer(4);
  new Int32Array(cell)[0] = balance;
  return { cell, lock: Mutex.create().handle };
};

const openVault = (handle: VaultHandle): Vault => {
  const cell = new Int32Array(handle.cell);
  const lock = Mutex.attach(handle.lock);
  const read = (): number => cell[0]!;
  return {
    enter: (fn) => lock.withLock(fn),
    read,
    change: (amount) => {
      const next = read() + amount;
      if (next < 0) return false;
      cell[0] = next;
      return true;
    },
  };
};

/** Runs `fn` inside all `vaults`, the first one entered first. */
const insideAll = <R>(vaults: readonly Vault[], fn: () => R): R =>
  vaults.reduceRight<() => R>((inner, vault) => () => vault.enter(inner), fn)();

const amountOf = (amount: number): number => {
  if (Number.isInteger(amount) && amount >= 1) return amount;
  throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
};

export class Account {
  readonly handle: unknown;
  readonly deposit: (amount: number) => void;
  readonly withdraw: (amount: number) => boolean;
  readonly #balance: () => number;

  private constructor(handle: VaultHandle) {
    const { enter, read, change } = openVault(handle);
    this.handle = handle;
    this.deposit = (amount) => {
      const plus = amountOf(amount);
      enter(() => change(plus));
    };
    this.withdraw = (amount) => {
      const minus = -amountOf(amount);
      return enter(() => change(minus));
    };
    this.#balance = () => enter(read);
  }

  static readonly create = (balance = 0): Account => new Account(newVault(balance));
  static readonly attach = (handle: unknown): Account => new Account(handle as VaultHandle);

  get balance(): number {
    return this.#balance();
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
  readonly transfer: (from: number, to: number, amount: number) => boolean;
  readonly balance: (i: number) => number;
  readonly total: () => number;

  private constructor(handles: readonly VaultHandle[]) {
    const vaults = handles.map(openVault);
    const vault = (i: number): Vault => {
      const found = vaults[i];
      if (found === undefined) throw new RangeError(`there is no account ${i}`);
      return found;
    };

    this.handle = handles;
    this.transfer = (from, to, amount) => {
      const moved = amountOf(amount);
      const giver = vault(from);
      const taker = vault(to);
      const order = from < to ? [giver, taker] : from > to ? [taker, giver] : [giver];
      return insideAll(order, () => giver.change(-moved) && taker.change(moved));
    };
    this.balance = (i) => {
      const { enter, read } = vault(i);
      return enter(read);
    };
    this.total = () => insideAll(vaults, () => vaults.reduce((sum, { read }) => sum + read(), 0));
  }

  static readonly create = (balances: readonly number[]): Bank => new Bank(balances.map(newVault));
  static readonly attach = (handle: unknown): Bank => new Bank(handle as VaultHandle[]);
}
