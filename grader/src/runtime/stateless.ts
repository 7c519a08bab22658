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

/**
 * Whether the code may write to a top-level binding, or to a property of a function or class: by its name, by `this` in
 * a static method, or through a variable where one of them was ever passed on as a value. Elements, as `cells[i]`,
 * count as no property.
 */
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
  let isPassedOn = false;
  let writesToUnknown = false;

  /** Looks at the object that is written to; in an instance, `this` may be. */
  const writeTo = (root: Any, isStatic: boolean): void => {
    if (root.type === "Identifier" && owners.has(root["name"] as string)) found = true;
    else if (root.type === "ThisExpression") found ||= isStatic;
    else if (!isFresh(root)) writesToUnknown = true;
  };

  /** Looks at the target of an assignment. */
  const target = (node: Any | null, isStatic: boolean): void => {
    if (node === null) return;
    switch (node.type) {
      case "Identifier":
        found ||= top.has(node["name"] as string);
        return;
      case "MemberExpression":
        if (nameOf(node) !== undefined) writeTo(rootOf(node), isStatic);
        return;
      case "ArrayPattern":
        for (const element of node["elements"] as (Any | null)[]) target(element, isStatic);
        return;
      case "ObjectPattern":
        for (const property of node["properties"] as Any[]) {
          target((property["value"] ?? property["argument"]) as Any, isStatic);
        }
        return;
      case "AssignmentPattern":
        target(node["left"] as Any, isStatic);
        return;
      case "RestElement":
        target(node["argument"] as Any, isStatic);
        return;
      default:
    }
  };

  const visit = (value: unknown, isStatic: boolean): void => {
    if (found || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item, isStatic);
      return;
    }
    const node = value as Any;
    const assigned = assignedObject(node);
    if (assigned !== undefined) {
      writeTo(rootOf(assigned), isStatic);
      visit(node["arguments"], isStatic);
      return;
    }
    switch (node.type) {
      case "AssignmentExpression":
      case "ForOfStatement":
      case "ForInStatement":
        target(node["left"] as Any, isStatic);
        break;
      case "UpdateExpression":
        target(node["argument"] as Any, isStatic);
        break;
      case "UnaryExpression":
        if (node["operator"] === "delete") target(node["argument"] as Any, isStatic);
        break;
      case "MemberExpression":
        found ||= reachesOthers.has(nameOf(node) ?? "") || nameIs(node["object"], "Reflect");
        break;
      case "Identifier":
        found ||= nameIs(node, "Reflect");
        isPassedOn ||= owners.has(node["name"] as string);
        break;
      case "ThisExpression":
        isPassedOn ||= isStatic;
        break;
      default:
    }
    const within = node.type === "MethodDefinition" ? node["static"] === true : isStatic;
    for (const [key, part] of Object.entries(node)) {
      if (key !== "type" && !isNoValue(node, key, part)) visit(part, within);
    }
  };
  visit(program["body"], false);
  return found || (isPassedOn && writesToUnknown);
}

/** Whether a part of a node is a name, or a value that is used where it stands and not passed on. */
function isNoValue(node: Any, key: string, part: unknown): boolean {
  const type = (part as Any | null | undefined)?.type;
  if (type !== "Identifier" && type !== "ThisExpression") return false;
  switch (node.type) {
    case "CallExpression":
    case "NewExpression":
      return key === "callee";
    case "MemberExpression":
      return node["computed"] !== true;
    case "BinaryExpression":
      return key === "right" && node["operator"] === "instanceof";
    case "ClassDeclaration":
    case "ClassExpression":
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "VariableDeclarator":
      return key === "id" || key === "superClass";
    case "MethodDefinition":
    case "PropertyDefinition":
    case "Property":
      return key === "key" && node["computed"] !== true && node["shorthand"] !== true;
    case "ExportSpecifier":
      return true;
    default:
      return false;
  }
}

/** Members by which a class is reached from an instance, and functions that write to what they are given. */
const reachesOthers: ReadonlySet<string> = new Set([
  "constructor",
  "__proto__",
  "prototype",
  "assign",
  "defineProperty",
  "defineProperties",
  "setPrototypeOf",
]);

/** The name of a member that is given as a name or as a string; undefined for an element or a private member. */
function nameOf(node: Any): string | undefined {
  const property = node["property"] as Any;
  if (node["computed"] !== true) {
    return property.type === "PrivateIdentifier" ? undefined : (property["name"] as string);
  }
  return property.type === "Literal" && typeof property["value"] === "string"
    ? property["value"]
    : undefined;
}

const nameIs = (node: unknown, name: string): boolean => (node as Any)["name"] === name;

/** What `Object.assign(…)` writes to. */
function assignedObject(node: Any): Any | undefined {
  if (node.type !== "CallExpression") return undefined;
  const callee = node["callee"] as Any;
  if (callee.type !== "MemberExpression" || nameOf(callee) !== "assign") return undefined;
  if (!nameIs(callee["object"], "Object")) return undefined;
  const [first] = node["arguments"] as Any[];
  return first?.type === "SpreadElement" ? undefined : first;
}

/** Whether an expression makes the object that it gives. */
const isFresh = ({ type }: Any): boolean => type === "NewExpression" || type === "ObjectExpression";

function rootOf(node: Any): Any {
  let root = node;
  while (root.type === "MemberExpression") root = root["object"] as Any;
  return root;
}
