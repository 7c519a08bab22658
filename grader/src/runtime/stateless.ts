/**
 * Decides whether a module can keep anything from one execution to the next.
 *
 * A module without state may be instantiated once and used for every execution, which is much faster than making its
 * classes anew. It has none when its top level declares only functions, classes without static fields, and constants
 * that are primitive, and when its functions and classes are frozen afterwards (the compartment does that). Whoever
 * writes to one of them by name is told apart here; a write by another way throws a TypeError in the frozen module,
 * and the grader then runs the submission again with a new instance each time.
 */
import { type Node, type Program, parse } from "acorn";

type Any = Node & Record<string, unknown>;

/** What the top level of a stateless module declares, or undefined when the module may keep state. */
export function statelessNames(code: string): readonly string[] | undefined {
  let program: Program;
  try {
    program = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  } catch {
    return undefined;
  }
  const objects: string[] = [];
  const constants = new Set<string>();
  for (const statement of program.body as unknown as Any[]) {
    if (!declares(statement, objects, constants)) return undefined;
  }
  return writesTo(program as unknown as Any, new Set(objects)) ? undefined : objects;
}

function declares(statement: Any, objects: string[], constants: Set<string>): boolean {
  switch (statement.type) {
    case "EmptyStatement":
    case "ImportDeclaration":
      return true;
    case "ExportNamedDeclaration":
      return (
        statement["declaration"] === null ||
        declares(statement["declaration"] as Any, objects, constants)
      );
    case "FunctionDeclaration":
      objects.push((statement["id"] as Any)["name"] as string);
      return true;
    case "ClassDeclaration":
      objects.push((statement["id"] as Any)["name"] as string);
      return isPlainClass(statement);
    case "VariableDeclaration":
      return (statement["declarations"] as Any[]).every((item) =>
        declaresConstant(item, statement["kind"], objects, constants),
      );
    default:
      return false;
  }
}

/** `const X = <primitive>`, or what esbuild makes of a class or arrow function: `var Account = class _Account {…}`. */
function declaresConstant(
  item: Any,
  kind: unknown,
  objects: string[],
  constants: Set<string>,
): boolean {
  const id = item["id"] as Any;
  const init = item["init"] as Any | null;
  if (init === null) return false;
  if (isImports(init)) return true;
  if (id.type !== "Identifier") return false;
  const name = id["name"] as string;
  if (
    init.type === "ClassExpression" ||
    init.type === "ArrowFunctionExpression" ||
    init.type === "FunctionExpression"
  ) {
    objects.push(name);
    return init.type !== "ClassExpression" || isPlainClass(init);
  }
  if (kind !== "const" && kind !== "var") return false;
  constants.add(name);
  return isPrimitive(init, constants);
}

/** The bundle's own way to reach the modules that the engine provides: `const { Mutex } = imports["…"]`. */
function isImports(node: Any): boolean {
  return node.type === "MemberExpression" && (node["object"] as Any)["name"] === "imports";
}

function isPlainClass(node: Any): boolean {
  const parent = node["superClass"] as Any | null;
  if (parent !== null && parent.type !== "Identifier") return false;
  return ((node["body"] as Any)["body"] as Any[]).every(
    (member) =>
      member.type !== "StaticBlock" &&
      !(member["static"] === true && member.type === "PropertyDefinition") &&
      member["computed"] !== true,
  );
}

function isPrimitive(node: Any, constants: ReadonlySet<string>): boolean {
  switch (node.type) {
    case "Literal":
      return node["regex"] === undefined;
    case "UnaryExpression":
      return node["operator"] !== "delete" && isPrimitive(node["argument"] as Any, constants);
    case "BinaryExpression":
      return (
        isPrimitive(node["left"] as Any, constants) && isPrimitive(node["right"] as Any, constants)
      );
    case "TemplateLiteral":
      return (node["expressions"] as Any[]).every((part) => isPrimitive(part, constants));
    case "Identifier":
      return (
        constants.has(node["name"] as string) ||
        node["name"] === "Infinity" ||
        node["name"] === "NaN"
      );
    case "MemberExpression":
      return node["computed"] !== true && (node["property"] as Any)["name"] === "BYTES_PER_ELEMENT";
    default:
      return false;
  }
}

/** Whether the code assigns to a top-level binding, or to a property of a top-level function or class, by its name. */
function writesTo(program: Any, names: ReadonlySet<string>): boolean {
  const top = new Set<string>(names);
  const owners = new Set<string>(names);
  for (const statement of program["body"] as Any[]) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const item of statement["declarations"] as Any[]) {
      const id = item["id"] as Any;
      if (id.type === "Identifier") top.add(id["name"] as string);
      // esbuild names a class twice when it mentions itself: `var Account = class _Account {…}`.
      const inner = (item["init"] as Any | null)?.["id"] as Any | null | undefined;
      if (inner?.type === "Identifier") owners.add(inner["name"] as string);
    }
  }
  let found = false;
  const targets = (node: Any): boolean => {
    if (node.type === "Identifier") return top.has(node["name"] as string);
    if (node.type !== "MemberExpression") return false;
    let root = node;
    while (root.type === "MemberExpression") root = root["object"] as Any;
    return root.type === "Identifier" && owners.has(root["name"] as string);
  };
  const visit = (value: unknown): void => {
    if (found || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    const node = value as Any;
    if (node.type === "AssignmentExpression" && targets(node["left"] as Any)) found = true;
    else if (node.type === "UpdateExpression" && targets(node["argument"] as Any)) found = true;
    else if (
      node.type === "UnaryExpression" &&
      node["operator"] === "delete" &&
      targets(node["argument"] as Any)
    )
      found = true;
    for (const [key, part] of Object.entries(node)) if (key !== "type") visit(part);
  };
  visit(program["body"]);
  return found;
}
