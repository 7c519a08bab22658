import type { Verdict } from "../../src/grade/result.ts";
import type { Believed } from "./naive/naive.ts";

/** A submission that wants points which it has not earned. */
export interface Cheat {
  /** Its number in the table of `zoo/README.md`. */
  readonly number: number;
  readonly name: string;
  /** Its `src/index.ts`. */
  readonly text: string;
  /** Files that it brings along. */
  readonly files?: Readonly<Record<string, string>>;
  /** What it shows here, and a part of what is said about it. */
  readonly verdict: Verdict;
  readonly says: string;
  /** The scenarios that it is graded with; T1 unless it is said. */
  readonly only?: readonly string[];
  /** A naive grader that believes this gives it full points. */
  readonly fools?: Believed;
  /** Milliseconds that the naive grader waits for a right answer. */
  readonly patience?: number;
  /** Why no naive grader is fooled: it does harm instead. */
  readonly harm?: string;
  /** It can be only on Linux. */
  readonly linux?: true;
}

/** The parts of an `Account` by which submissions differ. */
export interface AccountParts {
  /** What stands before the class. */
  readonly top?: string;
  readonly deposit?: string;
  readonly balance?: string;
}

/** A submission for bank-balance; without more, it does nothing at all. */
export function account({ top = "", deposit = "", balance = "return 0;" }: AccountParts): string {
  return `${top}
export class Account {
  readonly handle: any;
  readonly cells: any;
  private constructor(handle: any) { this.handle = handle; this.cells = new Int32Array(handle); }
  static create(_balance = 0): Account { return new Account(new SharedArrayBuffer(4)); }
  static attach(handle: unknown): Account { return new Account(handle); }
  deposit(amount: number): void { ${deposit} }
  withdraw(_amount: number): boolean { return false; }
  get balance(): any { ${balance} }
}
export class Bank {}
export function changeBalance(): void {}
`;
}

/** Gets a module of Node without importing it. */
export const NODE = `const node = (name: string): any => (globalThis as any).process.getBuiltinModule("node:" + name);`;

/** How a cheat ends here that needs `process`. */
export const NO_PROCESS = {
  verdict: "crash",
  says: "properties of undefined",
} as const;

/** A cheat against another engine than that of threads. */
export type EngineCheat = Pick<Cheat, "name" | "text" | "says">;
