import { expect, test } from "vitest";
import { KataError } from "../../src/kit/index.ts";

test("a KataError is an Error with a code", () => {
  const error = new KataError("FULL", "the queue is full");
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "KataError", code: "FULL", message: "the queue is full" });
});

test("a KataError without a message shows its code", () => {
  expect(String(new KataError("EMPTY"))).toBe("KataError: EMPTY");
});
