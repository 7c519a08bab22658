/**
 * Rewrites a submission so that it reports who reads and writes what, and where it is suspended and goes on.
 *
 * Text is only put in between, so the program does what it did before: each report is a call that gives back what it
 * is given, or a part of a comma expression, at the moment at which the access itself happens. Two things change: the
 * messages that V8 makes from source text, and the depth of the stack. What cannot be reported where it stands is left
 * alone, and then no access of a property of that name is reported at all: a read that nobody saw must not let a write
 * look blind.
 */
import type { AnyNode, Pattern, Program, Property, Statement, VariableDeclarator } from "acorn";
import { visitBinary, visitCall, visitIdentifier, visitMember } from "./_accesses.ts";
import {
  declared,
  instanceOf,
  startOfBody,
  visitForOf,
  visitFunction,
  visitHead,
  visitLabelled,
  visitReturn,
  visitSuspension,
  visitTry,
} from "./_functions.ts";
import {
  type Context,
  type Rewriter,
  type Site,
  Unsupported,
  cellOf,
  createRewriter,
  surround,
} from "./_rewriter.ts";
import { findSharedVariables } from "./_scopes.ts";
import { childrenOf, parseBody } from "./_syntax.ts";
import { keysOf, visitAssignment, visitUnary, visitUnpacked, visitUpdate } from "./_writes.ts";

export type { Site };

/** A program that reports what it does. */
export interface Instrumented {
  readonly code: string;
  /** Name of the global that it reports to. */
  readonly hook: string;
  /** Where its reports come from, by number. */
  readonly sites: readonly Site[];
  /** Properties that are also read or written without a report. */
  readonly unseen: readonly string[];
}

