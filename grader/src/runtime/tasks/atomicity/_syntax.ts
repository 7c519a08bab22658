/** Small questions about syntax trees. Parentheses are nodes of their own here. */
import {
  type AnonymousFunctionDeclaration,
  type AnyNode,
  type ArrowFunctionExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  type Pattern,
  type Program,
  parse,
} from "acorn";

/** Any function. */
export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression;

/** The tree of a function's body, or undefined where it is none. */
export function parseBody(code: string): Program | undefined {
  try {
    return parse(code, {
      ecmaVersion: "latest",
      sourceType: "script",
      strict: true,
      allowReturnOutsideFunction: true,
      preserveParens: true,
    });
  } catch {
    return undefined;
  }
}

/** The nodes directly below one, in the order of the source. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  const children = Object.values(node).flat().filter(isNode);
  return children.toSorted((a, b) => a.start - b.start);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Whether a node is a function. */
export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** `node` without the parentheses around it. */
export function unwrapped(node: AnyNode): AnyNode {
  return node.type === "ParenthesizedExpression" ? unwrapped(node.expression) : node;
}

/** Whether an expression is the same whenever it is evaluated. */
export function isConstant(node: AnyNode): boolean {
  const value = unwrapped(node);
  switch (value.type) {
    case "Literal":
      return value.regex === undefined;
    case "TemplateLiteral":
      return value.expressions.length === 0;
    case "Identifier":
      return value.name === "undefined";
    case "UnaryExpression":
      return value.operator !== "delete" && isConstant(value.argument);
    default:
      return false;
  }
}

/** Whether an assignment to a variable gives a name to this value. */
export function isNamedByAssignment(node: AnyNode): boolean {
  const value = unwrapped(node);
  if (value.type === "ArrowFunctionExpression") return true;
  return (
    (value.type === "FunctionExpression" || value.type === "ClassExpression") &&
    (value.id ?? null) === null
  );
}

/** Whether `node` ends early where a `?.` within it finds nothing: then nothing may be put around it. */
export function isCutShort(node: AnyNode): boolean {
  if (node.type === "MemberExpression") return node.optional || isCutShort(node.object);
  if (node.type === "CallExpression") return node.optional || isCutShort(node.callee);
  return false;
}

/** The names that a pattern binds, or assigns; the members that it assigns are left out. */
export function namesIn(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "Property" ? property.value : property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case "RestElement":
      return namesIn(pattern.argument);
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "MemberExpression":
      return [];
  }
}
