import { expect, test } from "vitest";
import { inLanes } from "../../src/grade/lanes.ts";

/** Work that ends when it is told to, and a record of which lane did what. */
function workshop() {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: (value: string) => void; reject: (e: Error) => void }>();
  return {
    begun,
    work: (item: string, lane: number): Promise<string> => {
      begun.push(`${item}${lane}`);
      return new Promise((resolve, reject) => {
        ends.set(item, { resolve, reject });
      });
    },
    end: async (item: string, error?: Error): Promise<void> => {
      const end = ends.get(item);
      if (error === undefined) end?.resolve(item.toUpperCase());
      else end?.reject(error);
      for (let i = 0; i < 10; i++) await Promise.resolve();
    },
  };
}

test("what is done comes in the order of the items, and a lane that is free takes the next", async () => {
  const { begun, work, end } = workshop();
  const results = inLanes(["a", "b", "c", "d"], 2, work);
  const first = results.next();
  await end("none");
  expect(begun).toEqual(["a0", "b1"]);
  await end("b");
  expect(begun).toEqual(["a0", "b1", "c1"]);
  await end("a");
  expect(await first).toEqual({ value: "A", done: false });
  expect((await results.next()).value).toBe("B");
  await end("c");
  await end("d");
  expect([(await results.next()).value, (await results.next()).value]).toEqual(["C", "D"]);
  expect((await results.next()).done).toBe(true);
});

test("an error comes when its item's turn has come", async () => {
  const { work, end } = workshop();
  const results = inLanes(["a", "b"], 2, work);
  const first = results.next();
  await end("none");
  await end("b", new Error("b fails"));
  await end("a");
  expect((await first).value).toBe("A");
  await expect(results.next()).rejects.toThrow("b fails");
});

test("nothing begins any more when nobody listens", async () => {
  const { begun, work, end } = workshop();
  const results = inLanes(["a", "b", "c"], 1, work);
  const first = results.next();
  await end("none");
  await end("a");
  await first;
  await results.return(undefined);
  await end("b");
  expect(begun).toEqual(["a0", "b0"]);
});

test("no items, no lanes: nothing is done", async () => {
  const { work } = workshop();
  expect((await inLanes([], 0, work).next()).done).toBe(true);
});
