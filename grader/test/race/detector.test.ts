import { expect, test } from "vitest";
import { createRaceDetector } from "../../src/race/index.ts";

test("an access returns the step of the access that it races with", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  expect(detector.plainWrite(0, 8, 4, 10)).toBe(-1);
  expect(detector.plainRead(1, 8, 4, 20)).toBe(10);
});

test("the race tells which bytes both accesses touch", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  detector.plainWrite(0, 8, 4, 0);
  detector.plainWrite(1, 10, 8, 1);
  expect(detector.race).toEqual({
    earlier: 0,
    later: 1,
    address: 10,
    size: 2,
    kind: "write-write",
  });
});

test("an overlap that spans two words is one race", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  detector.plainWrite(0, 5, 8, 0);
  detector.plainRead(1, 6, 4, 1);
  expect(detector.race).toMatchObject({ address: 6, size: 4 });
});

test("of several racing accesses the latest is reported", () => {
  const detector = createRaceDetector({ threads: 4, bytes: 64 });
  detector.plainRead(0, 0, 4, 0);
  detector.plainRead(1, 0, 1, 1);
  detector.plainRead(2, 2, 2, 2);
  expect(detector.plainWrite(3, 0, 4, 3)).toBe(2);
  expect(detector.race).toMatchObject({ address: 2, size: 2 });
});

test("the first race stays, later ones are returned", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  detector.plainWrite(0, 0, 4, 0);
  detector.plainWrite(0, 4, 4, 1);
  detector.plainWrite(1, 0, 4, 2);
  expect(detector.plainWrite(1, 4, 4, 3)).toBe(1);
  expect(detector.race).toMatchObject({ earlier: 0, later: 2 });
});

test("reset forgets accesses, edges and the race", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  detector.fork(0, 1);
  detector.plainWrite(0, 0, 4, 0);
  detector.release(0, 7);
  detector.notify(0, 8);
  detector.plainRead(1, 0, 4, 1);
  detector.reset();
  expect(detector.race).toBeUndefined();
  expect(detector.plainWrite(1, 0, 4, 0)).toBe(-1);
  detector.acquire(0, 7);
  detector.wake(0, 8);
  expect(detector.plainWrite(0, 0, 4, 1)).toBe(0);
});

test("the elements of one bulk operation may share a step", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  for (let address = 0; address < 8; address += 1) detector.plainWrite(0, address, 1, 0);
  detector.atomicStore(0, 8, 4, 1);
  detector.atomicLoad(1, 8, 4, 2);
  expect(detector.plainRead(1, 0, 8, 3)).toBe(-1);
});

test("sixteen threads that meet at every byte of a large memory need no particular size", () => {
  const threads = 16;
  const bytes = 1 << 20;
  const detector = createRaceDetector({ threads, bytes });
  let step = 0;
  let races = 0;
  for (let thread = 0; thread < threads; thread += 1) {
    for (let address = 0; address < bytes; address += 4096) {
      if (detector.plainRead(thread, address, 4, (step += 1)) >= 0) races += 1;
    }
    detector.release(thread, thread);
  }
  for (let thread = 0; thread < threads; thread += 1) detector.acquire(0, thread);
  for (let address = 0; address < bytes; address += 4096) {
    if (detector.plainWrite(0, address, 4, (step += 1)) >= 0) races += 1;
  }
  expect(races).toBe(0);
  expect(detector.plainWrite(1, bytes - 4096, 4, step + 1)).toBe(step);
});

test("hundreds of mutexes are told apart", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 8192 });
  for (let mutex = 0; mutex < 1000; mutex += 1) {
    detector.plainWrite(0, 8 * mutex, 8, mutex);
    detector.release(0, mutex);
  }
  detector.acquire(1, 500);
  expect(detector.plainWrite(1, 8 * 500, 8, 1000)).toBe(-1);
  expect(detector.plainWrite(1, 8 * 501, 8, 1001)).toBe(501);
});

test("a mutex and a waiter list with the same number are two things", () => {
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  detector.plainWrite(0, 0, 4, 0);
  detector.release(0, 8);
  detector.notify(1, 8);
  expect(detector.plainWrite(1, 0, 4, 1)).toBe(0);
});

test("wrong use is refused", () => {
  expect(() => createRaceDetector({ threads: 17, bytes: 8 })).toThrow(
    "threads is 17, but must be an integer from 1 to 16",
  );
  expect(() => createRaceDetector({ threads: 2, bytes: -1 })).toThrow("bytes is -1");
  const detector = createRaceDetector({ threads: 2, bytes: 64 });
  expect(() => detector.plainRead(0, 64, 4, 0)).toThrow("outside");
  expect(() => detector.atomicLoad(0, 6, 4, 1)).toThrow("4 bytes at 6");
  detector.plainRead(0, 0, 4, 5);
  expect(() => detector.plainRead(0, 0, 4, 4)).toThrow("step 4 follows step 5");
});
