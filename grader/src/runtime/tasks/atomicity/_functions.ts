/** Reports activations: who is called by whom, and where they are suspended and go on. */
import type {
  AwaitExpression,
  ForOfStatement,
  LabeledStatement,
  ReturnStatement,
  Statement,
  TryStatement,
  YieldExpression,
} from "acorn";
import { type Context, type Rewriter, surround } from "./_rewriter.ts";
import type { FunctionNode } from "./_syntax.ts";

/** A function: its body reports that it begins and ends. */
export function visitFunction(rewriter: Rewriter, node: FunctionNode, outer: Context): void {
  const { insertions, hook } = rewriter;
  for (const parameter of node.params)
    rewriter.visitPattern(parameter, { ...outer, kind: "plain", temporaries: undefined }, false);
  const name = node.id?.name ?? rewriter.names.get(node) ?? "";
  const activation = rewriter.fresh();
  const context: Context = { activation, kind: kindOf(node), temporaries: [] };
  const enter = `const ${activation} =${hook}.enter(${rewriter.site(node, name)}, ${outer.activation});`;
  const before = `${enter}${instanceOf(rewriter, node)} try {`;
  const after = (): string =>
    `} finally {${hook}.leave(${activation}); }${declared(context.temporaries)}`;
  const { body } = node;
  if (body.type === "BlockStatement") {
    insertions.add(startOfBody(body.body, body.start + 1), before);
    rewriter.visitAll(body.body, context);
    insertions.add(body.end - 1, after());
  } else {
    insertions.add(body.start, `{ ${before} return (`);
    rewriter.visit(body, context);
    insertions.add(body.end, `); ${after()} }`);
  }
}

function kindOf({ async, generator }: FunctionNode): Context["kind"] {
  if (generator) return async ? "async generator" : "generator";
  return async ? "async" : "plain";
}

/** Where the first statement may stand: after the directives. */
export function startOfBody(body: readonly Statement[], start: number): number {
  const directives = body.filter((node) => "directive" in node && node.directive !== undefined);
  return directives.at(-1)?.end ?? start;
}

/** The constant that stands for this instance of a scope, where it has shared variables. */
export function instanceOf(rewriter: Rewriter, node: Parameters<Rewriter["visit"]>[0]): string {
  const scope = rewriter.shared.at(node);
  if (scope === undefined) return "";
  const name = rewriter.fresh();
  rewriter.instances.set(scope, name);
  return ` const ${name} =${rewriter.hook}.scope();`;
}

/** Declares temporaries; what `var` declares is there from the beginning. */
export function declared(temporaries: Context["temporaries"] = []): string {
  return temporaries.length === 0 ? "" : ` var ${temporaries.join(", ")};`;
}

/** `await e` becomes `resume(a, await suspend(a, …, e))`. */
export function visitSuspension(
  rewriter: Rewriter,
  node: AwaitExpression | YieldExpression,
  context: Context,
): void {
  const { hook } = rewriter;
  const { activation } = context;
  const { argument } = node;
  const name = node.type === "AwaitExpression" ? "await" : "yield";
  const suspend = `${hook}.suspend(${activation}, ${rewriter.site(node, name)}`;
  surround(rewriter, node, { before: `${hook}.resume(${activation}, `, after: ")" }, () => {
    if (argument === undefined || argument === null) {
      rewriter.insertions.add(node.end, `${suspend})`);
      return;
    }
    surround(rewriter, argument, { before: `${suspend}, `, after: ")" }, () => {
      rewriter.visit(argument, context);
    });
  });
}

/** An async generator awaits what it returns. */
export function visitReturn(
  rewriter: Rewriter,
  { argument, start }: ReturnStatement,
  context: Context,
): void {
  if (argument === undefined || argument === null) return;
  if (context.kind !== "async generator") {
    rewriter.visit(argument, context);
    return;
  }
  const site = rewriter.site({ ...argument, start }, "return");
  const before = `${rewriter.hook}.suspend(${context.activation}, ${site}, `;
  surround(rewriter, argument, { before, after: ")" }, () => {
    rewriter.visit(argument, context);
  });
}

/** After what was awaited has rejected, a function goes on in `catch` or `finally`. */
export function visitTry(
  rewriter: Rewriter,
  { block, handler, finalizer }: TryStatement,
  context: Context,
): void {
  const goesOn = caught(rewriter, context);
  rewriter.visit(block, context);
  if (handler !== undefined && handler !== null) {
    rewriter.insertions.add(handler.body.start + 1, goesOn);
    rewriter.visit(handler, context);
  }
  if (finalizer !== undefined && finalizer !== null) {
    rewriter.insertions.add(finalizer.start + 1, goesOn);
    rewriter.visit(finalizer, context);
  }
}

function caught({ hook }: Rewriter, { activation, kind }: Context): string {
  return kind === "plain" ? "" : `${hook}.caught(${activation});`;
}

/** A label stands right before its loop, so what is put around a loop stands before its labels. */
export function visitLabelled(rewriter: Rewriter, node: LabeledStatement, context: Context): void {
  let body: Statement = node;
  while (body.type === "LabeledStatement") ({ body } = body);
  if (body.type !== "ForOfStatement" || !body.await) {
    rewriter.visit(node.body, context);
    return;
  }
  const loop = body;
  aroundLoop(rewriter, node, context, () => {
    visitLoop(rewriter, loop, context);
  });
}

/** `for await` suspends at each round, and goes on in its body, or behind the loop. */
export function visitForOf(rewriter: Rewriter, node: ForOfStatement, context: Context): void {
  if (!node.await) visitHeadAndBody(rewriter, node, context);
  else {
    aroundLoop(rewriter, node, context, () => {
      visitLoop(rewriter, node, context);
    });
  }
}

function aroundLoop(
  rewriter: Rewriter,
  node: Statement,
  context: Context,
  visit: () => void,
): void {
  const after = `} finally {${caught(rewriter, context)} }`;
  surround(rewriter, node, { before: " try {", after }, visit);
}

function visitLoop(rewriter: Rewriter, node: ForOfStatement, context: Context): void {
  const { insertions, hook } = rewriter;
  const { left, right, body } = node;
  visitHead(rewriter, left, context);
  const site = rewriter.site(node, "for await");
  const before = `${hook}.iterate(${context.activation}, ${site}, `;
  surround(rewriter, right, { before, after: ")" }, () => {
    rewriter.visit(right, context);
  });
  const goesOn = caught(rewriter, context);
  if (body.type === "BlockStatement") {
    insertions.add(body.start + 1, goesOn);
    rewriter.visit(body, context);
  } else {
    surround(rewriter, body, { before: `{${goesOn} `, after: " }" }, () => {
      rewriter.visit(body, context);
    });
  }
}

function visitHeadAndBody(rewriter: Rewriter, node: ForOfStatement, context: Context): void {
  visitHead(rewriter, node.left, context);
  rewriter.visitAll([node.right, node.body], context);
}

/** What `for … of` or `for … in` assigns in each round. */
export function visitHead(
  rewriter: Rewriter,
  left: ForOfStatement["left"],
  context: Context,
): void {
  if (left.type === "VariableDeclaration") rewriter.visit(left, context);
  else rewriter.visitPattern(left, context, false);
}
