import { expect, test } from "vitest";
import { replayProgram } from "./_programs.ts";

test("printed shared memory shows what is in it, and looking at it is no step", async () => {
  const { printed, steps } = await replayProgram(
    {
      threads: [
        "x[1] = 7; console.log(x, handle, new DataView(handle), new BigInt64Array(handle)); return ArrayBuffer.isView(x);",
      ],
    },
    [],
  );
  expect(printed).toEqual([
    "Int32Array [ 0, 7, 0, 0 ] SharedArrayBuffer(16) [DataView] BigInt64Array [ 30064771072, 0 ]",
  ]);
  expect(steps.map(({ op }) => op)).toEqual(["write"]);
});

test("what left a body is asked for its code once, as part of the operation, and never again", async () => {
  const { end, crash, steps } = await replayProgram(
    { threads: ["throw { get code() { return `n${Atomics.add(x, 0, 1)}`; }, message: 'gone' };"] },
    [],
  );
  expect({ end, message: crash?.message }).toEqual({ end: "crash", message: "gone" });
  expect(steps.filter(({ op }) => op === "add")).toHaveLength(1);
});
