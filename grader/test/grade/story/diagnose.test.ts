import { describe, expect, test } from "vitest";
import type { TraceEvidence } from "../../../src/runtime/evidence.ts";
import type { Race } from "../../../src/race/index.ts";
import { type Act, type Code, type Program, simulate } from "./_simulate.ts";
import {
  box,
  calls,
  cas,
  casLoop,
  checkThenSub,
  futex,
  lockedBank,
  racy,
  throwing,
  twoWithdraws,
} from "./_programs.ts";
import { diagnosisOf } from "./_told.ts";

const bank = { lock0: 0, lock1: 0, "cells[0]": 9, "cells[1]": 1 };

function account(
  source: string,
  threads: Program["threads"],
  schedule: string,
  balance = 10,
): Program {
  return { source, cells: { balance, cell: balance }, threads, schedule };
}

function inBank(threads: Program["threads"], schedule: string): Program {
  return { source: lockedBank.source, cells: bank, threads, schedule };
}

function* wakeOne(): Code {
  yield { op: "notify", cell: "events", value: 1, at: "notify(" };
  return undefined;
}

function* putForOne(): Code {
  yield { op: "store", cell: "full", value: 1, at: "store(" };
  yield { op: "add", cell: "events", value: 1, at: "add(" };
  yield* wakeOne();
  return undefined;
}

