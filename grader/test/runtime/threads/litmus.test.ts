import { describe, expect, test } from "vitest";
import { createLitmus, proved } from "./_litmus.ts";
import { explorePrograms, gradePrograms } from "./_programs.ts";

const litmus = createLitmus();

describe("counter++ by two threads", () => {
  const counter = (increment: string) =>
    litmus({
      threads: [increment, increment],
      final: "return Atomics.load(x, 0);",
      allowed: [[null, null, 2]],
    });
  const plain = counter("x[0]++;");
  const loadAndStore = counter("Atomics.store(x, 0, Atomics.load(x, 0) + 1);");
  const atomic = counter("Atomics.add(x, 0, 1);");
  const readTwice = counter(
    "const seen = Atomics.load(x, 0) + Atomics.load(x, 0) * 0; Atomics.store(x, 0, seen + 1);",
  );

  test("with plain accesses is a data race, whose harm needs 1 preemption", async () => {
    expect(await plain()).toMatchObject({ verdict: "race", preemptions: 1, got: "[null,null,1]" });
  });

  test("with an atomic load and an atomic store loses an update with 1 preemption", async () => {
    expect(await loadAndStore()).toMatchObject({
      verdict: "violation",
      preemptions: 1,
      got: "[null,null,1]",
    });
  });

  test("with one atomic step is right", async () => {
    expect(await atomic()).toMatchObject(proved);
  });

  test("needs a preemption too where two equal loads in a row look like a spin", async () => {
    expect(await readTwice()).toMatchObject({ verdict: "violation", preemptions: 1 });
  });
});

describe("store buffering", () => {
  const buffering = (store: (i: number) => string, load: (i: number) => string) =>
    litmus({
      threads: [`${store(0)} return ${load(1)};`, `${store(1)} return ${load(0)};`],
      allowed: [
        [0, 1, null],
        [1, 0, null],
        [1, 1, null],
      ],
    });
  const plain = buffering(
    (i) => `x[${i}] = 1;`,
    (i) => `x[${i}]`,
  );
  const atomic = buffering(
    (i) => `Atomics.store(x, ${i}, 1);`,
    (i) => `Atomics.load(x, ${i})`,
  );

  test("with plain cells is a data race", async () => {
    expect(await plain()).toMatchObject({ verdict: "race" });
  });

  test("with atomics never shows 0 and 0", async () => {
    expect(await atomic()).toMatchObject(proved);
  });
});

describe("message passing", () => {
  const passing = (send: string, look: string) =>
    litmus({
      threads: [`x[0] = 42; ${send}`, `return ${look} === 1 ? x[0] : -1;`],
      allowed: [
        [null, -1, null],
        [null, 42, null],
      ],
    });
  const atomicFlag = passing("Atomics.store(x, 1, 1);", "Atomics.load(x, 1)");
  const plainFlag = passing("x[1] = 1;", "x[1]");
  const flagFirst = litmus({
    threads: [
      "Atomics.store(x, 1, 1); Atomics.store(x, 0, 42);",
      "return Atomics.load(x, 1) === 1 ? Atomics.load(x, 0) : -1;",
    ],
    allowed: [
      [null, -1, null],
      [null, 42, null],
    ],
  });

  test("by an atomic flag carries plain data", async () => {
    expect(await atomicFlag()).toMatchObject(proved);
  });

  test("by a plain flag is a data race", async () => {
    expect(await plainFlag()).toMatchObject({ verdict: "race" });
  });

  test("with the flag set first shows data that is not there yet, with 1 preemption", async () => {
    expect(await flagFirst()).toMatchObject({
      verdict: "violation",
      preemptions: 1,
      got: "[null,0,null]",
    });
  });
});

