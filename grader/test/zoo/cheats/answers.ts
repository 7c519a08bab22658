/** They answer what is expected without doing what is asked, or are right only where nobody looks. */
import { account, type Cheat, NODE, NO_PROCESS } from "../_cheat.ts";

const RACY = "Atomics.store(this.cells, 0, Atomics.load(this.cells, 0) + amount);";
const ADD = "Atomics.add(this.cells, 0, amount);";
const READ = "return Atomics.load(this.cells, 0);";
const NO_ADDING = { verdict: "violation", says: "a balance of" } as const;

export const answers: readonly Cheat[] = [
  {
    number: 1,
    name: "no lock at all",
    text: account({ deposit: RACY, balance: READ }),
    verdict: "violation",
    says: "lost-update",
    fools: "code",
  },
  {
    number: 1,
    name: "a lock that locks nothing",
    text: account({
      top: "const lock = { lock() {}, unlock() {} };",
      deposit: `lock.lock(); this.cells[0] += amount; lock.unlock();`,
      balance: "return this.cells[0];",
    }),
    verdict: "race",
    says: "",
    fools: "code",
  },
  {
    number: 20,
    name: "the hidden tests, read from the disk",
    text: account({
      top: `${NODE} const { balance } = JSON.parse(node("fs").readFileSync("hidden.json", "utf8"));`,
      balance: "return balance;",
    }),
    ...NO_PROCESS,
    fools: "code",
  },
  {
    number: 21,
    name: "the harness, found by the stack of an error",
    text: account({
      top: `${NODE}
const [, file = ""] = /file:\\/\\/(\\S+driver\\.ts)/.exec(new Error("where am I").stack ?? "") ?? [];
const text = node("fs").readFileSync(file || "/", "utf8").includes("hidden.json") ? node("fs").readFileSync("hidden.json", "utf8") : "{}";`,
      balance: "return JSON.parse(text).balance;",
    }),
    ...NO_PROCESS,
    // An import has no stack up to the driver; the naive grader's arguments tell it instead.
    harm: "its file is read",
  },
  {
    number: 24,
    name: "right where it thinks that a grader looks on, and wrong where not",
    text: account({
      top: "const isGraded = typeof (globalThis as any).process === 'object';",
      deposit: `if (isGraded) { ${ADD} } else { ${RACY} }`,
      balance: READ,
    }),
    verdict: "violation",
    says: "lost-update",
    fools: "code",
  },
  {
    number: 25,
    name: "right at first, and wrong later",
    text: `let calls = 0;
${account({ deposit: `if (calls++ < 50) ${ADD}`, balance: READ }).replace(
  "export function changeBalance(): void {}",
  "export function changeBalance(a: Account, n: number, times: number): void { for (let i = 0; i < times; i++) { a.deposit(n); Atomics.sub(a.cells, 0, n); } }",
)}`,
    only: ["S1"],
    verdict: "violation",
    says: "in one of 3 parallel runs",
    fools: "code",
  },
  {
    number: 28,
    name: "the balance that is expected, always",
    text: account({ balance: "return 15;" }),
    ...NO_ADDING,
    fools: "code",
  },
  {
    number: 29,
    name: "a table of the balances that the public tests ask for",
    text: account({
      top: "const table: Record<string, number> = { '1,2,4,8': 15, '5': 5 };",
      deposit: `const at = Atomics.add(this.cells, 0, amount); void at;`,
      balance: "return table['1,2,4,8'];",
    }),
    ...NO_ADDING,
    fools: "code",
  },
  {
    number: 31,
    name: "a sleep that hides the race",
    text: account({
      deposit: `const seen = Atomics.load(this.cells, 0); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 * amount); Atomics.store(this.cells, 0, seen + amount);`,
      balance: READ,
    }),
    verdict: "violation",
    says: "lost-update",
    fools: "code",
  },
  {
    number: 32,
    name: "a clock that stands still",
    text: account({
      top: `Date.now = () => 0; if ((globalThis as any).process) (globalThis as any).process.getBuiltinModule("node:timers").setTimeout = 0;
globalThis.setTimeout = (() => 0) as any;`,
      deposit: `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); ${ADD}`,
      balance: READ,
    }),
    verdict: "crash",
    says: "TypeError: Cannot assign to read only property 'now'",
    fools: "code",
    patience: 1_000,
  },
  {
    number: 33,
    name: "timers that never fire",
    text: account({
      top: "globalThis.setTimeout = (() => 0) as any; const { now } = Date; try { Date.now = () => 0; } catch {}",
      deposit: `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); ${ADD}`,
      balance: READ,
    }),
    verdict: "crash",
    says: "TypeError: Cannot add property setTimeout, object is not extensible",
    fools: "code",
    patience: 1_000,
  },
  {
    number: 35,
    name: "a promise that is none, with the answer",
    text: account({ balance: "return { then(take: any) { take(15); take(14); } };" }),
    ...NO_ADDING,
    fools: "code",
  },
  {
    number: 36,
    name: "an object that turns into the answer",
    text: account({
      balance:
        "return new Proxy({}, { get: (_, name) => name === Symbol.toPrimitive ? () => 15 : undefined });",
    }),
    ...NO_ADDING,
    fools: "code",
  },
  {
    number: 36,
    name: "an object whose every property is a trap",
    text: account({
      balance:
        "const trap = () => { for (;;); }; return new Proxy(() => 15, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap, apply: trap });",
    }),
    ...NO_ADDING,
    harm: "the naive grader never ends",
  },
  {
    number: 37,
    name: "an error whose message never ends",
    text: account({
      deposit: "throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } });",
    }),
    verdict: "crash",
    says: "Error",
    harm: "the naive grader never ends",
  },
  {
    number: 38,
    name: "Error.prepareStackTrace, to look at who calls",
    text: account({
      top: `${NODE}
const { process } = globalThis as any;
Error.prepareStackTrace = (_error, sites) => sites;
const sites: any = new Error("sites").stack;
const main = sites.map?.((site: any) => site.getFileName?.() ?? "").find((name: string) => name.endsWith("index.ts")) ?? "";
const hidden = process ? JSON.parse(node("fs").readFileSync(new URL("../hidden.json", main), "utf8")).balance : sites.length;`,
      balance: "return hidden;",
    }),
    ...NO_ADDING,
    fools: "code",
  },
  {
    number: 39,
    name: "constructors of functions, to get out",
    text: account({
      top: `for (const make of [() => 1, async () => 1, function* () {}, async function* () {}]) try { (make as any).constructor("globalThis.process.exit(0)")(); } catch (error) { if (!(error instanceof TypeError)) throw error; }
(0, eval)("globalThis.process?.exit(0)");`,
    }),
    ...NO_ADDING,
    fools: "code",
  },
];
