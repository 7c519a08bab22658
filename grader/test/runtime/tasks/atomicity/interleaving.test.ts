import { describe, expect, test } from "vitest";
import { lostIn } from "./_run.ts";

/** What was lost, in one line; `fn#2` is the second call of `fn`. */
async function told(code: string, order: readonly string[] = []): Promise<string> {
  const found = await lostIn(code, order);
  if (found === undefined) return "nothing";
  const { read, suspension, between, write, task, other } = found;
  // Two lines stand before the program.
  const line = (place: { readonly line: number }): number => place.line - 2;
  const where = suspension === undefined ? "goes on later" : `suspended ${line(suspension.place)}`;
  return `${task.name}#${task.call} reads ${read.name} ${line(read.place)}, ${where}, ${other.name}#${other.call} writes ${between.name} ${line(between.place)}, writes ${write.name} ${line(write.place)}`;
}

describe("the textbook", () => {
  test("an async counter", async () => {
    const code = `let count = 0;
      async function inc(name) {
        const seen = count;
        await at(name);
        count = seen + 1;
      }
      await Promise.all([inc("a"), inc("b")]);`;
    expect(await told(code, ["b", "a"])).toBe(
      "inc#1 reads count 3, suspended 4, inc#2 writes count 5, writes count 5",
    );
    expect(await told(code, ["a", "b"])).toBe(
      "inc#2 reads count 3, suspended 4, inc#1 writes count 5, writes count 5",
    );
    expect(await told(code, ["a"])).toBe("nothing");
  });

  test("+= with an await on its right", async () => {
    const code = `const state = { total: 0 };
      const add = async (name) => {
        state.total += await at(name);
      };
      await Promise.all([add("a"), add("b")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "add#2 reads state.total 3, suspended 3, add#1 writes state.total 3, writes state.total 3",
    );
  });

  test.each([
    [
      "a Map",
      "new Map()",
      "cache.has(key)",
      "cache.set(key, await at(name))",
      "cache.has(key)",
      "cache.get(key)",
    ],
    ["an object", "{}", "key in cache", "cache[key] = await at(name)", "cache[key]", "cache[key]"],
    ["a Set", "new Set()", "cache.has(key)", "cache.add(await at(name), key)", "", ""],
  ])("check-then-act on %s across an await", async (_name, cache, check, act, read, write) => {
    const code = `const cache = ${cache};
      const load = async (name, key) => {
        if (!(${check})) {
          ${act};
        }
      };
      await Promise.all([load("a", "k"), load("b", "k")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      read === ""
        ? "nothing"
        : `load#2 reads ${read} 3, suspended 4, load#1 writes ${write} 4, writes ${write} 4`,
    );
  });

  test("??= with an await on its right", async () => {
    const code = `let connection;
      const connect = async (name) => (connection ??= await at(name));
      await Promise.all([connect("a"), connect("b")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "connect#2 reads connection 2, suspended 2, connect#1 writes connection 2, writes connection 2",
    );
  });

  test("a reset while a run is in flight", async () => {
    const code = `let slot;
      const run = async (name) => {
        try {
          return await at(name);
        } finally {
          slot = undefined;
        }
      };
      const once = (name) => {
        if (slot === undefined) slot = run(name);
        return slot;
      };
      const reset = () => {
        slot = undefined;
      };
      const user = async () => {
        const first = once("a");
        await at("then");
        reset();
        const second = once("b");
        await first;
        return second;
      };
      await user();`;
    expect(await told(code, ["then", "a"])).toBe(
      "once#1 reads slot 10, suspended 4, once#2 writes slot 10, writes slot 6",
    );
  });

  test("the same in callbacks instead of awaits", async () => {
    const code = `let slot;
      const once = (name) => {
        slot ??= at(name).then(
          (value) => value,
          undefined,
        ).finally(() => {
          slot = undefined;
        });
        return slot;
      };
      const user = async () => {
        once("a");
        await at("then");
        slot = undefined;
        once("b");
        await at("end");
      };
      await user();`;
    expect(await told(code, ["then", "a", "end"])).toBe(
      "once#1 reads slot 3, goes on later, once#2 writes slot 3, writes slot 7",
    );
  });

  test("in a function that is handed to then", async () => {
    const code = `let built;
      async function start(name) {
        const value = await at(name);
        built = value;
      }
      const once = (name) => {
        if (built !== undefined) return built;
        return Promise.resolve(name).then(start);
      };
      const user = async () => { const all = [once("a"), once("b")]; await Promise.all(all); };
      await user();`;
    expect(await told(code, ["b", "a"])).toBe(
      "once#1 reads built 7, suspended 3, once#2 writes built 4, writes built 4",
    );
  });

  test("a private field, in a method that awaits another one", async () => {
    const code = `class Account {
        #balance = 10;
        async #check(sum) {
          return this.#balance >= sum;
        }
        async withdraw(name, sum) {
          if (!(await this.#check(sum))) return false;
          const rest = this.#balance - sum;
          await at(name);
          this.#balance = rest;
          return true;
        }
      }
      const account = new Account();
      await Promise.all([account.withdraw("a", 8), account.withdraw("b", 8)]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "withdraw#2 reads this.#balance 8, suspended 9, withdraw#1 writes this.#balance 10, writes this.#balance 10",
    );
  });

  test("what is read and written through functions", async () => {
    const code = `const store = { value: 0 };
      const get = async () => { await null; return store.value; };
      const set = async (value, name) => { await at(name); store.value = value; };
      const inc = async (name) => { await set((await get()) + 1, name); };
      await Promise.all([inc("a"), inc("b")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "inc#2 reads store.value 2, suspended 3, inc#1 writes store.value 3, writes store.value 3",
    );
  });

  test("a yield of an async generator", async () => {
    const code = `let next = 0;
      async function* numbers() {
        const mine = next;
        yield mine;
        next = mine + 1;
      }
      const a = numbers(), b = numbers();
      await a.next();
      await b.next();
      await a.next();
      await b.next();`;
    expect(await told(code)).toBe(
      "numbers#2 reads next 3, suspended 4, numbers#1 writes next 5, writes next 5",
    );
  });

  test("a round of for await", async () => {
    const code = `let sum = 0;
      const add = async (name) => {
        const before = sum;
        for await (const x of [at(name)]) {
          sum = before + x.length;
        }
      };
      await Promise.all([add("a"), add("b")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "add#2 reads sum 3, suspended 4, add#1 writes sum 5, writes sum 5",
    );
  });

  test("a destructured state", async () => {
    const code = `const state = { count: 0, other: 1 };
      const inc = async (name) => {
        const { count } = state;
        await at(name);
        state.count = count + 1;
      };
      await Promise.all([inc("a"), inc("b")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "inc#2 reads state.count 3, suspended 4, inc#1 writes state.count 5, writes state.count 5",
    );
  });

  test("of several, the last before the end", async () => {
    const code = `let x = 0, y = 0;
      const inc = async (name) => {
        const a = x, b = y;
        await at(name);
        x = a + 1;
        y = b + 1;
      };
      await Promise.all([inc("a"), inc("b")]);`;
    expect(await told(code, ["a", "b"])).toBe(
      "inc#2 reads y 3, suspended 4, inc#1 writes y 6, writes y 6",
    );
  });
});

describe("nothing is lost where", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "it is read again after the await",
      `let count = 0;
      const inc = async (name) => { if (count < 0) return; await at(name); count = count + 1; };
      await Promise.all([inc("a"), inc("b")]);`,
      ["a", "b"],
    ],
    [
      "it is read again by a function that is called",
      `let count = 0;
      const get = () => count;
      const inc = async (name) => { if (count < 0) return; await at(name); const seen = get(); count = seen + 1; };
      await Promise.all([inc("a"), inc("b")]);`,
      ["a", "b"],
    ],
    [
      "a variable is the call's own",
      `const work = async (name) => { let mine = 0; const add = () => { mine += 1; }; const seen = mine; await at(name); add(); mine = seen + 2; return mine; };
      await Promise.all([work("a"), work("b")]);`,
      ["a", "b"],
    ],
    [
      "an object is the call's own",
      `const work = async (name) => { const mine = { n: 0 }; const seen = mine.n; await at(name); mine.n = seen + 1; };
      await Promise.all([work("a"), work("b")]);`,
      ["a", "b"],
    ],
    [
      "it is changed at once, in one step",
      `let running = 0;
      const work = async (name) => { running += 1; await at(name); running -= 1; running--; running++; };
      await Promise.all([work("a"), work("b"), work("c")]);`,
      ["b", "a", "c"],
    ],
    [
      "lanes take the next number",
      `let next = 0;
      const lane = async (name) => { while (next < 4) { const mine = next++; await at(name + mine); } };
      await Promise.all([lane("a"), lane("b")]);`,
      ["b1", "a0", "b2", "a3"],
    ],
    [
      "a chain of promises is a mutex",
      `let tail = Promise.resolve(), count = 0;
      const lock = (job) => { const mine = tail.then(job); tail = mine.catch(() => {}); return mine; };
      const inc = (name) => lock(async () => { const seen = count; await at(name); count = seen + 1; });
      await Promise.all([inc("a"), inc("b"), inc("c")]);`,
      ["a", "b", "c"],
    ],
    [
      "a lane runs the jobs of others one by one",
      `const jobs = []; let count = 0, busy = false;
      const drain = async () => { if (busy) return; busy = true; while (jobs.length > 0) await jobs.shift()(); busy = false; };
      const inc = (name) => { jobs.push(async () => { const seen = count; await at(name); count = seen + 1; }); void drain(); };
      inc("a"); inc("b"); inc("c");
      await at("end");`,
      ["a", "b", "c", "end"],
    ],
    [
      "only the newest run may write",
      `let generation = 0, value;
      const load = async (name) => { const mine = ++generation; const seen = value; const got = await at(name); if (mine === generation) value = got; };
      await Promise.all([load("a"), load("b"), load("c")]);`,
      ["b", "a", "c"],
    ],
    [
      "everybody says the same",
      `let closed = false;
      const close = async (name) => { if (closed) return; await at(name); closed = true; };
      await Promise.all([close("a"), close("b")]);`,
      ["a", "b"],
    ],
    [
      "it was written before it was ever read",
      `let last;
      const set = async (name) => { last = await at(name); };
      await Promise.all([set("a"), set("b")]);`,
      ["a", "b"],
    ],
    [
      "the other one writes before the await, or after the write",
      `let count = 0;
      const reset = () => { count = 0; };
      const inc = async (name) => { reset(); const seen = count; await at(name); count = seen + 1; };
      await inc("a");
      reset();
      await inc("b");`,
      ["a", "b"],
    ],
    [
      "the other one is a part of the first",
      `let phase = "idle";
      const stop = async (name) => { phase = "stopping"; await at(name); phase = "stopped"; };
      const restart = async () => { if (phase === "idle") { await stop("a"); phase = "new"; } };
      await restart();`,
      ["a"],
    ],
    [
      "the first one was started by the other, which marks that it runs",
      `let slot = null;
      const run = async (name) => { if (slot !== null) return; await at(name); slot = null; };
      const start = (name) => { const p = run(name); slot = p; return p; };
      await start("a");`,
      ["a"],
    ],
    [
      "its own job changed it in somebody else's lane",
      `let n = 0;
      const jobs = []; let wake;
      const lane = async () => { for (;;) { while (jobs.length > 0) jobs.shift()(); await new Promise((resolve) => { wake = resolve; }); } };
      void lane();
      const user = async () => { const before = n; await new Promise((resolve) => { jobs.push(() => { n = before + 1; resolve(); }); wake(); }); n = before + 2; };
      await user();`,
      [],
    ],
    [
      "each has another object, another key, another instance",
      `const make = () => { let n = 0; return async (name) => { const seen = n; await at(name); n = seen + 1; }; };
      const f = make(), g = make();
      const cache = new Map(), list = [0, 0];
      const load = async (name, i) => { if (!cache.has(i)) cache.set(i, await at(name)); const seen = list[i]; await at(name + i); list[i] = seen + 1; };
      await Promise.all([f("f"), g("g"), load("a", 0), load("b", 1)]);`,
      ["f", "g", "a", "b", "a0", "b1"],
    ],
  ])("%s", async (_name, code, order) => {
    expect(await told(code, order)).toBe("nothing");
  });
});
