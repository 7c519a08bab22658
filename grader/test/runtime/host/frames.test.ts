import fc from "fast-check";
import { expect, test } from "vitest";
import {
  FRAME_LIMIT,
  createLineReader,
  decodeFrame,
  encodeFrame,
} from "../../../src/runtime/frames.ts";

test("a frame comes back as it was, with the numbers that JSON lacks", () => {
  const frame = { a: [NaN, -0, 0, Infinity, -Infinity, 1.5], b: { c: null, d: "x\ny" } };
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  expect(Object.is((decodeFrame(encodeFrame([-0])) as number[])[0], -0)).toBe(true);
});

test("a frame is one line, whatever it says", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const line = encodeFrame({ text });
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(decodeFrame(line)).toEqual({ text });
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("lines come out whole, however the chunks cut them", () => {
  const lines = ["", "a", "bb", "", "ccc"];
  const text = lines.map((line) => `${line}\n`).join("");
  for (let size = 1; size <= text.length; size++) {
    const read: string[] = [];
    const take = createLineReader((line) => read.push(line));
    for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
    expect(read).toEqual(lines);
  }
});

test("a line that is too long is an error, also when its end never comes", () => {
  const take = createLineReader(() => undefined);
  const chunk = "x".repeat(FRAME_LIMIT / 4);
  expect(() => {
    for (let i = 0; i < 5; i++) take(chunk);
  }).toThrow("a frame is too long");
});
