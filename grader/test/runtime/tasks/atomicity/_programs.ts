/** Small async programs, generated: shared variables, fields, maps and generators in all kinds of expressions. */
import fc from "fast-check";

/** A piece of source text. */
type Source = fc.Arbitrary<string>;

const join = (...parts: readonly (Source | string)[]): Source =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((texts) => texts.join(""));

const literal: Source = fc.constantFrom(
  "0",
  "1",
  "2",
  '"s"',
  "null",
  "undefined",
  "true",
  "[1, 2]",
);
const key: Source = fc.constantFrom('"x"', '"y"', "0", "1");
/** What can be assigned to. */
const cell: Source = fc.oneof(
  fc.constantFrom("a", "b", "o.x", "o.y", "own.x", "this.k", 'o["x"]', "list[0]"),
  join("o[", key, "]"),
  join("list[", fc.constantFrom("0", "1", "a", "b"), "]"),
);
const operator: Source = fc.constantFrom("=", "-=", "??=", "||=", "&&=");

/** Expressions in an async function, or in a plain one. */
function expressions(isAsync: boolean): Source {
  const { tree } = fc.letrec<{ tree: string; leaf: string; node: string }>((tie) => {
    const leaf: Source = fc.oneof(
      literal,
      cell,
      fc.constantFrom(
        "name",
        "maybe?.x",
        "maybe?.x.y.z",
        "maybe?.[a]",
        "typeof a",
        "box.p",
        "box.q()",
      ),
      join("map.get(", key, ")"),
      join("map.has(", key, ")"),
      join("set.has(", key, ")"),
    );
    const inner = tie("tree");
    const plain: readonly Source[] = [
      join("(", cell, " ", operator, " ", inner, ")"),
      join("(", cell, " += small(", inner, "))"),
      join("(", fc.constantFrom("++", "--"), cell, ")"),
      join("(", cell, fc.constantFrom("++", "--"), ")"),
      join(
        "(",
        inner,
        fc.constantFrom(" - ", " === ", " && ", " || ", " ?? 0 ^ ", ", "),
        inner,
        ")",
      ),
      join("(", inner, " ? ", inner, " : ", inner, ")"),
      join("map.set(", key, ", ", inner, ").size"),
      join("set.add(", inner, ").size"),
      join("map.delete(", key, ")"),
      join("(delete o[", key, "])"),
      join("(", key, " in o)"),
      join("log(", inner, ")"),
      join("[...[", inner, "], ", inner, "].length"),
      join("({ a, b: ", inner, ", ...o }).b"),
      join("`t${small(", inner, ")}`"),
      isAsync ? join("(await (async () => ", inner, ")())") : join("(() => ", inner, ")()"),
      join("box.add(", inner, ")"),
      join("([a, o.x = ", inner, "] = list)"),
      join("({ x: b, y: own.x = ", inner, " } = o)"),
      join("new Box(", inner, ").p"),
    ];
    const async: readonly Source[] = isAsync
      ? [
          join("(await ", inner, ")"),
          fc.constantFrom(
            "(await at(fresh()))",
            "(await null)",
            "(await Promise.reject(new RangeError()))",
          ),
          join("(await box.later(", inner, "))"),
        ]
      : [];
    return {
      leaf,
      node: fc.oneof(...plain, ...async, ...async),
      tree: fc.oneof({ maxDepth: 3, depthSize: "small" }, leaf, tie("node")),
    };
  });
  return tree;
}

/** Statements of a function that can be suspended in these ways. */
function statements(
  kind: { readonly isAsync: boolean; readonly yields: boolean },
  depth = 2,
): Source {
  const value = expressions(kind.isAsync);
  const inner: Source = depth === 0 ? join(value, ";") : statements(kind, depth - 1);
  const simple: readonly Source[] = [
    join(value, ";"),
    join("log(", value, ");"),
    join("{ const seen = ", cell, "; ", value, "; log(seen); }"),
    join("{ const { x, ...rest } = o; log(x, rest, ", value, "); }"),
  ];
  const nested: readonly Source[] = [
    join("if (", value, ") { ", inner, " } else { ", inner, " }"),
    join("for (const i of [1, 2]) { ", inner, " }"),
    join("for (let i = 0; i < 2; i++) { const f = () => i++; ", inner, " log(f()); }"),
    join("try { ", inner, " } catch (error) { log(error); ", inner, " } finally { ", inner, " }"),
    join(
      `out${depth}: for (const i of [1, 2]) { `,
      inner,
      ` if (a) continue out${depth}; `,
      inner,
      " }",
    ),
    join("switch (", value, ") { case 1: ", inner, " default: ", inner, " }"),
    join(
      "{ let fresh1 = ",
      value,
      "; const f = () => { fresh1 += 1; return fresh1; }; ",
      inner,
      " log(f()); }",
    ),
    ...(kind.isAsync
      ? [
          join("for await (const v of gen(name)) { log(v); ", inner, " }"),
          join("for await (const v of [", value, ", at(fresh())]) { ", inner, " if (b) break; }"),
        ]
      : []),
    ...(kind.yields ? [join("log(yield ", value, ");"), join("yield* [", value, "];")] : []),
  ];
  const one = depth === 0 ? fc.oneof(...simple) : fc.oneof(...simple, ...nested);
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((texts) => texts.join("\n"));
}

const plain = { isAsync: false, yields: false };
const async = { isAsync: true, yields: false };

/** A program of tasks that run side by side, or one after the other. */
export const programs = (order: "side by side" | "one by one"): Source =>
  fc
    .record({
      gen: statements({ isAsync: true, yields: true }, 1),
      sync: statements({ isAsync: false, yields: true }, 1),
      helper: statements(plain, 1),
      later: statements(async, 1),
      tasks: fc.array(statements(async), { minLength: 2, maxLength: 3 }),
    })
    .map(
      ({ gen, sync, helper, later, tasks }) => `
let a = 0, b = 1, names = 0, budget = 30;
const o = { x: 1, y: undefined }, list = [0, 1], map = new Map([["x", 1]]), set = new Set();
let maybe = null;
const fresh = () => "p" + names++;
const small = (value) => typeof value === "number" ? value % 7 : 1;
const isSpent = () => budget-- <= 0;
class Box {
  #p; static made = 0; k = 1; q = () => this.#p;
  constructor(p) { this.#p = p; Box.made++; }
  get p() { return this.#p; }
  add(n) { this.#p += n; this.k ??= n; return helper.call(this, "add"); }
  async later(name) { const own = this; const seen = this.#p; if (isSpent()) return 0; ${later}
    this.#p = seen; return own.k; }
}
const box = new Box(5);
function helper(name) {
  const own = { x: 0 };
  if (isSpent()) return name;
  try { ${helper} } catch (error) { log(error); }
  for (const v of sync.call(this, name)) if (a) maybe = { x: v }; else a = 1;
  return own.x;
}
function* sync(name) { const own = o; if (isSpent()) return; ${sync} }
async function* gen(name) { const own = o; if (isSpent()) return; ${gen} return at(fresh()); }
const tasks = [${tasks
        .map((body, i) => `async function (name = ${i}) { const own = { x: ${i} };\n${body}\n}`)
        .join(",\n")}];
const ended = [];
const start = async (task, i) => { try { await task.call({ k: i }); ended[i] = "ended"; } catch (error) { ended[i] = error.name; } };
${order === "one by one" ? "for (const i of tasks.keys()) await start(tasks[i], i);" : "await Promise.all(tasks.map(start));"}
log(ended, a, b, o, list, [...map], set.size, box.p, Box.made);`,
    );
