import { expect, test } from "vitest";
import { createLitmus } from "./_litmus.ts";

const litmus = createLitmus();

/** Dekker's lock, in which a thread that waits takes its wish back and states it again. */
const dekker = (me: number): string => `
  const other = ${1 - me};
  Atomics.exchange(x, ${me}, 1);
  while (Atomics.load(x, other) === 1) {
    if (Atomics.load(x, 2) === ${me}) continue;
    Atomics.store(x, ${me}, 0);
    while (Atomics.load(x, 2) !== ${me});
    Atomics.store(x, ${me}, 1);
  }
  x[3] = x[3] + 1;
  Atomics.store(x, 2, other);
  Atomics.store(x, ${me}, 0);`;

const mutual = { final: "return x[3];", allowed: [[null, null, 2]] };
const dekkers = litmus({ threads: [dekker(0), dekker(1)], ...mutual });

test("Dekker's lock passes", async () => {
  expect(await dekkers()).toMatchObject({ verdict: "pass" });
});

/** Polls what a Mutex guards. */
const poll = litmus({
  setup: "return { m: Mutex.create().handle, s: new SharedArrayBuffer(8) };",
  shared: `const guarded = (h: any, f: (y: Int32Array) => boolean): boolean =>
    Mutex.attach(h.m).withLock(() => f(new Int32Array(h.s)));`,
  threads: [
    "while (!guarded(handle, (y) => y[0] === 1));",
    "guarded(handle, (y) => (y[0] = 1) === 1);",
  ],
});

test("a poll of what a lock guards waits for who changes it", async () => {
  expect(await poll()).toMatchObject({ verdict: "pass", complete: true });
});

const vain = litmus({
  setup: "return { m: Mutex.create().handle, s: new SharedArrayBuffer(8) };",
  shared: `const polled = (h: any): boolean =>
    Mutex.attach(h.m).withLock(() => new Int32Array(h.s)[0] === 1);`,
  threads: ["while (!polled(handle));", "polled(handle);"],
});

test("a poll for what nobody does is not decided: its writes might have led somewhere", async () => {
  expect(await vain()).toMatchObject({ verdict: "inconclusive" });
});

/** Steps aside for the other, who may do the same: only the schedule decides whether they ever pass. */
const polite = (me: number, aside: string): string => `
  Atomics.exchange(x, ${me}, 1);
  while (Atomics.load(x, ${1 - me}) === 1) { ${aside} }
  x[3] = x[3] + 1;
  Atomics.store(x, ${me}, 0);`;
const stepAside = (me: number): string =>
  polite(me, `Atomics.store(x, ${me}, 0); Atomics.store(x, ${me}, 1);`);
const polites = litmus({ threads: [stepAside(0), stepAside(1)], ...mutual });
const stubborn = litmus({ threads: [polite(0, ""), polite(1, "")], ...mutual });

test("a polite pair gets through under a fair schedule, beside which nothing is tried", async () => {
  expect(await polites()).toMatchObject({ verdict: "pass", complete: false });
});

test("a stubborn pair does not, under any schedule", async () => {
  expect(await stubborn()).toMatchObject({ verdict: "livelock", preemptions: 1 });
});

const flips = litmus({
  threads: [
    "for (let i = 0; i < 6; i++) { Atomics.store(x, 0, 1); Atomics.store(x, 0, 0); }",
    "return Atomics.load(x, 0);",
  ],
  allowed: [
    [null, 0, null],
    [null, 1, null],
  ],
});

test("a bounded loop that leaves everything as it was is gone through", async () => {
  expect(await flips()).toMatchObject({ verdict: "pass", complete: true });
});

const counted = litmus({
  threads: ["while (Atomics.load(x, 0) === 0) Atomics.add(x, 1, 1);", "Atomics.store(x, 0, 1);"],
  preemptions: 0,
});

test("a spin that counts its rounds for all to see ends under a fair schedule", async () => {
  expect(await counted()).toMatchObject({ verdict: "pass", complete: false });
});