describe("independent reads of independent writes", () => {
  const readers = litmus({
    threads: [
      "Atomics.store(x, 0, 1);",
      "Atomics.store(x, 1, 1);",
      "return [Atomics.load(x, 0), Atomics.load(x, 1)];",
      "return [Atomics.load(x, 1), Atomics.load(x, 0)];",
    ],
    allowed: [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3]
        .filter((b) => a !== 2 || b !== 2)
        .map((b) => [null, null, [a >> 1, a & 1], [b >> 1, b & 1], null]),
    ),
  });

  test("never see the two writes in opposite orders", async () => {
    expect(await readers()).toMatchObject(proved);
  });
});

/** A critical section that loses an update when two threads are in it. */
const critical = "Atomics.store(x, 3, Atomics.load(x, 3) + 1);";
const twoEntries = { final: "return Atomics.load(x, 3);", allowed: [[null, null, 2]] };

describe("Peterson's lock", () => {
  const peterson = (announce: (me: number) => string) =>
    litmus({
      threads: [0, 1].map(
        (me) => `
          ${announce(me)}
          while (Atomics.load(x, ${1 - me}) === 1 && Atomics.load(x, 2) === ${1 - me});
          ${critical}
          Atomics.store(x, ${me}, 0);`,
      ),
      ...twoEntries,
    });
  const flagFirst = peterson((me) => `Atomics.store(x, ${me}, 1); Atomics.store(x, 2, ${1 - me});`);
  const turnFirst = peterson((me) => `Atomics.store(x, 2, ${1 - me}); Atomics.store(x, ${me}, 1);`);

  test("excludes, and whoever waits gets in", async () => {
    expect(await flagFirst()).toMatchObject(proved);
  });

  test("with the turn given before the flag is raised lets both in, with 2 preemptions", async () => {
    expect(await turnFirst()).toMatchObject({
      verdict: "violation",
      preemptions: 2,
      got: "[null,null,1]",
    });
  });
});

describe("Dekker's lock", () => {
  const dekker = (giveWay: (me: number) => string) =>
    litmus({
      threads: [0, 1].map(
        (me) => `
          Atomics.store(x, ${me}, 1);
          while (Atomics.load(x, ${1 - me}) === 1) {
            ${giveWay(me)}
          }
          ${critical}
          Atomics.store(x, 2, ${1 - me});
          Atomics.store(x, ${me}, 0);`,
      ),
      ...twoEntries,
    });
  const polite = dekker(
    (me) => `
      if (Atomics.load(x, 2) !== ${me}) {
        Atomics.store(x, ${me}, 0);
        while (Atomics.load(x, 2) !== ${me});
        Atomics.store(x, ${me}, 1);
      }`,
  );
  const stubborn = dekker(() => "");

  test("excludes, and whoever waits gets in", async () => {
    expect(await polite()).toMatchObject(proved);
  });

  test("without giving way spins for ever on both sides, with 1 preemption", async () => {
    expect(await stubborn()).toMatchObject({ verdict: "livelock", preemptions: 1 });
  });
});

describe("a futex mutex", () => {
  const mutex = (unlock: string, wait = "Atomics.wait(x, 0, 2);") =>
    litmus({
      threads: [0, 1].map(
        () => `
          if (Atomics.compareExchange(x, 0, 0, 1) !== 0) {
            while (Atomics.exchange(x, 0, 2) !== 0) { ${wait} }
          }
          x[3]++;
          ${unlock}`,
      ),
      final: "return x[3];",
      allowed: [[null, null, 2]],
    });
  const correct = mutex("if (Atomics.exchange(x, 0, 0) === 2) Atomics.notify(x, 0, 1);");
  const silent = mutex("Atomics.store(x, 0, 0);");
  const tooEarly = mutex("Atomics.notify(x, 0, 1); Atomics.store(x, 0, 0);");

  test("excludes, orders plain accesses, and wakes", async () => {
    expect(await correct()).toMatchObject(proved);
  });

  test("that never notifies leaves a sleeper, with 1 preemption", async () => {
    expect(await silent()).toMatchObject({ verdict: "deadlock", preemptions: 1 });
  });

  test("that notifies before it stores leaves a sleeper, with 1 preemption", async () => {
    expect(await tooEarly()).toMatchObject({ verdict: "deadlock", preemptions: 1 });
  });
});

