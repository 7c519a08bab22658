/** @alternative readers-writer — writers exclude everybody, readers only writers, by one word. */

const FREE = 0;
const WRITER = -1;

/** One word: the number of readers inside, or WRITER. Writers may starve; nobody waits for ever. */
class Gate {
  readonly #word: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#word = new Int32Array(memory);
  }

  reading<R>(fn: () => R): R {
    let seen = Atomics.load(this.#word, 0);
    for (;;) {
      if (seen === WRITER) {
        Atomics.wait(this.#word, 0, WRITER);
        seen = Atomics.load(this.#word, 0);
        continue;
      }
      const found = Atomics.compareExchange(this.#word, 0, seen, seen + 1);
      if (found === seen) break;
      seen = found;
    }
    try {
      return fn();
    } finally {
      if (Atomics.sub(this.#word, 0, 1) === 1) Atomics.notify(this.#word, 0);
    }
  }

  writing<R>(fn: () => R): R {
    for (;;) {
      const found = Atomics.compareExchange(this.#word, 0, FREE, WRITER);
      if (found === FREE) break;
      Atomics.wait(this.#word, 0, found);
    }
    try {
      return fn();
    } finally {
      Atomics.store(this.#word, 0, FREE);
      Atomics.notify(this.#word, 0);
    }
  }
}

/** Several buffers: one for the gate and one for each balance. */
interface Handle {
  readonly gate: SharedArrayBuffer;
  readonly balances: readonly SharedArrayBuffer[];
}

class Vaults {
  readonly gate: Gate;
  readonly #balances: readonly Int32Array[];

  constructor(handle: Handle) {
    this.gate = new Gate(handle.gate);
    this.#balances = handle.balances.map((memory) => new Int32Array(memory));
  }

  static allocate(balances: readonly number[]): Handle {
    return {
      gate: new SharedArrayBuffer(4),
      balances: balances.map((balance) => {
        const memory = new SharedArrayBuffer(4);
        new Int32Array(memory)[0] = balance;
        return memory;
      }),
    };
  }

  find(i: number): Int32Array {
    const vault = this.#balances[i];
    if (vault === undefined) throw new RangeError(`there is no account ${i}`);
    return vault;
  }

  /** Call it with the gate held. */
  sum(): number {
    return this.#balances.reduce((sum, vault) => sum + vault[0]!, 0);
  }
}

export class Account {
  readonly handle: Handle;
  readonly #gate: Gate;
  readonly #vault: Int32Array;

  private constructor(handle: Handle) {
    const vaults = new Vaults(handle);
    this.handle = handle;
    this.#gate = vaults.gate;
    this.#vault = vaults.find(0);
  }

  static create(balance = 0): Account {
    return new Account(Vaults.allocate([balance]));
  }

  static attach(handle: unknown): Account {
    return new Account(handle as Handle);
  }

  deposit(amount: number): void {
    checkAmount(amount);
    this.#gate.writing(() => {
      this.#vault[0]! += amount;
    });
  }

  withdraw(amount: number): boolean {
    checkAmount(amount);
    return this.#gate.writing(() => {
      if (this.#vault[0]! < amount) return false;
      this.#vault[0]! -= amount;
      return true;
    });
  }

  get balance(): number {
    return this.#gate.reading(() => this.#vault[0]!);
  }
}

export function changeBalance(a: Account, n: number, times: number): void {
  for (let i = 0; i < times; i++) {
    a.deposit(n);
    a.withdraw(n);
  }
}

export class Bank {
  readonly handle: Handle;
  readonly #vaults: Vaults;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#vaults = new Vaults(handle);
  }

  static create(balances: readonly number[]): Bank {
    return new Bank(Vaults.allocate(balances));
  }

  static attach(handle: unknown): Bank {
    return new Bank(handle as Handle);
  }

  transfer(from: number, to: number, amount: number): boolean {
    checkAmount(amount);
    const giver = this.#vaults.find(from);
    const taker = this.#vaults.find(to);
    return this.#vaults.gate.writing(() => {
      if (giver[0]! < amount) return false;
      giver[0]! -= amount;
      taker[0]! += amount;
      return true;
    });
  }

  balance(i: number): number {
    const vault = this.#vaults.find(i);
    return this.#vaults.gate.reading(() => vault[0]!);
  }

  total(): number {
    return this.#vaults.gate.reading(() => this.#vaults.sum());
  }
}

function checkAmount(amount: number): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new RangeError(`an amount is a whole number of at least 1, not ${amount}`);
  }
}