describe("a wrong answer", () => {
  test("is a lost update when a thread writes what it computed before another one's change", () => {
    const program = account(
      racy.source,
      [
        calls(["deposit", [5], () => racy.deposit(5)]),
        calls(["deposit", [8], () => racy.deposit(8)]),
      ],
      "ABBA",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-update",
        "diagnosis": "worker B changed cell from 10 to 18 (src/index.ts:3) between worker A's read and its write (both src/index.ts:3), so worker A's write put back a stale value: it had read 10 and wrote 15",
      }
    `);
  });

  test("is a lost update when a variable keeps the old value over other steps", () => {
    const source = `class A {
  restore(n: number) {
    const before = Atomics.load(this.#cell, 0);
    Atomics.add(this.#cell, 0, n);
    Atomics.store(this.#cell, 0, before);
  }
}`;
    function* restore(n: number): Code {
      const before = yield { op: "load", cell: "cell", at: "load(" };
      yield { op: "add", cell: "cell", value: n, at: "add(" };
      yield { op: "store", cell: "cell", value: before, at: "store(this.#cell" };
      return undefined;
    }
    const program = account(
      source,
      [calls(["restore", [5], () => restore(5)]), calls(["restore", [7], () => restore(7)])],
      "ABBAAB",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-update",
        "diagnosis": "worker B changed cell from 10 to 17 (src/index.ts:4) between worker A's read (src/index.ts:3) and its write (src/index.ts:5), so worker A's write put back a stale value: it had read 10 and wrote 10",
      }
    `);
  });

  test("is check-then-act when the check was out of date: an overdraft, where it is about money", () => {
    const contract = "the balance is never negative, not even for a moment";
    expect(diagnosisOf(twoWithdraws, { contract })).toMatchInlineSnapshot(`
      {
        "bugClass": "check-then-act",
        "bugDetail": "overdraft",
        "diagnosis": "worker A checked balance when it was 10 (src/index.ts:21), but worker B changed it to 2 (src/index.ts:22) before worker A acted on that (src/index.ts:22), so it went down to -6",
      }
    `);
  });

  test("is check-then-act when the value is read again, but not checked again", () => {
    const source = `class A {
  withdraw(n: number) {
    if (this.#cell[0]! < n) return false;
    this.#cell[0] = this.#cell[0]! - n;
    return true;
  }
}`;
    function* withdraw(): Code {
      if ((yield { op: "read", cell: "cell", at: "#cell[0]! < n" }) < 8) return false;
      const seen = yield { op: "read", cell: "cell", at: "#cell[0]! - n" };
      yield { op: "write", cell: "cell", value: seen - 8, at: "] = this" };
      return true;
    }
    const program = account(
      source,
      [calls(["withdraw", [8], withdraw]), calls(["withdraw", [8], withdraw])],
      "ABBBAA",
    );
    expect(diagnosisOf(program)).toMatchObject({
      bugClass: "check-then-act",
      bugDetail: "below zero",
    });
  });

  test("is check-then-act when two threads take a lock that both found free", () => {
    const source = `class Lock {
  enter() {
    while (Atomics.load(this.#lock, 0) !== 0);
    Atomics.store(this.#lock, 0, 1);
    Atomics.add(this.#count, 0, 1);
    Atomics.store(this.#lock, 0, 0);
  }
}`;
    function* enter(): Code {
      while ((yield { op: "load", cell: "lock", at: "load(" }) !== 0);
      yield { op: "store", cell: "lock", value: 1, at: "store(this.#lock, 0, 1" };
      yield { op: "add", cell: "count", value: 1, at: "add(" };
      yield { op: "store", cell: "lock", value: 0, at: "store(this.#lock, 0, 0" };
      return undefined;
    }
    const program: Program = {
      source,
      cells: { lock: 0, count: 0 },
      threads: [calls(["enter", [], enter]), calls(["enter", [], enter])],
      schedule: "ABBAAB",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "check-then-act",
        "diagnosis": "worker A checked lock when it was 0 (src/index.ts:3), but worker B changed it to 1 (src/index.ts:4) before worker A acted on that (src/index.ts:4)",
      }
    `);
  });

  test("is a false success when a failed compareExchange is reported as a success", () => {
    const program = account(
      casLoop.source,
      [
        calls(["withdraw", [8], () => once(8, true)]),
        calls(["withdraw", [8], () => once(8, true)]),
      ],
      "ABBA",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "false-success",
        "diagnosis": "worker A's compareExchange (src/index.ts:9) found 2 and changed nothing, but withdraw(8) returns true as if it had",
      }
    `);
  });

  test("is a spurious failure when it is reported as a lack of money that was there", () => {
    const program = account(
      casLoop.source,
      [
        calls(["withdraw", [3], () => once(3, false)]),
        calls(["withdraw", [3], () => once(3, false)]),
      ],
      "ABBA",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "spurious-failure",
        "diagnosis": "worker A's compareExchange (src/index.ts:9) failed only because another worker came between, and withdraw(3) returns false although balance was 7: it has to look again",
      }
    `);
  });

  test("is a torn transfer when an observer looks between the two steps of it", () => {
    const program = inBank(
      [
        calls(["transfer", [0, 1, 4], () => torn(4)]),
        calls(["total", [], () => lockedBank.total(false)]),
      ],
      "AABBA",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "torn-transfer",
        "diagnosis": "worker A changed cells[0] (src/index.ts:8) and cells[1] (src/index.ts:9) in two steps, and worker B looked at both in between: it saw 5 and 1, a transfer half done",
      }
    `);
  });

  test("is an inconsistent snapshot when the observer does not take the lock that the transfer holds", () => {
    const program = inBank(
      [
        calls(["transfer", [0, 1, 4], () => lockedBank.transfer(0, 1, 4)]),
        calls(["total", [], () => lockedBank.total(false)]),
      ],
      "AAAAABB",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "inconsistent-snapshot",
        "diagnosis": "worker A changed cells[0] (src/index.ts:8) and cells[1] (src/index.ts:9) while it held the Mutex locks[first], and worker B looked at both in between without it: it put together 5 and 1, values of different moments",
      }
    `);
  });

  test("is an inconsistent snapshot when whole transfers fall between the looks", () => {
    const program = inBank(
      [
        calls(["transfer", [0, 1, 4], () => lockedBank.transfer(0, 1, 4)]),
        calls(["total", [], () => lockedBank.total(false)]),
      ],
      `B${"A".repeat(20)}B`,
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "inconsistent-snapshot",
        "diagnosis": "worker B read cells[0] before worker A's change and cells[1] after it, so it put together values of different moments: 9 (src/index.ts:18) and 5 (src/index.ts:18)",
      }
    `);
  });

  test("is a transient state when somebody sees what is taken back, and the contract forbids it", () => {
    const program = account(
      checkThenSub.source,
      [
        calls(["withdraw", [8], () => undoing(8)]),
        calls(["withdraw", [8], () => undoing(8)]),
        calls(["balance", [], () => checkThenSub.balance()]),
      ],
      "ABCB",
    );
    const contract = "the balance is never negative, not even for a moment";
    expect(diagnosisOf(program, { contract })).toMatchInlineSnapshot(`
      {
        "bugClass": "transient-state",
        "diagnosis": "worker B changed balance to -6 (src/index.ts:22) and took that back (src/index.ts:18), and worker C saw the -6 in between (src/index.ts:25)",
      }
    `);
  });

  test("is no effect when nobody ever changes what the threads share", () => {
    const program = account(
      checkThenSub.source,
      [calls(["deposit", [5], nothing]), calls(["balance", [], () => checkThenSub.balance()])],
      "AB",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "no-effect",
        "diagnosis": "worker A's deposit(5) returns, but it wrote nothing to the memory that the workers share",
      }
    `);
    expect(diagnosisOf(program, { verdict: "vacuous" }).bugClass).toBe("no-effect");
  });

  test("is simply wrong when no two calls overlap", () => {
    const program = account(
      checkThenSub.source,
      [
        calls(["withdraw", [5], () => checkThenSub.withdraw(5)]),
        calls(["withdraw", [2], () => checkThenSub.withdraw(2)]),
      ],
      "AABB",
    );
    expect(diagnosisOf(program, { failingOperation: { id: 1 } })).toMatchInlineSnapshot(`
      {
        "bugClass": "wrong-result",
        "diagnosis": "withdraw(2) returns true, and no other call ran at the same time: no interleaving is needed for that",
      }
    `);
  });

  test("has no class, but a sentence, where an attempt is given up inside a longer call", () => {
    function* round(): Code {
      yield* once(3, true);
      yield { op: "add", cell: "balance", value: 1, at: "add(" };
      return undefined;
    }
    const program = account(
      casLoop.source,
      [calls(["round", [], round]), calls(["round", [], round])],
      "ABBBA",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "diagnosis": "worker A's compareExchange (src/index.ts:9) found 8 and left it at that, and round went on without trying it again",
      }
    `);
  });

  test("is a missing predicate loop when a woken thread takes what is gone again", () => {
    const source = `class Box {
  put(): void {
    Atomics.add(this.#count, 0, 1);
    Atomics.notify(this.#count, 0, 1);
  }
  get(): void {
    if (Atomics.load(this.#count, 0) === 0) Atomics.wait(this.#count, 0, 0);
    return Atomics.sub(this.#count, 0, 1);
  }
}`;
    function* put(): Code {
      yield { op: "add", cell: "count", value: 1, at: "add(" };
      yield { op: "notify", cell: "count", value: 1, at: "notify(" };
      return undefined;
    }
    function* get(): Code {
      const seen = yield { op: "load", cell: "count", at: "load(" };
      if (seen === 0) yield { op: "wait", cell: "count", value: 0, at: "wait(" };
      return yield { op: "sub", cell: "count", value: 1, at: "sub(" };
    }
    const three = (schedule: string): Program => ({
      source,
      cells: { count: 0 },
      threads: [calls(["get", [], get]), calls(["get", [], get]), calls(["put", [], put])],
      schedule,
    });
    expect(diagnosisOf(three("AACCBBA"))).toMatchInlineSnapshot(`
      {
        "bugClass": "missing-predicate-loop",
        "diagnosis": "worker A saw count 0 (src/index.ts:7) and fell asleep (src/index.ts:7); woken, it went on (sub (src/index.ts:8)) although count was 0 again: it has to look again each time that it wakes up",
      }
    `);
    // Nobody took it away: the thread that was woken may have it.
    expect(diagnosisOf(three("AACCABB")).bugClass).not.toBe("missing-predicate-loop");
  });

  test("names the pattern that the failing operation is part of, if there are several", () => {
    const program = account(
      casLoop.source,
      [
        calls(["withdraw", [3], () => once(3, false)]),
        calls(["withdraw", [3], () => once(3, true)]),
        calls(["withdraw", [3], () => once(3, true)]),
      ],
      "ABCCBA",
    );
    expect(diagnosisOf(program, { failingOperation: { id: 1 } }).bugClass).toBe("false-success");
    expect(diagnosisOf(program, { failingOperation: { id: 0 } }).bugClass).toBe("spurious-failure");
  });
});

