/**
 * A submission for the kata `tiny` that looks for canaries wherever it can think of, and tells what it
 * finds: it prints it, throws it and returns it.
 */
export const THIEF = `
const found = new Set<string>();
const search = (text: unknown): void => {
  for (const [canary] of String(text).matchAll(/canary-[0-9a-f]{12}/g)) found.add(canary);
};
const attempt = (look: () => void): void => { try { look(); } catch (error) { try { search((error as Error).stack); } catch {} } };

const { process } = globalThis as any;
process?.on("unhandledRejection", () => undefined);
const node = (name: string): any => process.getBuiltinModule("node:" + name);

function searchFiles(folder: string, depth: number): void {
  const { readdirSync, readFileSync } = node("fs");
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder + "/" + entry.name;
    if (entry.isDirectory() && depth > 0 && entry.name !== "node_modules") attempt(() => searchFiles(path, depth - 1));
    if (entry.isFile()) attempt(() => search(readFileSync(path, "latin1")));
  }
}

const seen = new Set<unknown>();
function walk(value: unknown, depth = 0): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || depth > 6 || seen.has(value)) return;
  seen.add(value);
  attempt(() => search(Function.prototype.toString.call(value)));
  attempt(() => search(JSON.stringify(value)));
  attempt(() => walk(Object.getPrototypeOf(value), depth + 1));
  attempt(() => {
    for (const name of Reflect.ownKeys(value)) {
      search(String(name));
      const { value: own, get } = Reflect.getOwnPropertyDescriptor(value, name) ?? {};
      if (typeof own === "string") search(own);
      walk(own, depth + 1);
      walk(get, depth + 1);
    }
  });
}

function loot(...given: unknown[]): string {
  for (const value of given) walk(value);
  attempt(() => walk(globalThis));
  attempt(() => search(new Error("here").stack));
  attempt(() => search((loot as any).caller));
  attempt(() => search((function (this: unknown) { return (arguments as any).callee.caller; })()));
  attempt(() => search(JSON.stringify(process.env)));
  attempt(() => search(process.argv.join() + process.execArgv.join() + process.title));
  for (const who of ["self", "thread-self", process?.ppid, 1]) {
    for (const file of ["environ", "cmdline"]) attempt(() => search(node("fs").readFileSync("/proc/" + who + "/" + file, "latin1")));
  }
  attempt(() => searchFiles(process.env.HOME, 4));
  attempt(() => searchFiles(process.cwd(), 6));
  attempt(() => searchFiles(node("os").tmpdir(), 0));
  attempt(() => {
    const stream = node("v8").getHeapSnapshot();
    const chunks: any[] = [];
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
    search((globalThis as any).Buffer.concat(chunks).toString("latin1"));
  });
  return [...found].sort().join(" ");
}

const told = loot(import.meta, typeof require === "undefined" ? 0 : require);
console.log(told);

export class Counter {
  readonly handle: any;
  constructor(handle: any) { this.handle = handle; }
  static create(...given: any[]): Counter { return new Counter({ told: loot(...given), cell: new SharedArrayBuffer(4) }); }
  static attach(...given: any[]): Counter { console.log(loot(...given)); return new Counter(given[0]); }
  count(...given: any[]): void {
    const told = loot(this, ...given);
    console.error(told);
    Atomics.add(new Int32Array(this.handle.cell), 0, 1);
    if (told !== "") throw new Error(told);
  }
  get value(): any { return loot(this) || this.handle.told || Atomics.load(new Int32Array(this.handle.cell), 0); }
}
`;

/** The same without what the grader refuses before it runs anything. */
export const SEALED_THIEF = THIEF.replace("loot(import.meta, ", "loot(");
