import { expect, test, vi } from "vitest";
import { runText, type ProcessesText } from "./_run.ts";

vi.setConfig({ testTimeout: 120_000 });

const dies = `async (kata, { die, rest }) => { void kata.run(); await rest(); await die(1000); }`;
const starts = "child(); await new Promise(() => undefined);";
const listens = "process.on('message', () => undefined);";

/** How it ended, and with what leftovers. */
async function endOf(text: Omit<ProcessesText, "run">): Promise<readonly unknown[]> {
  const { runs, stop } = await runText({ run: starts, body: dies, ...text });
  return [stop.end, stop.detail ?? runs[0]?.outcome.children.map(({ code }) => code)];
}

test("a child that only listens for messages ends when the parent is killed", async () => {
  expect(await endOf({ child: listens })).toEqual(["done", [0]]);
});

test("a child hears 'disconnect', and may end in the middle of its work", async () => {
  const child = `setTimeout(() => undefined, 1e6); process.once("disconnect", () => process.exit(5));`;
  expect(await endOf({ child })).toEqual(["done", [5]]);
});

test("a child has as long as the scenario says, and whoever is there then is a leak", async () => {
  const works = (ms: number): string => `${listens} setTimeout(() => process.exit(6), ${ms});`;
  expect(await endOf({ child: works(1000) })).toEqual(["done", [6]]);
  expect(await endOf({ child: works(1001) })).toEqual([
    "leak",
    "the parent was killed 1000 ms ago, but child 1 (src/child.ts) is alive",
  ]);
});

test("what a child sends to a parent that is gone is an error of the child", async () => {
  const child = `process.once("disconnect", () => process.send!("anybody?"));`;
  expect(await endOf({ child })).toEqual(["done", [1]]);
});

test("nothing of a parent that was killed goes on: no timer, no message, no end", async () => {
  const { runs, stop } = await runText({
    run: `const c = child(); const ends = (why: string) => () => { throw new Error(why); };
      c.on("message", ends("message")); c.on("exit", ends("exit")); setTimeout(ends("timer"), 500); setInterval(ends("interval"), 10);
      await new Promise(() => undefined);`,
    child: `process.on("message", () => undefined); setTimeout(() => process.exit(0), 900); process.send!("ready");`,
    body: `async (kata, { die }) => { void kata.run(); await die(1000); }`,
    orders: ["oldest-first", "exits-first", "newest-first"],
  });
  expect([stop.end, runs.length]).toEqual(["done", 3]);
});