describe("a deadlock", () => {
  test("is a lock-order cycle when each of two threads holds what the other one waits for", () => {
    const program = inBank(
      [
        calls(["transfer", [0, 1, 4], () => lockedBank.transfer(0, 1, 4, false)]),
        calls(["transfer", [1, 0, 1], () => lockedBank.transfer(1, 0, 1, false)]),
      ],
      "ABBA",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lock-order-cycle",
        "diagnosis": "worker A holds Mutex 1 (src/index.ts:4) and waits for Mutex 2; worker B holds Mutex 2 (src/index.ts:4) and waits for Mutex 1",
      }
    `);
  });

  test("is a self-deadlock when a thread waits for its own lock in the same call", () => {
    const program = inBank(
      [calls(["transfer", [1, 1, 4], () => lockedBank.transfer(1, 1, 4)])],
      "A",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "self-deadlock",
        "diagnosis": "worker A waits for the Mutex, which it holds itself (src/index.ts:4): it cannot be locked twice",
      }
    `);
  });

  test("is a leaked lock when a call threw while it held it", () => {
    const leak = (): Code => throwing(locking(), "RangeError");
    const program = inBank(
      [calls(["transfer", [0, 9, 4], leak]), calls(["total", [], () => lockedBank.total()])],
      "AB",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lock-leaked-on-error",
        "diagnosis": "transfer(0, 9, 4) throws RangeError and left the Mutex locked (src/index.ts:4): worker B waits for it for ever",
      }
    `);
  });

  test("is the same when the thread that threw is the one that waits", () => {
    const leak = (): Code => throwing(locking(), "RangeError");
    const program = inBank(
      [calls(["transfer", [0, 9, 4], leak], ["total", [], () => lockedBank.total()])],
      "A",
    );
    expect(diagnosisOf(program).bugClass).toBe("lock-leaked-on-error");
  });

  test("is the same when it is the main thread that waits in the end", () => {
    const leak = (): Code => throwing(locking(), "RangeError");
    const program = inBank([calls(["transfer", [0, 9, 4], leak])], "A");
    const trace: TraceEvidence = { ...simulate(program), end: "deadlock" };
    expect(diagnosisOf(program, {}, trace)).toMatchInlineSnapshot(`
      {
        "bugClass": "lock-leaked-on-error",
        "diagnosis": "transfer(0, 9, 4) throws RangeError and left the Mutex locked (src/index.ts:4): main waits for it for ever",
      }
    `);
  });

  test("is a lock that is never released when the call returned with it", () => {
    const program = inBank(
      [calls(["transfer", [0, 1, 99], locking]), calls(["total", [], () => lockedBank.total()])],
      "AB",
    );
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lock-never-released",
        "diagnosis": "worker A's transfer(0, 1, 99) returns false and left the Mutex locked (src/index.ts:4): worker B waits for it for ever",
      }
    `);
  });

  test("of a hand-made lock is told the same way, where the trace is clear about it", () => {
    const program: Program = {
      source: futex.source,
      cells: { state: 0 },
      threads: [
        calls(["run", [], () => futex.acquire()]),
        calls(["run", [], () => futex.acquire()]),
      ],
      schedule: "AB",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lock-never-released",
        "diagnosis": "worker A's run() returns and left the lock "state" locked (src/index.ts:3): worker B waits for it for ever",
      }
    `);
  });

  test("is a lost wakeup when the notify came between the look and the sleep", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [calls(["take", [], () => box.take()]), calls(["put", [], () => box.put()])],
      schedule: "ABBBAA",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-wakeup",
        "diagnosis": "worker B changed full to 1 (src/index.ts:3) and notified events (src/index.ts:5) after worker A had looked (src/index.ts:8) and before it fell asleep (src/index.ts:10): nobody wakes it any more",
      }
    `);
  });

  test("is a lost wakeup when the notify came before the change", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [calls(["take", [], () => box.take()]), calls(["hurry", [], () => box.hurry()])],
      schedule: "AABAB",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-wakeup",
        "diagnosis": "worker B notified events (src/index.ts:17) before it changed it (src/index.ts:18), and worker A fell asleep between the two (src/index.ts:10): nobody wakes it any more",
      }
    `);
  });

  test("is a missing notify when the cell was changed and nobody said so", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [calls(["take", [], () => box.take()]), calls(["forget", [], () => box.forget()])],
      schedule: "AAAB",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "missing-notify",
        "diagnosis": "worker B changed events to 1 (src/index.ts:14) while worker A slept on it (src/index.ts:10), and nobody called Atomics.notify after that",
      }
    `);
  });

  test("is a lost wakeup when the one who was woken goes back to sleep, and another one sleeps on", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [
        calls(["take", [], () => box.take()]),
        calls(["take", [], () => box.take()]),
        calls(["hint", [], () => wakeOne()]),
      ],
      schedule: "AAABBBC",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-wakeup",
        "diagnosis": "worker C's notify (src/index.ts:5) woke only worker A, which went back to sleep; worker B, asleep on events too (src/index.ts:10), is woken by nobody",
      }
    `);
  });

  test("is a missing notify when only one of two sleepers was woken after the last change", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [
        calls(["take", [], () => box.take()]),
        calls(["take", [], () => box.take()]),
        calls(["put", [], () => putForOne()]),
      ],
      schedule: "AAABBBCCC",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "missing-notify",
        "diagnosis": "worker C changed events to 1 (src/index.ts:4), but worker C's notify (src/index.ts:5) woke only worker A; worker B, asleep on events too (src/index.ts:10), is woken by nobody",
      }
    `);
  });

  test("is a lost update when that is why the value never comes that a thread sleeps for", () => {
    function* done(): Code {
      const seen = yield { op: "load", cell: "left", at: "load(this.#left, 0);" };
      yield { op: "store", cell: "left", value: seen - 1, at: "store(" };
      if (seen === 1) yield { op: "notify", cell: "left", value: 99, at: "notify(" };
      return undefined;
    }
    function* join(): Code {
      for (;;) {
        const left = yield { op: "load", cell: "left", at: "load(this.#left, 0)) !== 0" };
        if (left === 0) return undefined;
        yield { op: "wait", cell: "left", value: left, at: "wait(" };
      }
    }
    const program: Program = {
      source: `class Q {
  done(): void {
    const left = Atomics.load(this.#left, 0);
    Atomics.store(this.#left, 0, left - 1);
    if (left === 1) Atomics.notify(this.#left, 0);
  }
  join(): void {
    let left;
    while ((left = Atomics.load(this.#left, 0)) !== 0) {
      Atomics.wait(this.#left, 0, left);
    }
  }
}`,
      cells: { left: 2 },
      threads: [calls(["join", [], join]), calls(["done", [], done]), calls(["done", [], done])],
      schedule: "AABCBC",
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-update",
        "diagnosis": "worker B changed left from 2 to 1 (src/index.ts:4) between worker C's read (src/index.ts:3) and its write (src/index.ts:4), so worker C's write put back a stale value: it had read 2 and wrote 1",
      }
    `);
  });

  test("has no class when a thread sleeps with a lock that another one needs", () => {
    function* sleeping(): Code {
      yield lock("lock0");
      yield { op: "wait", cell: "cells[0]", value: 9, at: "#cells[0]! +" };
      return undefined;
    }
    const program = inBank(
      [calls(["take", [], sleeping]), calls(["total", [], () => lockedBank.total()])],
      "AAB",
    );
    const { bugClass, diagnosis } = diagnosisOf(program);
    expect(bugClass).toBeUndefined();
    expect(diagnosis).toMatchInlineSnapshot(
      `"worker A sleeps (src/index.ts:18) while it holds the Mutex (src/index.ts:4), which worker B waits for"`,
    );
  });

  test("has no class when nothing ever happened to the cell that a thread sleeps on", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [calls(["take", [], () => box.take()])],
    };
    expect(diagnosisOf(program)).toEqual({});
  });

  test("has no class when the notify woke somebody else", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [
        calls(["take", [], () => box.take()]),
        calls(["take", [], () => box.take()]),
        calls(["wake", [], notifyOne]),
      ],
      schedule: "AAABBBCC",
    };
    expect(diagnosisOf(program)).toEqual({});
  });
});

describe("a livelock", () => {
  test("is a spin when a thread looks at what nobody is left to change", () => {
    function* take(): Code {
      while ((yield { op: "load", cell: "full", at: "load(this.#full" }) === 0);
      return undefined;
    }
    const program: Program = {
      source: box.source,
      cells: { full: 0 },
      threads: [calls(["take", [], take])],
      spinsAfter: 20,
    };
    expect(diagnosisOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "spin",
        "diagnosis": "worker A looks at full again and again (src/index.ts:8) and finds 0 each time: nobody is left to change it, and it never sleeps",
      }
    `);
  });

  test("on a lock that is not given back is told by the lock", () => {
    function* spinLock(): Code {
      while ((yield cas("state", 0, 1, "compareExchange(")) !== 0);
      return undefined;
    }
    const program: Program = {
      source: futex.source,
      cells: { state: 0 },
      threads: [
        calls(["run", [], () => throwing(spinLock(), "RangeError")]),
        calls(["run", [], spinLock]),
      ],
      spinsAfter: 20,
    };
    expect(diagnosisOf(program)).toMatchObject({ bugClass: "lock-leaked-on-error" });
  });
});

