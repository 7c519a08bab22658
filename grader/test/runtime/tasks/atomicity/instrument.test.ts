import { describe, expect, test } from "vitest";
import { instrument } from "../../../../src/runtime/tasks/atomicity/instrument.ts";
import { run, runInstrumented } from "./_run.ts";

/** Programs in which what is rewritten stands in every place that it can stand in. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "order of evaluation": `
    const say = (what, value) => { log(what); return value; };
    const o = { n: 1, list: [1, 2, 3] };
    say("object", o)[say("key", "n")] = say("value", 2);
    say("object", o)[say("key", "n")] += say("value", 2);
    say("object", o)[say("key", "m")] ??= say("value", 7);
    say("object", o)[say("key", "m")] ??= say("value", 8);
    say("object", o).n++;
    log(say("f", o.list).at(say("argument", -1)), o);
    delete say("object", o)[say("key", "n")];
    log(say("left", "n") in say("right", o), o);`,
  "what is read before an await, and what after it": `
    let n = 1;
    const o = { n: 1 };
    const bump = async () => { n += 10; o.n += 10; await null; n += 100; o.n += 100; };
    const p = bump();
    n += await Promise.resolve(1000);
    o.n += await Promise.resolve(1000);
    await p;
    log(n, o.n);`,
  "this of calls": `
    class A { name = "a"; #p() { return this.name; } m() { return this?.name; } q() { return this.#p(); } }
    const a = new A();
    const { m } = a;
    log(a.m(), a["m"](), (a.m)(), a?.m(), a.m?.(), a?.["m"](), m(), a.q());
    let f = function () { return typeof this; };
    const use = () => f();
    log(use());
    f = () => "other";
    log(use(), a.m\`x\`);`,
  "optional chains end early": `
    let none = null;
    const set = () => { none = undefined; };
    const boom = () => { throw new RangeError("never"); };
    log(none?.a.b.c, none?.[boom()], none?.a(boom()), none?.a.b(boom()).c, delete none?.a);
    set();
    log(none?.a.b.c, none?.get(boom()), (none?.a)?.b);
    const o = { a: { b: () => ({ c: 3 }) }, map: new Map([[1, { x: 2 }]]) };
    log(o?.a.b().c, o.a?.b?.().c, o.map.get(1)?.x, o.map?.get(1).x, o.map.get(2)?.x);
    try { (none?.a).b; } catch (error) { log(error); }`,
  "names of functions": `
    let f, g;
    const o = {};
    const set = () => { f = () => 1; g ??= function () {}; o.h = () => 2; g ||= class {}; };
    set();
    log(f.name, g.name, o.h.name);
    const { k = () => 3 } = {};
    let { a = class {} } = {};
    [f = async () => {}] = [];
    const use = () => { a = null; return f; };
    log(k.name, a.name, use().name);`,
  "logical assignments": `
    let a = null, b = 1, c = 0;
    const o = { get x() { log("get x"); return undefined; }, set x(v) { log("set x", v); }, get y() { log("get y"); return 5; }, set y(v) { log("set y", v); } };
    const touch = () => { a ??= "a"; b ??= "b"; b &&= 2; c ||= "c"; c &&= 0; c ||= (log("now"), "d"); };
    touch();
    touch();
    log(a, b, c, o.x ??= 1, o.y ??= 2, o.y &&= 3 === 3 ? undefined : 0);`,
  "private fields and methods": `
    class P {
      #n = 0; static #made = 0; #list = [];
      constructor() { P.#made++; this.#list.push(P.#made); }
      async add(k) { this.#n += 1; const seen = this.#n; await null; this.#n = seen + k; this.#list[0] ||= 9; return #n in this; }
      get n() { return this.#n; } set n(v) { this.#n = v; }
      static has(x) { return #list in x ? P.#made : -1; }
    }
    const p = new P();
    log(await p.add(2), p.n, P.has(p), P.has({}));
    p.n = 5; p.n++; p["n"] += 2;
    log(p.n);`,
  "super, static blocks, fields": `
    let made = 0;
    const count = () => ++made;
    class A { static s = count(); x = made + 1; y = this.x + 1; f = () => this.y; static { this.t = made; count(); } m() { return "A"; } static z() { return this.s; } }
    class B extends A { constructor(k = count()) { log("before"); super(); super.q = k; this.w = super.m() + this.q; } m() { return super.m() + "B" + super["m"](); } g = super.m(); }
    const b = new B();
    log(b.x, b.y, b.f(), b.w, b.m(), b.g, A.t, B.z(), made);
    try { new (class extends A { constructor() { this.x = 1; } })(); } catch (error) { log(error); }`,
  "getters, setters and what throws": `
    const o = { get a() { throw new RangeError("a"); }, set b(v) { throw new TypeError("b"); } };
    for (const act of [() => o.a, () => { o.b = 1; }, () => { o.b += 1; }, () => o.a++, () => null.x, () => { undefined.x = 1; }, () => { Object.freeze(o).c = 1; }, () => missing, () => { missing = 1; }]) {
      try { act(); log("nothing"); } catch (error) { log(error); }
    }`,
  "variables before their declaration": `
    const early = () => late;
    try { early(); } catch (error) { log(error); }
    try { late = 2; } catch (error) { log(error); }
    let late = 1;
    const change = () => { late = 3; };
    change();
    log(early(), typeof early, hoisted());
    function hoisted() { return typeof v; }
    var v = 1;`,
  "closures in loops": `
    const all = [];
    for (let i = 0; i < 3; i++) { let j = i; all.push(() => { i += 10; j++; return [i, j]; }); }
    for (const x of [1, 2]) all.push(() => x);
    for (const k in { a: 1 }) { let n = 0; all.push(() => { n++; return k + n; }); }
    let w = 0;
    while (w < 2) { let mine = w; const bump = () => { mine += 5; }; bump(); all.push(() => mine); w++; }
    do { var shared = w; all.push(() => shared++); } while (w++ < 3);
    for (const f of all) log(f(), f());`,
  destructuring: `
    let a = 1, b = 2, rest;
    const o = { a: 5, nested: { x: 1, list: [1, 2, 3] }, get d() { log("get d"); return 4; } };
    const swap = () => { [a, b] = [b, a]; };
    swap();
    log(a, b);
    const take = () => { ({ a, nested: { x: b = 7 }, ...rest } = o); };
    take();
    log(a, b, rest);
    const { nested: { list: [first, ...others] }, d, e = (log("default"), 9), ["a"]: computed, ...more } = o;
    log(first, others, d, e, computed, more);
    [o.a, o.nested.x, ...o.nested.list] = [10, 20, 30, 40];
    for (o.a of [1, 2]) log(o.a);
    for ([a, b] of [[3, 4]]) log(a, b);
    const f = ({ a: p = a, ...q } = {}, [r] = [b]) => { p++; return [p, q, r]; };
    log(f(), f({ a: 1, z: 2 }, [3]), { a, b, f: 1 }, [...o.nested.list], { ...o.nested });
    try { const { z } = null; } catch (error) { log(error); }
    try { ({ a } = undefined); } catch (error) { log(error); }`,
  "parameters and arguments": `
    let n = 1;
    function f(a, b = (n += 1, n), c = () => n++, ...d) { a = 5; arguments[0] = 9; const g = () => { b++; }; g(); c(); return [a, b, arguments.length, d, n, new.target === undefined]; }
    log(f(1), f(1, 2), f.length, f.name);
    const use = (x, y = () => x) => { x++; return [x, y()]; };
    log(use(1), (async (x) => x).length);
    function F() { return new.target === F; }
    log(new F() instanceof F);`,
  "new, tags, templates, typeof, spread": `
    let C = class { constructor(...a) { this.a = a; } static make() { return new this(0); } };
    const ns = { C, sub: { D: class { k = 1; } }, make: () => ns };
    const swap = () => { C = ns.C; };
    swap();
    log(new C(1, ...[2, 3]).a, new ns.C(4), new ns.sub.D().k, new ns.sub["D"]().k, new (ns.make().sub.D)().k, C.make().a, new C);
    let tag = (parts, ...values) => parts.join("|") + values.join();
    const retag = () => { tag = tag; };
    retag();
    log(tag\`a\${ns.sub ? 1 : 2}b\${C.name}c\`, typeof ns.none, typeof tag, void ns.sub, -ns.sub.n, !ns.sub, \`\${ns.sub.D.name}\`);
    log(Math.max(...ns.list ?? [1, 5, 2]), [...new Set([1, 1, 2])], { ...ns.none, ...{ x: 1 } });`,
  "maps and sets": `
    const m = new Map(), s = new Set(), w = new WeakMap();
    const key = {};
    class Mine extends Map { get(k) { log("own get", k); return super.get(k) ?? 0; } }
    const mine = new Mine();
    log(m.set("a", 1) === m, m.get("a"), m.has("b"), m.delete("a"), s.add(1) === s, s.has(1), w.set(key, 2).get(key), mine.set(1, 2).get(1), m.get(), m.get(...["a"]));
    const other = { get: (k) => k, set() { return this === other; }, has: null };
    log(other.get(5), other.set(1), other?.get(6));
    try { other.has(1); } catch (error) { log(error); }
    m.set("k", await m.set("j", 3).get("j"));
    log([...m], m.size);`,
  "async functions": `
    let n = 0;
    const order = [];
    const ticks = async (name, times) => { for (let i = 0; i < times; i++) { n++; order.push(name + n); await i; } return name; };
    const arrow = async () => await ticks("x", 2);
    log(await Promise.all([ticks("a", 3), arrow(), ticks("b", 2), (async function named() { return named.name; })()]), order.join());
    const thrower = async () => { try { await Promise.reject(new RangeError("r")); } catch (error) { n = -1; log(error, n); return n; } finally { n++; log("finally", n); } };
    log(await thrower());
    const through = async () => { await Promise.reject(new TypeError("t")); };
    await through().catch((error) => { n += 5; log(error, n); });
    const { then } = { then: (f) => f("thenable") };
    log(await { then }, await (n, 3), await (await Promise.resolve(4)));
    const obj = { async m() { this.k = (this.k ?? 0) + 1; await null; return this.k++; } };
    log(await obj.m(), await obj.m(), obj.k);`,
  generators: `
    let n = 0;
    function* g(start) { try { n = start; const got = yield n++; log("got", got); yield* [n, n + 1]; const back = yield* h(); log("back", back); return n; } catch (error) { log("caught", error); yield "after"; } finally { log("finally", n); } }
    function* h() { n += 10; yield n; return "h"; }
    log([...g(1)]);
    const i = g(5);
    log(i.next("ignored"), i.next("x"), i.throw(new RangeError("r")), i.next(), i.next());
    const j = g(7);
    log(j.next(), j.return("r"), j.next());
    const [first] = g(8);
    log(first);
    const o = { *[Symbol.iterator]() { yield this.v; yield yield; }, v: 3 };
    for (const x of o) log(x);`,
  "async generators": `
    let n = 0;
    async function* g(k) { try { n++; const got = yield Promise.resolve(n + k); log("got", got); yield* h(); return Promise.resolve("end"); } catch (error) { log("caught", error); yield "after"; } finally { n++; log("finally", n); await null; } }
    async function* h() { yield 1; yield Promise.resolve(2); }
    for await (const x of g(10)) log(x);
    const i = g(20);
    log(await i.next(), await i.next("x"), await i.throw(new RangeError("r")), await i.next(), await i.next());
    const j = g(30);
    log(await j.next(), await j.return(Promise.resolve("r")), await j.next());
    const k = g(40);
    log(await Promise.all([k.next(), k.next(), k.next(), k.next(), k.next()]));
    async function* bad() { yield Promise.reject(new TypeError("y")); }
    try { for await (const x of bad()) log(x); } catch (error) { log(error); }
    async function* worse() { return Promise.reject(new TypeError("w")); }
    try { await worse().next(); } catch (error) { log(error); }`,
  "for await": `
    let n = 0;
    const count = () => n++;
    const source = (name, many) => ({ [Symbol.asyncIterator]() { let i = 0; return { async next() { count(); await null; return { done: i >= many, value: name + i++ }; }, async return() { log("closed", name); return {}; } }; } });
    outer: for (const name of ["a", "b", "c"]) {
      inner: for await (const x of source(name, 3)) {
        if (x === "a1") continue outer;
        if (x === "b0") continue inner;
        if (x === "b1") continue;
        if (x === "c1") break outer;
        log(x, n);
      }
      log("end", name);
    }
    for await (const x of [1, Promise.resolve(2), { then: (f) => f(3) }]) log(x);
    for await (const [k, v] of new Map([["k", 1]])) log(k, v);
    if (n > 0) for await (const x of source("d", 1)) log(x); else log("not");
    const f = async () => { for await (const x of source("e", 2)) return x + n; };
    log(await f(), n);
    const g = async () => { for await (const x of source("f", 2)) { try { throw new RangeError(x); } finally { log("inner"); } } };
    await g().catch((error) => log(error));
    for (const bad of [null, 5, {}, { [Symbol.asyncIterator]: () => 5 }, [Promise.reject(new TypeError("p"))]]) {
      try { for await (const x of bad) log(x); } catch (error) { log(error); }
    }
    log(n);`,
  "switches, labels, nested blocks": `
    let n = 0;
    const bump = () => { n++; };
    block: { bump(); if (n) break block; log("never"); }
    for (const v of [1, 2, 3]) switch (v) { case 1: { let m = v; const f = () => { m += n; return m; }; log(f()); break; } case 2: let k = n; const g = () => k++; g(); log(k); default: bump(); }
    loop: for (;;) { for (;;) { bump(); if (n > 5) break loop; continue loop; } }
    if (n) { let n = 1; const f = () => n++; f(); log(n); } else log("else");
    { function inner() { return n++; } log(inner()); }
    try { throw { code: 5 }; } catch ({ code }) { const f = () => code++; f(); log(code); }
    try { n = n.x.y; } catch { bump(); } finally { bump(); }
    log(n);`,
  "code without spaces": `
    let n=1;const o={a:[1,2],b:null};const f=()=>{n=2;return(n)};
    log(typeof(o).a,void(o.b),f(),!o.b,-n,+(o.a)[0],[o.a,n],{n,o},(()=>({n}))(),n?o.a:o.b,o.a[n-1],o.a[(0,1)]);
    const g=async()=>{await(o.a);return(await(n))};log(await(g()));
    const h=function*(){yield(n);yield[n];yield};log([...h()]);
    for(const x of(o.a))log(x);for(const k in(o))log(k);if(n)log(n);else(n=3);do n++;while(n<5);log(n)`,
};

describe("an instrumented program does what it did before", () => {
  test.each(Object.entries(PROGRAMS))("%s", async (_name, code) => {
    const plain = await run(code);
    expect(plain.at(-1)).toBe("returned undefined");
    expect((await runInstrumented(code)).log).toEqual(plain);
  });
});

test("what cannot be rewritten is left alone", () => {
  for (const code of [
    "let a; eval('a')",
    "let a; const f = () => { (a) = 1; };",
    "const f = async () => { await using x = g(); };",
    "not javascript",
  ])
    expect(instrument(code), code).toBeUndefined();
});

test("names of ours are none of the program's", () => {
  const { hook, code } = instrument("const $w = 1; const $w$ = () => $w;") ?? {};
  expect(hook).toBe("$w$$");
  expect(code).toContain("$w$$.enter");
});

test("only variables that several calls can share are reported, and each instance is another one", async () => {
  const { events } = await runInstrumented(`
    const make = () => { let shared = 0; let own = 0; const fixed = 1; own++; return () => { shared += fixed; }; };
    make()();
    make()();`);
  const writes = events.filter(({ kind }) => kind === "write");
  expect(writes.map((event) => "name" in event && event.name)).toEqual(["shared", "shared"]);
  expect(new Set(writes.map((event) => "object" in event && event.object)).size).toBe(2);
});

test("calls, suspensions and resumptions are told with their places", async () => {
  const { events } = await runInstrumented(`
    const inner = async () => { await null; };
    const outer = async () => {
      await inner();
      try { await Promise.reject(new Error("x")); } catch {}
    };
    await outer();`);
  const told = events.flatMap(({ kind, activation, place }) =>
    kind === "read" ? [] : [`${activation} ${kind} ${place.line}`],
  );
  expect(told).toEqual([
    "1 enter 2",
    "2 enter 5",
    "3 enter 4",
    "3 suspend 4",
    "2 suspend 6",
    "1 suspend 9",
    "3 resume 4",
    "3 leave 4",
    "2 resume 6",
    "2 suspend 7",
    "2 resume 7",
    "2 leave 5",
    "1 resume 9",
    "1 leave 2",
  ]);
});

test("a property that is also read where nobody sees it is not reported at all", async () => {
  const { events } = await runInstrumented(`
    const o = { seen: 1, unseen: { x: 1 } };
    const p = o?.a?.b.unseen;
    o.seen = 2;
    o.unseen = 3;`);
  const names = events.flatMap((event) => (event.kind === "write" ? [event.name] : []));
  expect(names).toEqual(["o.seen"]);
});
