import type { EngineCheat } from "../_cheat.ts";

const OUT = "(globalThis as any).process";

/** What `next()` of an iterator gives, instead of a promise of a record, and a part of what is said about it. */
const nexts: readonly (readonly [name: string, value: string, says: string])[] = [
  ["a promise that never settles", "new Promise(() => undefined)", "next() never returns"],
  ["a thenable that never settles", "{ then() {} }", "next() never returns"],
  [
    "a thenable that settles twice",
    "{ then(take: any, refuse: any) { take({ done: true }); take({ done: false }); refuse(1); } }",
    "violation; wrong-result",
  ],
  [
    "a thenable that throws after it has settled",
    "{ then(take: any) { take({ done: true }); throw new Error('late'); } }",
    "violation; wrong-result",
  ],
  [
    "a thenable of thenables",
    "(() => { const it: any = { then: (take: any) => take(it) }; return it; })()",
    "livelock; endless-loop",
  ],
  [
    "a then that is a trap",
    "{ get then(): any { throw new Error('trapped'); } }",
    "Error: trapped",
  ],
  ["a then that never ends", "{ get then(): any { for (;;); } }", "livelock; endless-loop"],
  [
    "a Proxy that answers everything with itself",
    "(() => { const it: any = new Proxy(function () {}, { get: () => it, apply: () => it, has: () => true }); return it; })()",
    "next() never returns",
  ],
  [
    "a promise of a class of its own",
    "new (class Mine extends Promise<any> { override then(): any { return { done: true }; } })((take: any) => take(1))",
    "next() never returns",
  ],
  [
    "a record whose index is a trap",
    "Promise.resolve({ done: false, value: { get index(): any { throw new Error('trapped'); } } })",
    "Error: trapped",
  ],
  [
    "a record that turns into text",
    "Promise.resolve({ done: false, value: { index: { toString: () => '9' }, status: 'fulfilled', value: { toJSON: () => 123 } } })",
    "used more memory",
  ],
  [
    "records without end",
    "Promise.resolve({ done: false, value: { index: 0, status: 'fulfilled', value: 123 } })",
    "used more memory",
  ],
  ["nothing", "undefined", "undefined is not an object"],
];

/** What a module does beside. */
const modules: readonly (readonly [name: string, text: string, says: string])[] = [
  ...nexts.map(
    ([name, value, says]) =>
      [
        name,
        `export const asCompleted = () => ({ next: () => (${value}), return: () => (${value}), [Symbol.asyncIterator]() { return this; } });`,
        says,
      ] as const,
  ),
  ["the end of the process", `${OUT}.exit(0); export const asCompleted = 1;`, "reading 'exit'"],
  [
    "timers that fire at once",
    "globalThis.setTimeout = ((call: any) => call()) as any; export const asCompleted = 1;",
    "read only property 'setTimeout'",
  ],
  [
    "a Promise that is replaced",
    "globalThis.Promise = class {} as any; export const asCompleted = 1;",
    "read only property 'Promise'",
  ],
  [
    "Promise.prototype.then, replaced",
    "Promise.prototype.then = (() => 1) as any; export const asCompleted = 1;",
    "read only property 'then'",
  ],
  [
    "the queue of microtasks, kept busy",
    "const again = (): any => Promise.resolve().then(again); void again(); export const asCompleted = 1;",
    "used more memory",
  ],
];

/** Against the engine of tasks, for as-completed. */
export const taskCheats: readonly EngineCheat[] = modules.map(([name, text, says]) => ({
  name,
  text: `${text}\nexport const runAll = () => 1;`,
  says,
}));