describe("a wakeup", () => {
  const sleeper = (cell: number) =>
    litmus({
      threads: [
        `while (Atomics.load(x, 0) === 0) Atomics.wait(x, ${cell}, 0);`,
        `Atomics.store(x, 0, 1); Atomics.notify(x, ${cell});`,
      ],
    });
  const checked = sleeper(0);
  const unchecked = sleeper(1);

  test("is lost between the check and a wait on another cell, with 1 preemption", async () => {
    expect(await unchecked()).toMatchObject({
      verdict: "deadlock",
      preemptions: 1,
      bugClass: "lost-wakeup",
    });
  });

  test("is not lost where the wait checks the cell again", async () => {
    expect(await checked()).toMatchObject(proved);
  });
});

describe("two Mutexes", () => {
  const locks = (first: string, second: string) =>
    litmus({
      setup: "return { a: Mutex.create().handle, b: Mutex.create().handle };",
      threads: [
        "Mutex.attach(handle.a).withLock(() => Mutex.attach(handle.b).withLock(() => {}));",
        `Mutex.attach(handle.${first}).withLock(() => Mutex.attach(handle.${second}).withLock(() => {}));`,
      ],
    });
  const opposite = locks("b", "a");
  const same = locks("a", "b");

  test("taken in opposite orders deadlock with 1 preemption, and both waiters are named", async () => {
    expect(await opposite()).toMatchObject({
      verdict: "deadlock",
      preemptions: 1,
      bugClass: "lock-order-cycle",
      waiters: [expect.stringContaining("worker B"), expect.stringContaining("worker A")],
    });
  });

  test("taken in the same order do not", async () => {
    expect(await same()).toMatchObject(proved);
  });
});

describe("spinning", () => {
  const lock = litmus({
    threads: [0, 1].map(
      () => `
        while (Atomics.compareExchange(x, 0, 0, 1) !== 0);
        x[3]++;
        Atomics.store(x, 0, 0);`,
    ),
    final: "return x[3];",
    allowed: [[null, null, 2]],
  });
  const eachOther = litmus({
    threads: [0, 1].map(
      (me) => `while (Atomics.load(x, ${1 - me}) === 0); Atomics.store(x, ${me}, 1);`,
    ),
  });
  const forNobody = litmus({ threads: ["while (Atomics.load(x, 0) === 0);"] });
  const onHighBits = litmus({
    setup: `
      const memory = new SharedArrayBuffer(8);
      new BigInt64Array(memory)[0] = 1n << 62n;
      return memory;`,
    threads: [
      "const word = new BigInt64Array(handle); while (Atomics.load(word, 0) === 1n << 62n);",
      "Atomics.add(new BigInt64Array(handle), 0, 1n);",
    ],
  });

  test("on a lock that comes free ends well", async () => {
    expect(await lock()).toMatchObject(proved);
  });

  test("on each other is a livelock from the first schedule on", async () => {
    expect(await eachOther()).toMatchObject({ verdict: "livelock", preemptions: 0 });
  });

  test("on what nobody changes is a livelock", async () => {
    expect(await forNobody()).toMatchObject({ verdict: "livelock", preemptions: 0 });
  });

  test("on 64 bits ends when the lowest of them changes", async () => {
    expect(await onHighBits()).toMatchObject(proved);
  });
});

