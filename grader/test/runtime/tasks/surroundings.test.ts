import { describe, expect, test, vi } from "vitest";
import { gradeTasks } from "./_grade.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Globals that a submission of tasks finds beside the language and shared memory. */
const FOUND = [
  "AbortController",
  "AbortSignal",
  "CustomEvent",
  "DOMException",
  "Event",
  "EventTarget",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "console",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "structuredClone",
];

describe("what surrounds a submission of tasks", () => {
  test("there is nothing but what the engine gives: no process, no input, no output", async () => {
    const submission = `export const names = () => Object.getOwnPropertyNames(globalThis);`;
    const language = Object.getOwnPropertyNames(globalThis).filter((name) =>
      /^(?:[A-Za-z0-9]*(?:Error|Array|Buffer)|Array|Atomics|BigInt|Boolean|DataView|Date|Function|Infinity|Iterator|JSON|Map|Math|NaN|Number|Object|Promise|Proxy|Reflect|RegExp|Set|String|Symbol|Weak(?:Map|Set)|decode.*|encode.*|escape|eval|globalThis|is(?:Finite|NaN)|parse(?:Float|Int)|undefined|unescape)$/.test(
        name,
      ),
    );
    const known = JSON.stringify([...language, ...FOUND]);
    const seen = await gradeTasks(
      submission,
      `return kata.names().filter((name) => !${known}.includes(name)).sort();`,
      { rest: "check: ({ result }) => result.length === 0, got: ({ result }) => result.join()" },
    );
    expect([seen.verdict, seen.got]).toEqual(["pass", undefined]);
  });

  test("time is virtual, and the same in every execution", async () => {
    const submission = `export const times = async () => {
      const before = [performance.now(), Date.now(), new Date().toISOString(), Math.random()];
      await new Promise((resolve) => setTimeout(resolve, 86_400_000));
      return [...before, performance.now(), Date.now() - (before[1] as number)];
    };`;
    const seen = await gradeTasks(submission, "return kata.times();", {
      rest: "check: () => false",
    });
    const [now, , date, , later, passed] = JSON.parse(seen.got ?? "[]") as unknown[];
    expect([now, date, later, passed]).toEqual([
      0,
      "2026-01-01T00:00:00.000Z",
      86_400_000,
      86_400_000,
    ]);
    const again = await gradeTasks(submission, "return kata.times();", {
      rest: "check: () => false",
    });
    expect(again).toEqual(seen);
  });

  test.each([
    ["replaced", "Promise.prototype.then = () => 0;"],
    ["put in their place", "globalThis.Promise = class {};"],
    ["changed", "Object.defineProperty(Promise, 'resolve', { value: () => 0 });"],
    ["patched", "setTimeout.call = () => 0;"],
  ])("what the engine relies on cannot be %s", async (_, code) => {
    const seen = await gradeTasks(
      `export const run = async () => { ${code} };`,
      `return tasks.codeOf(() => kata.run());`,
      { rest: `check: ({ result }) => result === "TypeError"` },
    );
    expect(seen.verdict).toBe("pass");
  });

  test("a constructor of what a submission is handed makes no code of the realm", async () => {
    const reach = `export const run = (values: object[]) => values.flatMap((value) => {
      const found: string[] = [];
      for (let at: any = value, level = 0; at && level < 8; at = Object.getPrototypeOf(at), level++) {
        for (const key of Reflect.ownKeys(at)) {
          let held: any;
          try { held = at[key]; } catch { continue; }
          for (const maker of [held?.constructor, held?.constructor?.constructor]) {
            try { if (maker("return typeof process")() !== "undefined") found.push(String(key)); } catch {}
          }
        }
      }
      return found;
    });`;
    const seen = await gradeTasks(
      reach,
      `const promise = tasks.later("a", 1);
       const signal = tasks.abortController().signal;
       return kata.run([promise, signal, tasks.turn(), tasks, () => 0, async () => 0]);`,
      { rest: "check: ({ result }) => result.length === 0, got: ({ result }) => result.join()" },
    );
    expect([seen.verdict, seen.got]).toEqual(["pass", undefined]);
  });
});