/** Rewrites the body of a function; undefined where that cannot be done. */
export function instrument(code: string): Instrumented | undefined {
  const program = parseBody(code);
  if (program === undefined) return undefined;
  try {
    const rewritten = rewrite(code, program);
    // What may stand at the top of a function may not always stand in a block, where it stands now.
    return parseBody(rewritten.code) === undefined ? undefined : rewritten;
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

function rewrite(code: string, program: Program): Instrumented {
  const rewriter = createRewriter(code, findSharedVariables(program), {
    visit,
    visitPattern(pattern, context, isReported) {
      visitPattern(rewriter, pattern, { context, isReported });
    },
  });
  const { insertions, hook, sites, unseen } = rewriter;
  const context: Context = { activation: "undefined", kind: "plain", temporaries: [] };
  const body = program.body as Statement[];
  insertions.add(startOfBody(body, 0), instanceOf(rewriter, program));
  rewriter.visitAll(body, context);
  insertions.add(code.length, `\n${declared(context.temporaries)}`);
  return { code: insertions.apply(), hook: hook.trim(), sites, unseen: [...unseen] };
}

function visit(rewriter: Rewriter, node: AnyNode, context: Context): void {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      visitFunction(rewriter, node, context);
      return;
    case "AwaitExpression":
    case "YieldExpression":
      visitSuspension(rewriter, node, context);
      return;
    case "ReturnStatement":
      visitReturn(rewriter, node, context);
      return;
    case "TryStatement":
      visitTry(rewriter, node, context);
      return;
    case "LabeledStatement":
      visitLabelled(rewriter, node, context);
      return;
    case "ForOfStatement":
      visitForOf(rewriter, node, context);
      return;
    case "ForInStatement":
      visitHead(rewriter, node.left, context);
      rewriter.visitAll([node.right, node.body], context);
      return;
    case "BlockStatement":
      rewriter.insertions.add(node.start + 1, instanceOf(rewriter, node));
      rewriter.visitAll(node.body, context);
      return;
    case "Identifier":
      visitIdentifier(rewriter, node);
      return;
    case "MemberExpression":
      visitMember(rewriter, node, context);
      return;
    case "AssignmentExpression":
      visitAssignment(rewriter, node, context);
      return;
    case "UpdateExpression":
      visitUpdate(rewriter, node, context);
      return;
    case "UnaryExpression":
      visitUnary(rewriter, node, context);
      return;
    case "BinaryExpression":
      visitBinary(rewriter, node, context);
      return;
    case "CallExpression":
      visitCall(rewriter, node, context);
      return;
    case "NewExpression":
      // A call within the callee would take the arguments.
      surround(rewriter, node.callee, { before: "(", after: ")" }, () => {
        rewriter.visit(node.callee, context);
      });
      rewriter.visitAll(node.arguments, context);
      return;
    case "SpreadElement": {
      const after = `, ${rewriter.site(node, "")})`;
      surround(rewriter, node.argument, { before: `${rewriter.hook}.all(`, after }, () => {
        rewriter.visit(node.argument, context);
      });
      return;
    }
    case "VariableDeclaration":
      if (node.kind === "await using") throw new Unsupported();
      rewriter.visitAll(node.declarations, context);
      return;
    case "VariableDeclarator":
      visitDeclarator(rewriter, node, context);
      return;
    case "Property":
      visitProperty(rewriter, node as Property, context);
      return;
    case "MethodDefinition":
      if (node.computed) rewriter.visit(node.key, context);
      else nameAfterKey(rewriter, node.key, node.value);
      rewriter.visit(node.value, context);
      return;
    case "PropertyDefinition":
    case "StaticBlock":
      // Nothing can be declared for them.
      visitInitialiser(rewriter, node, { ...context, kind: "plain", temporaries: undefined });
      return;
    case "CatchClause":
      if (node.param !== undefined && node.param !== null)
        rewriter.visitPattern(node.param, context, false);
      rewriter.visit(node.body, context);
      return;
    default:
      rewriter.visitAll(childrenOf(node), context);
  }
}

function visitDeclarator(
  rewriter: Rewriter,
  { id, init }: VariableDeclarator,
  context: Context,
): void {
  const hasValue = init !== undefined && init !== null;
  rewriter.visitPattern(id, context, hasValue);
  if (!hasValue) return;
  if (id.type === "Identifier") rewriter.names.set(init, id.name);
  visitUnpacked(rewriter, id, init, context);
}

/** A property of an object literal; `{ x }` becomes `{ x: … }` where `x` is reported. */
function visitProperty(rewriter: Rewriter, node: Property, context: Context): void {
  const { key, value, computed, shorthand } = node;
  if (computed) rewriter.visit(key, context);
  else nameAfterKey(rewriter, key, value);
  if (shorthand && value.type === "Identifier" && cellOf(rewriter, value) !== undefined)
    rewriter.insertions.add(node.start, `${value.name}:`);
  rewriter.visit(value, context);
}

function nameAfterKey({ names }: Rewriter, key: AnyNode, value: AnyNode): void {
  if (key.type === "Identifier") names.set(value, key.name);
  if (key.type === "PrivateIdentifier") names.set(value, `#${key.name}`);
}

function visitInitialiser(
  rewriter: Rewriter,
  node: Extract<AnyNode, { type: "PropertyDefinition" | "StaticBlock" }>,
  context: Context,
): void {
  if (node.type === "StaticBlock") {
    rewriter.visitAll(node.body, context);
    return;
  }
  if (node.computed) rewriter.visit(node.key, context);
  if (node.value === undefined || node.value === null) return;
  nameAfterKey(rewriter, node.key, node.value);
  rewriter.visit(node.value, context);
}

/** What a pattern evaluates: default values and computed keys. What it reads is reported with its value, if at all. */
function visitPattern(
  rewriter: Rewriter,
  pattern: Pattern,
  { context, isReported }: { readonly context: Context; readonly isReported: boolean },
): void {
  const inner = { context, isReported: false };
  switch (pattern.type) {
    case "Identifier":
      return;
    case "MemberExpression":
      rewriter.visit(pattern.object, context);
      if (pattern.computed) rewriter.visit(pattern.property, context);
      return;
    case "ObjectPattern":
      if (!isReported) for (const key of keysOf(pattern)) rewriter.unseen.add(key);
      for (const property of pattern.properties) {
        if (property.type === "RestElement") visitPattern(rewriter, property.argument, inner);
        else {
          if (property.computed) rewriter.visit(property.key, context);
          visitPattern(rewriter, property.value, inner);
        }
      }
      return;
    case "ArrayPattern":
      for (const element of pattern.elements)
        if (element !== null) visitPattern(rewriter, element, inner);
      return;
    case "RestElement":
      visitPattern(rewriter, pattern.argument, inner);
      return;
    case "AssignmentPattern":
      visitPattern(rewriter, pattern.left, inner);
      rewriter.visit(pattern.right, context);
  }
}