describe("a spin of 50 rounds, and then sleep", () => {
  const adaptive = (afterSpin: string, cell = 0) =>
    litmus({
      threads: [
        `for (let i = 0; i < 50; i++) if (Atomics.load(x, 0) === 1) return;
         ${afterSpin}`,
        `Atomics.store(x, 0, 1); Atomics.notify(x, ${cell});`,
      ],
    });
  const correct = adaptive("while (Atomics.load(x, 0) === 0) Atomics.wait(x, 0, 0);");
  const unchecked = adaptive("if (Atomics.load(x, 0) === 0) Atomics.wait(x, 1, 0);", 1);
  const beforeEndlessSpin = litmus({
    threads: [
      `for (let i = 0; i < 50; i++) if (Atomics.load(x, 0) === 1) break;
       if (Atomics.load(x, 0) === 0) Atomics.wait(x, 1, 0);
       while (Atomics.load(x, 2) === 0);`,
      "Atomics.store(x, 0, 1); Atomics.notify(x, 1); Atomics.store(x, 2, 1);",
    ],
  });
  const besideTimedSleep = litmus({
    threads: [
      `for (let i = 0; i < 50; i++) if (Atomics.load(x, 0) === 1) return;
       if (Atomics.load(x, 0) === 0) Atomics.wait(x, 1, 0);`,
      "Atomics.store(x, 0, 1); Atomics.notify(x, 1);",
      "Atomics.wait(x, 2, 0, 10); Atomics.wait(x, 2, 0, 10);",
    ],
  });
  const helping = litmus({
    threads: [
      `for (let i = 0; i < 50; i++) {
         if (Atomics.load(x, 0) + Atomics.load(x, 1) + Atomics.load(x, 2) > 0) return;
       }
       Atomics.store(x, 3, 1); Atomics.notify(x, 3);`,
      "Atomics.wait(x, 3, 0);",
    ],
  });

  test("is right where the sleep checks again", async () => {
    expect(await correct()).toMatchObject({ verdict: "pass" });
  });

  test("does not hide a wakeup that is lost after the spin", async () => {
    expect(await unchecked()).toMatchObject({ verdict: "deadlock", bugClass: "lost-wakeup" });
  });

  test("does not hide it where the same thread spins without end later on", async () => {
    expect(await beforeEndlessSpin()).toMatchObject({ verdict: "deadlock" });
  });

  test("does not hide it where another thread's sleep times out meanwhile", async () => {
    expect(await besideTimedSleep()).toMatchObject({ verdict: "deadlock" });
  });

  test("comes to its end, however many cells a round reads, when only that helps", async () => {
    expect(await helping()).toMatchObject({ verdict: "pass" });
  });
});

describe("a barrier for three threads, twice", () => {
  const barrier = (pass: string) =>
    litmus({
      cells: 4,
      threads: [0, 1, 2].map(() => `for (let round = 0; round < 2; round++) { ${pass} }`),
      final: "return Atomics.load(x, 2);",
    });
  const byGeneration = barrier(`
    const generation = Atomics.load(x, 1);
    if (Atomics.add(x, 0, 1) === 2) {
      Atomics.store(x, 0, 0);
      Atomics.add(x, 1, 1);
      Atomics.notify(x, 1);
    } else while (Atomics.load(x, 1) === generation) Atomics.wait(x, 1, generation);`);
  const byCount = barrier(`
    if (Atomics.add(x, 0, 1) === 2) {
      Atomics.store(x, 0, 0);
      Atomics.notify(x, 0);
    } else {
      for (let seen = Atomics.load(x, 0); seen !== 0; seen = Atomics.load(x, 0)) Atomics.wait(x, 0, seen);
    }`);

  test("with a generation is passed by all, in both rounds", async () => {
    expect(await byGeneration()).toMatchObject({ verdict: "pass" });
  });

  test("with a count alone keeps a thread that is late in the first round", async () => {
    expect(await byCount()).toMatchObject({ verdict: "deadlock", preemptions: 0 });
  });
});

