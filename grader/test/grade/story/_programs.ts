/** Small right and wrong programs, with the source that their steps stand in. */
import { type Act, type Call, type Code, type Program, Thrown } from "./_simulate.ts";

/**
 * An account whose `withdraw` checks, then subtracts; line 21 and 22 are those of the sample in
 * DESIGN.md.
 */
export const checkThenSub = {
  source: `${"\n".repeat(15)}export class Account {
  deposit(n: number): void {
    Atomics.add(this.#balance, 0, n);
  }
  withdraw(n: number): boolean {
    if (Atomics.load(this.#balance, 0) < n) return false;
    Atomics.sub(this.#balance, 0, n);
    return true;
  }
  get balance(): number { return Atomics.load(this.#balance, 0); }
}`,
  *withdraw(n: number): Code {
    const seen = yield { op: "load", cell: "balance", at: "load(this.#balance, 0) < n" };
    if (seen < n) return false;
    yield { op: "sub", cell: "balance", value: n, at: "sub(" };
    return true;
  },
  *balance(): Code {
    return yield { op: "load", cell: "balance", at: "load(this.#balance, 0); }" };
  },
};

/** The seed: plain reads and writes. */
export const racy = {
  source: `export class Account {
  deposit(n: number): void {
    this.#cell[0] = this.#cell[0]! + n;
  }
}`,
  *deposit(n: number): Code {
    const seen = yield { op: "read", cell: "cell", at: "#cell[0]! + n" };
    yield { op: "write", cell: "cell", value: seen + n, at: "] = this" };
    return undefined;
  },
};

/** An account that loops over compareExchange: right. */
export const casLoop = {
  source: `export class Account {
  deposit(n: number): void {
    Atomics.add(this.#balance, 0, n);
  }
  withdraw(n: number): boolean {
    for (;;) {
      const b = Atomics.load(this.#balance, 0);
      if (b < n) return false;
      if (Atomics.compareExchange(this.#balance, 0, b, b - n) === b) return true;
    }
  }
}`,
  *deposit(n: number): Code {
    yield { op: "add", cell: "balance", value: n, at: "add(" };
    return undefined;
  },
  *withdraw(n: number): Code {
    for (;;) {
      const b = yield { op: "load", cell: "balance", at: "load(" };
      if (b < n) return false;
      if ((yield cas("balance", b, b - n, "compareExchange(")) === b) return true;
    }
  },
};

/** A bank with one lock for each account. */
export const lockedBank = {
  source: `export class Bank {
  transfer(from: number, to: number, n: number): boolean {
    const [first, second] = this.#order(from, to);
    this.#locks[first]!.lock();
    this.#locks[second]!.lock();
    try {
      if (this.#cells[from]! < n) return false;
      this.#cells[from]! -= n;
      this.#cells[to]! += n;
      return true;
    } finally {
      this.#locks[second]!.unlock();
      this.#locks[first]!.unlock();
    }
  }
  total(): number {
    for (const lock of this.#locks) lock.lock();
    const sum = this.#cells[0]! + this.#cells[1]!;
    for (const lock of this.#locks) lock.unlock();
    return sum;
  }
}`,
  *transfer(from: number, to: number, n: number, isOrdered = true): Code {
    const [first, second] = isOrdered && from > to ? [to, from] : [from, to];
    yield { op: "lock", cell: `lock${first}`, at: "lock();\n    this.#locks[second]!.lock" };
    yield { op: "lock", cell: `lock${second}`, at: "lock();\n    try" };
    const seen = yield { op: "read", cell: `cells[${from}]`, at: "#cells[from]! < n" };
    if (seen >= n) {
      const a = yield { op: "read", cell: `cells[${from}]`, at: "#cells[from]! -= n" };
      yield { op: "write", cell: `cells[${from}]`, value: a - n, at: "]! -= n" };
      const b = yield { op: "read", cell: `cells[${to}]`, at: "#cells[to]! += n" };
      yield { op: "write", cell: `cells[${to}]`, value: b + n, at: "]! += n" };
    }
    yield { op: "unlock", cell: `lock${second}`, at: "unlock();\n      this" };
    yield { op: "unlock", cell: `lock${first}`, at: "unlock();\n    }" };
    return seen >= n;
  },
  *total(isLocked = true): Code {
    if (isLocked) {
      yield { op: "lock", cell: "lock0", at: "lock();\n    const sum" };
      yield { op: "lock", cell: "lock1", at: "lock();\n    const sum" };
    }
    const a = yield { op: "read", cell: "cells[0]", at: "#cells[0]! +" };
    const b = yield { op: "read", cell: "cells[1]", at: "#cells[1]!;" };
    if (isLocked) {
      yield { op: "unlock", cell: "lock0", at: "unlock();\n    return" };
      yield { op: "unlock", cell: "lock1", at: "unlock();\n    return" };
    }
    return a + b;
  },
};