describe("a data race", () => {
  const read = { op: "read", cell: "cells[0]", at: "#cells[0]! +" } as const;

  function raceOf(
    program: Program,
    kind: Race["kind"] = "write-read",
  ): ReturnType<typeof diagnosisOf> {
    const trace = simulate(program);
    const plain = trace.steps.filter(
      ({ op }) => op === "read" || op === "write" || op === "load" || op === "add",
    );
    const [earlier, later] = [
      plain[0]!.step,
      plain.find(({ thread }) => thread !== plain[0]!.thread)!.step,
    ];
    return diagnosisOf(
      program,
      { verdict: "race" },
      { ...trace, race: { earlier, later, address: 8, size: 4, kind } },
    );
  }

  test("is an unsynchronised read when only the writer has a lock", () => {
    function* write(): Code {
      yield lock("lock0");
      yield { op: "write", cell: "cells[0]", value: 5, at: "]! -= n" };
      yield { op: "unlock", cell: "lock0", at: "unlock();\n    }" };
      return undefined;
    }
    const program = inBank(
      [calls(["transfer", [0, 1, 4], write]), calls(["total", [], () => acts(read)])],
      "AAAB",
    );
    expect(raceOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "unsynchronised-read",
        "diagnosis": "worker B's read (src/index.ts:18) of cells is plain and not protected by the Mutex, which worker A holds for its write (src/index.ts:8)",
      }
    `);
  });

  test("is an unsynchronised read when only the writer is atomic", () => {
    const program = account(
      checkThenSub.source,
      [
        calls(["deposit", [5], () => acts({ op: "add", cell: "balance", value: 5, at: "add(" })]),
        calls([
          "balance",
          [],
          () => acts({ op: "read", cell: "balance", at: "load(this.#balance, 0); }" }),
        ]),
      ],
      "AB",
    );
    expect(raceOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "unsynchronised-read",
        "diagnosis": "worker B's read (src/index.ts:25) of balance is plain and not protected by anything, while worker A's Atomics.add (src/index.ts:18) is atomic",
      }
    `);
  });

  test("is an unsynchronised write when neither side has anything", () => {
    const write: Act = { op: "write", cell: "cell", value: 5, at: "] = this" };
    const program = account(
      racy.source,
      [calls(["set", [], () => acts(write)]), calls(["set", [], () => acts(write)])],
      "AB",
    );
    expect(raceOf(program, "write-write")).toMatchInlineSnapshot(`
      {
        "bugClass": "unsynchronised-write",
        "diagnosis": "worker A's write (src/index.ts:3) and worker B's write (src/index.ts:3) are both about cell, and nothing puts them in order, no lock and no Atomics",
      }
    `);
  });

  test("says so when each side has a lock, but not the same one", () => {
    function* write(own: string): Code {
      yield lock(own);
      yield { op: "write", cell: "cells[0]", value: 5, at: "]! -= n" };
      yield { op: "unlock", cell: own, at: "unlock();\n    }" };
      return undefined;
    }
    const program = inBank(
      [calls(["a", [], () => write("lock0")]), calls(["b", [], () => write("lock1")])],
      "AAABBB",
    );
    expect(raceOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "unsynchronised-write",
        "diagnosis": "worker A's write (src/index.ts:8) and worker B's write (src/index.ts:8) are both about cells[from], and each of them holds a lock, but not the same one",
      }
    `);
  });

  test("is named after its harm where the same execution shows it", () => {
    const program = account(
      racy.source,
      [
        calls(["deposit", [5], () => racy.deposit(5)]),
        calls(["deposit", [8], () => racy.deposit(8)]),
      ],
      "ABBA",
    );
    expect(raceOf(program)).toMatchInlineSnapshot(`
      {
        "bugClass": "lost-update",
        "diagnosis": "worker B changed cell from 10 to 18 (src/index.ts:3) between worker A's read and its write (both src/index.ts:3), so worker A's write put back a stale value: it had read 10 and wrote 15; besides, worker A's read (src/index.ts:3) and worker B's read (src/index.ts:3) are both about cell, and nothing puts them in order, no lock and no Atomics",
      }
    `);
  });

  test("of two atomic accesses has no class", () => {
    const load: Act = { op: "load", cell: "balance", at: "load(this.#balance, 0); }" };
    const add: Act = { op: "add", cell: "balance", value: 1, at: "add(" };
    const program = account(
      checkThenSub.source,
      [calls(["a", [], () => acts(add)]), calls(["b", [], () => acts(load)])],
      "AB",
    );
    expect(raceOf(program, "mixed-size").bugClass).toBeUndefined();
  });
});

describe("an execution that ended early", () => {
  const place = [{ line: 22, column: 5 }];

  function crashed(
    code: string,
    message: string,
    assertion = false,
  ): ReturnType<typeof diagnosisOf> {
    const crash = { code, message, frames: place, thread: 0, assertion };
    return diagnosisOf(
      twoWithdraws,
      { verdict: "crash" },
      { ...simulate({ ...twoWithdraws, schedule: "A" }), end: "crash", crash },
    );
  }

  test("by an error says where and what", () => {
    expect(crashed("TypeError", "x is not a function")).toEqual({
      bugClass: "uncaught-error",
      diagnosis: "worker A threw TypeError: x is not a function (src/index.ts:22)",
    });
  });

  test("at a TODO of the stub is unfinished, not wrong", () => {
    expect(crashed("TODO", "withdraw(8): try B1")).toEqual({
      bugClass: "unfinished",
      diagnosis: "not written yet: withdraw(8): try B1 (src/index.ts:22)",
    });
  });

  test("by an assertion of the scenario is looked at as a wrong answer", () => {
    const trace: TraceEvidence = {
      ...simulate(twoWithdraws),
      end: "crash",
      crash: {
        code: "",
        message: "nobody sees a negative balance",
        frames: [],
        thread: 1,
        assertion: true,
      },
    };
    expect(diagnosisOf(twoWithdraws, { verdict: "crash" }, trace).bugClass).toBe("check-then-act");
  });
});

test("nothing is said about a pass, a refusal or an undecided search", () => {
  for (const verdict of ["pass", "refused", "inconclusive", "leak"] as const) {
    expect(diagnosisOf(twoWithdraws, { verdict })).toEqual({});
  }
});

test("a vacuous execution says what went wrong instead", () => {
  const program = account(
    checkThenSub.source,
    [calls(["withdraw", [8], () => throwing(checkThenSub.withdraw(8), "RangeError")])],
    "AA",
  );
  expect(diagnosisOf(program, { verdict: "vacuous" })).toEqual({
    diagnosis:
      "nothing that this scenario is about has happened: worker A's withdraw(8) throws RangeError",
  });
});

function lock(cell: string): Act {
  return { op: "lock", cell, at: "lock();\n    this.#locks[second]!.lock" };
}

function* locking(): Code {
  yield lock("lock0");
  return false;
}

function* nothing(): Code {
  yield* [];
  return undefined;
}

function* acts(...list: readonly Act[]): Code {
  let last = 0;
  for (const act of list) last = yield act;
  return last;
}

function* notifyOne(): Code {
  yield { op: "store", cell: "full", value: 1, at: "store(" };
  yield { op: "notify", cell: "events", value: 1, at: "notify(" };
  return undefined;
}

/** `withdraw` that tries its compareExchange once, and answers `answer` when that fails. */
function* once(n: number, answer: boolean): Code {
  const seen = yield { op: "load", cell: "balance", at: "load(" };
  if (seen < n) return false;
  const found = yield cas("balance", seen, seen - n, "compareExchange(");
  return found === seen || answer;
}

/** A transfer of two atomic steps without a lock. */
function* torn(n: number): Code {
  const a = yield { op: "read", cell: "cells[0]", at: "#cells[from]! -= n" };
  yield { op: "write", cell: "cells[0]", value: a - n, at: "]! -= n" };
  yield { op: "add", cell: "cells[1]", value: n, at: "]! += n" };
  return true;
}

/** `withdraw` that subtracts first and puts back what was not there. */
function* undoing(n: number): Code {
  const before = yield { op: "sub", cell: "balance", value: n, at: "sub(" };
  if (before >= n) return true;
  yield { op: "add", cell: "balance", value: n, at: "add(" };
  return false;
}