describe("a stack of indexes (Treiber)", () => {
  // Cell 0 is the top with a tag above 8 bits; cell n is the node under node n; 0 = none. Node 1 lies on node 2.
  const stack = (tag: number) =>
    litmus({
      cells: 4,
      setup: `
        const memory = new SharedArrayBuffer(16);
        new Int32Array(memory).set([1, 2, 0, 0]);
        return memory;`,
      shared: `
        function pop${tag}(x: Int32Array): number {
          for (;;) {
            const top = Atomics.load(x, 0);
            const node = top & 255;
            if (node === 0) return 0;
            const next = Atomics.load(x, node);
            if (Atomics.compareExchange(x, 0, top, next | ((top & ~255) + ${tag})) === top) return node;
          }
        }
        function push${tag}(x: Int32Array, node: number): void {
          for (;;) {
            const top = Atomics.load(x, 0);
            Atomics.store(x, node, top & 255);
            if (Atomics.compareExchange(x, 0, top, node | ((top & ~255) + ${tag})) === top) return;
          }
        }`,
      threads: [
        `const x = new Int32Array(handle); return pop${tag}(x);`,
        `const x = new Int32Array(handle);
         const first = pop${tag}(x); const second = pop${tag}(x);
         if (first !== 0) push${tag}(x, first);
         return second;`,
      ],
      final: `const x = new Int32Array(handle); return [pop${tag}(x), pop${tag}(x)];`,
      allowed: [
        [1, 0, [2, 0]],
        [1, 2, [0, 0]],
        [2, 0, [1, 0]],
        [0, 2, [1, 0]],
      ],
    });
  const untagged = stack(0);
  const tagged = stack(256);

  test("gives a node away twice when the top comes back meanwhile (ABA), with 1 preemption", async () => {
    expect(await untagged()).toMatchObject({
      verdict: "violation",
      preemptions: 1,
      got: "[1,2,[2,0]]",
    });
  });

  test("does not when each change of the top has a number", async () => {
    expect(await tagged()).toMatchObject({ verdict: "pass" });
  });
});

describe("cells of other types", () => {
  const shared = (increment: string, read: string) =>
    litmus({
      setup: "return { cells: new SharedArrayBuffer(8), lock: Mutex.create().handle };",
      threads: [increment, increment],
      final: `return ${read};`,
      allowed: [[null, null, 2]],
    });
  const locked = (text: string) => `Mutex.attach(handle.lock).withLock(() => { ${text} });`;
  const float = "new Float64Array(handle.cells)[0]++;";
  const floatValue = "new Float64Array(handle.cells)[0]";
  const view = `const view = new DataView(handle.cells); view.setInt16(3, view.getInt16(3) + 1);`;
  const viewValue = "new DataView(handle.cells).getInt16(3)";
  const bigValue = "Number(new BigInt64Array(handle.cells)[0])";

  const plainFloat = shared(float, floatValue);
  const lockedFloat = shared(locked(float), floatValue);
  const plainView = shared(view, viewValue);
  const lockedView = shared(locked(view), viewValue);
  const plainBig = shared("new BigInt64Array(handle.cells)[0] += 1n;", bigValue);
  const atomicBig = shared("Atomics.add(new BigInt64Array(handle.cells), 0, 1n);", bigValue);

  test.each([
    ["Float64Array", plainFloat, lockedFloat],
    ["DataView, unaligned", plainView, lockedView],
    ["BigInt64Array", plainBig, atomicBig],
  ])("%s: a race, and none under a lock or with atomics", async (_name, racy, right) => {
    expect(await racy()).toMatchObject({ verdict: "race", got: "[null,null,1]" });
    expect(await right()).toMatchObject(proved);
  });
});