/** A hand-made lock that sleeps: Drepper's mutex3. */
export const futex = {
  source: `export class Lock {
  acquire(): void {
    if (Atomics.compareExchange(this.#state, 0, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.#state, 0, CONTENDED) !== FREE) {
      Atomics.wait(this.#state, 0, CONTENDED);
    }
  }
  release(): void {
    if (Atomics.exchange(this.#state, 0, FREE) === CONTENDED) {
      Atomics.notify(this.#state, 0, 1);
    }
  }
}`,
  *acquire(): Code {
    if ((yield cas("state", 0, 1, "compareExchange(")) === 0) return undefined;
    while (
      (yield {
        op: "exchange",
        cell: "state",
        value: 2,
        at: "exchange(this.#state, 0, CONTENDED",
      }) !== 0
    ) {
      yield { op: "wait", cell: "state", value: 2, at: "wait(" };
    }
    return undefined;
  },
  *release(notifies = true): Code {
    if (
      (yield { op: "exchange", cell: "state", value: 0, at: "exchange(this.#state, 0, FREE" }) ===
        2 &&
      notifies
    ) {
      yield { op: "notify", cell: "state", value: 1, at: "notify(" };
    }
    return undefined;
  },
};

/** A box whose reader looks, then sleeps on a counter of events that it reads too late. */
export const box = {
  source: `export class Box {
  put(): void {
    Atomics.store(this.#full, 0, 1);
    Atomics.add(this.#events, 0, 1);
    Atomics.notify(this.#events, 0);
  }
  take(): void {
    while (Atomics.load(this.#full, 0) === 0) {
      const seen = Atomics.load(this.#events, 0);
      Atomics.wait(this.#events, 0, seen);
    }
  }
  forget(): void {
    Atomics.add(this.#events, 0, 1);
  }
  hurry(): void {
    Atomics.notify(this.#events, 0);
    Atomics.add(this.#events, 0, 2);
  }
}`,
  *put(): Code {
    yield { op: "store", cell: "full", value: 1, at: "store(" };
    yield { op: "add", cell: "events", value: 1, at: "add(" };
    yield { op: "notify", cell: "events", value: 99, at: "notify(" };
    return undefined;
  },
  *take(): Code {
    while ((yield { op: "load", cell: "full", at: "load(this.#full" }) === 0) {
      const seen = yield { op: "load", cell: "events", at: "load(this.#events" };
      yield { op: "wait", cell: "events", value: seen, at: "wait(" };
    }
    return undefined;
  },
  *forget(): Code {
    yield { op: "add", cell: "events", value: 1, at: "add(this.#events, 0, 1);\n  }\n  hurry" };
    return undefined;
  },
  *hurry(): Code {
    yield {
      op: "notify",
      cell: "events",
      value: 99,
      at: "notify(this.#events, 0);\n    Atomics.add",
    };
    yield { op: "add", cell: "events", value: 2, at: "add(this.#events, 0, 2" };
    return undefined;
  },
};

/** One compareExchange. */
export function cas(cell: string, expected: number, value: number, at: string): Act {
  return { op: "compareExchange", cell, expected, value, at };
}

/** A thread that calls one operation after the other. */
export function calls(
  ...list: readonly (readonly [name: string, args: readonly unknown[], code: () => Code])[]
): (call: Call) => Code {
  return function* (call) {
    for (const [name, args, code] of list) yield* call(name, args, code());
    return undefined;
  };
}

/** A thread that fails at the end of its operation. */
export function* throwing(code: Code, error: string): Code {
  yield* code;
  throw new Thrown(error);
}

/** The program of the sample in DESIGN.md: two withdraw(8) from balance 10. */
export const twoWithdraws: Program = {
  source: checkThenSub.source,
  cells: { balance: 10 },
  threads: [
    calls(["withdraw", [8], () => checkThenSub.withdraw(8)]),
    calls(["withdraw", [8], () => checkThenSub.withdraw(8)]),
  ],
  schedule: "ABBA",
};
