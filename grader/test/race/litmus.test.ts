import { describe, expect, test } from "vitest";
import { race } from "./_litmus.ts";

describe("message passing", () => {
  test("an atomic flag publishes plain data", () => {
    const execution = `
      A write data
      A store flag
      B load flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("a reader that did not see the flag races", () => {
    const execution = `
      B load flag
      A write data
      A store flag
      B read data`;
    expect(race(execution)).toEqual({
      earlier: "A write data",
      later: "B read data",
      kind: "write-read",
    });
  });

  test("a plain flag races itself", () => {
    const execution = `
      A write data
      A write flag
      B read flag
      B read data`;
    expect(race(execution)).toEqual({
      earlier: "A write flag",
      later: "B read flag",
      kind: "write-read",
    });
  });

  test("an atomic load of a plainly written flag races", () => {
    const execution = `
      A write data
      A write flag
      B load flag`;
    expect(race(execution)?.earlier).toBe("A write flag");
  });

  test("a plain read of an atomically written flag races", () => {
    const execution = `
      A write data
      A store flag
      B read flag`;
    expect(race(execution)?.earlier).toBe("A store flag");
  });

  test("the flag orders what came before the store, not what came after", () => {
    const execution = `
      A store flag
      A write data
      B load flag
      B read data`;
    expect(race(execution)?.later).toBe("B read data");
  });

  test("happens-before is transitive", () => {
    const execution = `
      A write data
      A store x
      B load x
      B store y
      C load y
      C write data`;
    expect(race(execution)).toBeUndefined();
  });
});

describe("what synchronizes", () => {
  test("a successful compareExchange publishes", () => {
    const execution = `
      A write data
      A cas flag
      B load flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("a failed compareExchange publishes nothing", () => {
    const execution = `
      A write data
      A cas-fails flag
      B load flag
      B read data`;
    expect(race(execution)).toEqual({
      earlier: "A write data",
      later: "B read data",
      kind: "write-read",
    });
  });

  test("a failed compareExchange sees what was published", () => {
    const execution = `
      A write data
      A store flag
      B cas-fails flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("a store does not acquire", () => {
    const execution = `
      A write data
      A store flag
      B store flag
      B read data`;
    expect(race(execution)?.later).toBe("B read data");
  });

  test("a store by another thread replaces what was published: there are no release sequences", () => {
    const execution = `
      A write data
      A store flag
      B store flag
      C load flag
      C read data`;
    expect(race(execution)).toEqual({
      earlier: "A write data",
      later: "C read data",
      kind: "write-read",
    });
  });

  test("a read-modify-write by another thread passes on what was published", () => {
    const execution = `
      A write data
      A store flag
      B add flag
      C load flag
      C read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("a load publishes nothing", () => {
    const execution = `
      A write data
      A load flag
      B add flag
      B read data`;
    expect(race(execution)?.later).toBe("B read data");
  });

  test("a store synchronizes with loads of its own location only", () => {
    const execution = `
      A write data
      A store x
      B load y
      B read data`;
    expect(race(execution)?.later).toBe("B read data");
  });

  test("an ordered plain write ends the publication before it, which changes nothing", () => {
    const execution = `
      A write data
      A store flag
      B load flag
      B write flag
      B store x
      C load x
      C load flag
      C read data`;
    expect(race(execution)).toBeUndefined();
  });
});

describe("what conflicts", () => {
  test("store buffering on atomics is no race", () => {
    const execution = `
      A store x
      B store y
      A load y
      B load x`;
    expect(race(execution)).toBeUndefined();
  });

  test("store buffering on plain accesses races", () => {
    const execution = `
      A write x
      B write y
      A read y
      B read x`;
    expect(race(execution)).toEqual({
      earlier: "B write y",
      later: "A read y",
      kind: "write-read",
    });
  });

  test("independent reads of independent atomic writes (IRIW) do not race", () => {
    const execution = `
      A store x
      B store y
      C load x
      D load y
      C load y
      D load x`;
    expect(race(execution)).toBeUndefined();
  });

  test("reads do not race, plain or atomic", () => {
    const execution = `
      A read x
      B read x
      C load x
      D read x`;
    expect(race(execution)).toBeUndefined();
  });

  test("a lost update is a race between the read of one and the write of the other", () => {
    const execution = `
      A read x
      B read x
      A write x
      B write x`;
    expect(race(execution)).toEqual({
      earlier: "B read x",
      later: "A write x",
      kind: "read-write",
    });
  });

  test("a plain write races with each of several readers, also the first", () => {
    const execution = `
      A read x
      B read x
      B store flag
      C load flag
      C write x`;
    expect(race(execution)).toEqual({
      earlier: "A read x",
      later: "C write x",
      kind: "read-write",
    });
  });

  test("a plain write races with each of several atomic writers, also the first", () => {
    const execution = `
      A store x
      B store x
      C load x
      C write x`;
    expect(race(execution)?.earlier).toBe("A store x");
  });

  test("neighbours in one word do not conflict", () => {
    const execution = `
      A write x
      B write y`;
    expect(race(execution)).toBeUndefined();
  });
});

describe("accesses of different sizes", () => {
  test("atomics on ranges that overlap without being equal race", () => {
    const execution = `
      A store flag
      B load flag.low`;
    expect(race(execution)).toEqual({
      earlier: "A store flag",
      later: "B load flag.low",
      kind: "mixed-size",
    });
  });

  test("atomic reads of different sizes do not race", () => {
    const execution = `
      A load flag
      B load flag.double`;
    expect(race(execution)).toBeUndefined();
  });

  test("ordered atomics of different sizes do not race", () => {
    const execution = `
      A store flag
      A store flag.low
      B load flag.low
      B load flag`;
    expect(race(execution)).toBeUndefined();
  });

  test("a wider plain write conflicts with both halves", () => {
    const execution = `
      A store flag.low
      B store flag.high
      B load flag.low
      B write flag`;
    expect(race(execution)).toBeUndefined();
    expect(race(execution.replace("B load flag.low", "B load flag.high"))?.kind).toBe(
      "write-write",
    );
  });

  test("an unaligned access conflicts on both sides of a word boundary", () => {
    expect(race("A write x\nB read flag.unaligned")?.kind).toBe("write-read");
    expect(race("A write flag.double\nB read flag.unaligned")?.kind).toBe("write-read");
    expect(race("A write flag.unaligned\nB write flag")).toBeUndefined();
  });
});

describe("mutexes and threads", () => {
  test("a mutex orders critical sections", () => {
    const execution = `
      A lock m
      A write data
      A unlock m
      B lock m
      B write data
      B unlock m`;
    expect(race(execution)).toBeUndefined();
  });

  test("two mutexes do not exclude each other", () => {
    const execution = `
      A lock m
      A write data
      A unlock m
      B lock n
      B write data
      B unlock n`;
    expect(race(execution)?.kind).toBe("write-write");
  });

  test("a write after the critical section is not ordered", () => {
    const execution = `
      A lock m
      A unlock m
      A write data
      B lock m
      B write data
      B unlock m`;
    expect(race(execution)?.later).toBe("B write data");
  });

  test("starting a thread publishes to it, and its end to who joins it", () => {
    const execution = `
      A write data
      A fork B
      B write data
      A join B
      A read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("what the parent does after the start is not ordered", () => {
    const execution = `
      A fork B
      A write data
      B write data`;
    expect(race(execution)?.kind).toBe("write-write");
  });

  test("a thread passes on what it knows when it starts another, and when it ends", () => {
    const execution = `
      C write data
      C store flag
      A load flag
      A fork B
      B write data
      B load x
      A join B
      A write data`;
    expect(race(execution)).toBeUndefined();
    const elsewhere = `
      C write data
      C store flag
      B load flag
      A join B
      A write data`;
    expect(race(elsewhere)).toBeUndefined();
  });

  test("joining one thread says nothing about another", () => {
    const execution = `
      A fork B
      A fork C
      B write data
      C write x
      A join B
      A read data
      A read x`;
    expect(race(execution)).toEqual({
      earlier: "C write x",
      later: "A read x",
      kind: "write-read",
    });
  });
});

describe("Atomics.wait and notify (ecma262 PR 1692)", () => {
  test("notify alone publishes to the thread that it wakes", () => {
    const execution = `
      B wait flag
      A write data
      A notify flag
      B wake flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("issue 1119: what was written before the notification is seen after the wait", () => {
    const execution = `
      B wait flag
      A write data
      A store flag
      A notify flag
      B wake flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("issue 1680: a wait that finds another value is ordered after an earlier notify", () => {
    const execution = `
      A write data
      A notify flag
      B wait flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("the read inside wait is ordered before what follows the next notify", () => {
    const execution = `
      B wait flag
      A notify flag
      A write flag`;
    expect(race(execution)).toBeUndefined();
  });

  test("what a thread does after it came back from wait is not", () => {
    const execution = `
      B wait flag
      B read data
      A notify flag
      A write data`;
    expect(race(execution)).toEqual({
      earlier: "B read data",
      later: "A write data",
      kind: "read-write",
    });
  });

  test("the read inside wait races with a plain write to the flag", () => {
    const execution = `
      B wait flag
      A write flag
      A notify flag`;
    expect(race(execution)).toEqual({
      earlier: "B wait flag",
      later: "A write flag",
      kind: "read-write",
    });
  });

  test("a thread whose time is out is ordered after critical sections before it", () => {
    const execution = `
      B wait flag
      A write data
      A wait flag
      B wake flag
      B read data`;
    expect(race(execution)).toBeUndefined();
  });

  test("a thread that has not gone on yet is not ordered after the notification", () => {
    const execution = `
      B wait flag
      B wake flag
      A write data
      A notify flag
      B read data`;
    expect(race(execution)?.later).toBe("B read data");
  });

  test("a woken thread is ordered before the next notify", () => {
    const execution = `
      B wait flag
      A notify flag
      B wake flag
      A notify flag
      A write flag`;
    expect(race(execution)).toBeUndefined();
  });

  test("waiter lists of different addresses do not order", () => {
    const execution = `
      A write data
      A notify x
      B wait y
      B read data`;
    expect(race(execution)?.later).toBe("B read data");
  });
});