describe("threads", () => {
  const four = litmus({
    threads: Array.from({ length: 4 }, () => "Atomics.add(x, 0, 1);"),
    final: "return Atomics.load(x, 0);",
    allowed: [[null, null, null, null, 4]],
  });
  const eight = litmus({
    cells: 8,
    threads: Array.from({ length: 8 }, (_, i) => `Atomics.store(x, ${i}, ${i});`),
    final: "return [...x];",
    allowed: [[...Array.from({ length: 8 }, () => null), [0, 1, 2, 3, 4, 5, 6, 7]]],
  });
  const oneEndsAtOnce = litmus({
    threads: ["", "return Atomics.add(x, 0, 1);", ""],
    allowed: [[null, 0, null, null]],
  });
  const identities = litmus({
    threads: ["return [threadId, isMainThread];", "return [threadId, isMainThread];"],
    final: "return [threadId, isMainThread];",
    threadIds: [2_000_000_000, 7],
    allowed: [
      [
        [2_000_000_000, false],
        [7, false],
        [0, true],
      ],
    ],
  });
  const thrower = litmus({
    threads: ["", "if (Atomics.load(x, 0) === 0) throw new RangeError('none left');"],
  });
  const uncloneable = litmus({
    setup: "return { cells: [new SharedArrayBuffer(8)], onFull: () => 1 };",
    threads: [""],
  });

  test("can be four, or eight", async () => {
    expect(await four()).toMatchObject(proved);
    expect(await eight()).toMatchObject(proved);
  });

  test("may end without a step", async () => {
    expect(await oneEndsAtOnce()).toMatchObject(proved);
  });

  test("have the threadIds that the scenario gives, and the main thread has 0", async () => {
    expect(await identities()).toMatchObject(proved);
  });

  test("that throw crash the scenario with their error", async () => {
    expect(await thrower()).toMatchObject({
      verdict: "crash",
      preemptions: 0,
      message: "RangeError: none left",
    });
  });

  test("get no handle that postMessage could not carry, and the offending part is named", async () => {
    expect(await uncloneable()).toMatchObject({
      verdict: "crash",
      message: "DataCloneError: handle.onFull is a function, which postMessage cannot carry",
    });
  });
});

test("a timed wait comes out in every way that it can, also against a notify", async () => {
  const found = await explorePrograms({
    timed: {
      threads: [
        "return Atomics.wait(x, 0, 0, 10);",
        "Atomics.store(x, 0, 1); return Atomics.notify(x, 0);",
      ],
    },
    alone: { threads: ["return Atomics.wait(x, 0, 0, 10);"] },
    atOnce: { threads: ["return [Atomics.wait(x, 0, 0, 0), Atomics.wait(x, 0, 0, -5)];"] },
    notEqual: { threads: ["return Atomics.wait(x, 0, 1);"] },
    forEver: { threads: ["return Atomics.wait(x, 0, 0, NaN);"] },
  });
  expect([...found.values()].map(({ outcomes }) => outcomes)).toEqual([
    ['["not-equal",0,null]', '["ok",1,null]', '["timed-out",0,null]'],
    ['["timed-out",null]'],
    ['[["timed-out","timed-out"],null]'],
    ['["not-equal",null]'],
    ['deadlock ["pending"]'],
  ]);
});

test("progress only by timeout is told from a timeout that races with a notify", async () => {
  const until = (nap: string): string => `while (Atomics.load(x, 0) === 0) ${nap}`;
  const found = await explorePrograms(
    {
      polls: { threads: [until("Atomics.wait(x, 1, 0, 10);"), "Atomics.store(x, 0, 1);"] },
      lost: { threads: [until("Atomics.wait(x, 0, 0, 10);"), "Atomics.store(x, 0, 1);"] },
      notified: {
        threads: [
          until("Atomics.wait(x, 0, 0, 10);"),
          "Atomics.store(x, 0, 1); Atomics.notify(x, 0);",
        ],
      },
    },
    { preemptions: 2 },
  );
  expect([...found].map(([name, { explored }]) => [name, explored.rescued > 0])).toEqual([
    ["polls", true],
    ["lost", true],
    ["notified", false],
  ]);
});

test.each([0, 9])("a scenario of %i threads is refused before anything runs", async (count) => {
  const threads = Array.from({ length: count }, () => "");
  await expect(gradePrograms({ many: { threads } })).rejects.toMatchObject({
    code: "E_BAD_SCENARIOS",
    message: `scenario P0 has ${count} threads: give it 1 to 8`,
  });
});
