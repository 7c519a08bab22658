/**
 * Which variables can be shared by several activations: those that a function uses and another one around it declares,
 * and that are assigned after their declaration.
 */
import type { AnyNode, Identifier, Pattern, Program, Statement } from "acorn";
import { type FunctionNode, childrenOf, isFunction, namesIn } from "./_syntax.ts";

/** Where variables live: one instance for each time that control enters it. */
export interface Scope {
  readonly parent: Scope | undefined;
  /** Stands for the function that it is part of. */
  readonly owner: object;
  readonly variables: Map<string, Variable>;
  /** Nothing can be put at its beginning, so its instances cannot be told apart. */
  readonly isClosed: boolean;
  /** It is that of a function's parameters; `parent` is that of the function. */
  readonly isParameters: boolean;
}

/** A variable that is declared in the program. */
export interface Variable {
  readonly name: string;
  readonly scope: Scope;
  isShared: boolean;
  isAssigned: boolean;
  /** It cannot be followed everywhere. */
  isLost: boolean;
}

/** The variables of a program, as far as several activations can share them. */
export interface SharedVariables {
  /** The shared variable that is read or assigned here. */
  of(identifier: Identifier): Variable | undefined;
  /** The scope that begins with this node, if it has shared variables. */
  at(node: AnyNode): Scope | undefined;
}

function nameOf({ id }: { readonly id?: Identifier | null }): readonly string[] {
  return id === null || id === undefined ? [] : [id.name];
}

/** Finds the shared variables of a function's body. */
export function findSharedVariables(program: Program): SharedVariables {
  const scopes = new Map<AnyNode, Scope>();
  const uses = new Map<Identifier, Variable>();

  function open(
    node: AnyNode,
    parent: Scope | undefined,
    kind: { readonly isFunction?: boolean; readonly isClosed?: boolean } = {},
  ): Scope {
    const { isFunction: isOwner = false, isClosed = false } = kind;
    const scope: Scope = {
      parent,
      owner: isOwner || parent === undefined ? {} : parent.owner,
      variables: new Map(),
      isClosed,
      isParameters: false,
    };
    scopes.set(node, scope);
    return scope;
  }

  function declare(scope: Scope, names: readonly string[], isConstant = false): void {
    for (const name of names) {
      if (scope.variables.has(name)) continue;
      const isLost = scope.isClosed || isConstant;
      scope.variables.set(name, { name, scope, isShared: false, isAssigned: false, isLost });
    }
  }

  /** Declares what `let`, `const`, `class` and `function` declare in these statements. */
  function declareLexical(scope: Scope, statements: readonly AnyNode[]): void {
    for (const statement of statements) {
      if (statement.type === "FunctionDeclaration") declare(scope, nameOf(statement));
      if (statement.type === "ClassDeclaration") declare(scope, nameOf(statement), true);
      if (statement.type !== "VariableDeclaration" || statement.kind === "var") continue;
      const names = statement.declarations.flatMap(({ id }) => namesIn(id));
      declare(scope, names, statement.kind !== "let");
    }
  }

  /** Declares what `var` declares anywhere in a function. */
  function declareVars(scope: Scope, node: AnyNode): void {
    if (isFunction(node) || node.type === "ClassBody") return;
    if (node.type === "VariableDeclaration" && node.kind === "var")
      for (const { id } of node.declarations) declare(scope, namesIn(id));
    for (const child of childrenOf(node)) declareVars(scope, child);
  }

  function enterBody(scope: Scope, statements: readonly Statement[]): void {
    declareLexical(scope, statements);
    for (const statement of statements) declareVars(scope, statement);
    for (const statement of statements) visit(statement, scope);
  }

  function use(identifier: Identifier, scope: Scope, isAssigned: boolean): void {
    let isInParameters: Scope | undefined;
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      if (at.isParameters) isInParameters = at.parent;
      const variable = at.variables.get(identifier.name);
      if (variable === undefined) continue;
      if (variable.scope.owner !== scope.owner) variable.isShared = true;
      if (isAssigned) variable.isAssigned = true;
      // Where parameters are evaluated, the body has not begun.
      if (isInParameters === variable.scope) variable.isLost = true;
      uses.set(identifier, variable);
      return;
    }
  }

  function visitFunction(node: FunctionNode, outer: Scope): void {
    let parent = outer;
    if (node.type === "FunctionExpression" && node.id !== undefined && node.id !== null) {
      parent = {
        ...outer,
        parent: outer,
        variables: new Map(),
        isClosed: true,
        isParameters: false,
      };
      declare(parent, [node.id.name], true);
    }
    const scope = open(node, parent, { isFunction: true });
    const parameters: Scope = { ...scope, parent: scope, variables: new Map(), isParameters: true };
    for (const parameter of node.params) {
      declare(scope, namesIn(parameter));
      visitPattern(parameter, parameters, false);
    }
    if (node.body.type === "BlockStatement") enterBody(scope, node.body.body);
    else visit(node.body, scope);
  }

  /** Visits what a pattern evaluates; what it assigns is used, unless it is declared there. */
  function visitPattern(pattern: Pattern, scope: Scope, isAssigning: boolean): void {
    switch (pattern.type) {
      case "Identifier":
        if (isAssigning) use(pattern, scope, true);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") visitPattern(property.argument, scope, isAssigning);
          else {
            if (property.computed) visit(property.key, scope);
            visitPattern(property.value, scope, isAssigning);
          }
        }
        return;
      case "ArrayPattern":
        for (const element of pattern.elements)
          if (element !== null) visitPattern(element, scope, isAssigning);
        return;
      case "RestElement":
        visitPattern(pattern.argument, scope, isAssigning);
        return;
      case "AssignmentPattern":
        visitPattern(pattern.left, scope, isAssigning);
        visit(pattern.right, scope);
        return;
      case "MemberExpression":
        visit(pattern, scope);
    }
  }

  function visitAll(nodes: readonly (AnyNode | null | undefined)[], scope: Scope): void {
    for (const node of nodes) if (node !== undefined && node !== null) visit(node, scope);
  }

  /** A loop, whose head may declare variables that are new in each round. */
  function visitLoop(
    node: Extract<AnyNode, { type: "ForStatement" | "ForInStatement" | "ForOfStatement" }>,
    outer: Scope,
  ): void {
    const first = node.type === "ForStatement" ? node.init : node.left;
    const scope = open(node, outer, { isClosed: true });
    if (first?.type === "VariableDeclaration") {
      declareLexical(scope, [first]);
      visit(first, scope);
    } else if (node.type === "ForStatement") visitAll([first], scope);
    else visitPattern(node.left as Pattern, scope, true);
    const rest =
      node.type === "ForStatement" ? [node.test, node.update, node.body] : [node.right, node.body];
    visitAll(rest, scope);
  }

  function visit(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case "Identifier":
        use(node, scope, false);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        visitFunction(node, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression": {
        const inner = open(node, scope, { isClosed: true });
        declare(inner, nameOf(node), true);
        visitAll([node.superClass, node.body], inner);
        return;
      }
      case "PropertyDefinition":
        if (node.computed) visit(node.key, scope);
        visitAll([node.value], open(node, scope, { isFunction: true, isClosed: true }));
        return;
      case "StaticBlock":
        enterBody(open(node, scope, { isFunction: true, isClosed: true }), node.body);
        return;
      case "BlockStatement": {
        const inner = open(node, scope);
        declareLexical(inner, node.body);
        visitAll(node.body, inner);
        return;
      }
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        visitLoop(node, scope);
        return;
      case "SwitchStatement": {
        visit(node.discriminant, scope);
        const inner = open(node, scope, { isClosed: true });
        declareLexical(
          inner,
          node.cases.flatMap(({ consequent }) => consequent),
        );
        visitAll(node.cases, inner);
        return;
      }
      case "CatchClause": {
        const inner = open(node, scope, { isClosed: true });
        if (node.param !== undefined && node.param !== null) {
          declare(inner, namesIn(node.param));
          visitPattern(node.param, inner, false);
        }
        visit(node.body, inner);
        return;
      }
      case "VariableDeclarator":
        visitPattern(node.id, scope, false);
        visitAll([node.init], scope);
        return;
      case "AssignmentExpression":
        visitPattern(node.left, scope, true);
        visit(node.right, scope);
        return;
      case "UpdateExpression":
        if (node.argument.type === "Identifier") use(node.argument, scope, true);
        else visit(node.argument, scope);
        return;
      case "MemberExpression":
        visit(node.object, scope);
        if (node.computed) visit(node.property, scope);
        return;
      case "Property":
      case "MethodDefinition":
        if (node.computed) visit(node.key, scope);
        visit(node.value, scope);
        return;
      case "LabeledStatement":
        visit(node.body, scope);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      default:
        visitAll(childrenOf(node), scope);
    }
  }

  enterBody(open(program, undefined, { isFunction: true }), program.body as Statement[]);
  const isFollowed = ({ isShared, isAssigned, isLost }: Variable): boolean =>
    isShared && isAssigned && !isLost;
  return {
    of(identifier) {
      const variable = uses.get(identifier);
      return variable !== undefined && isFollowed(variable) ? variable : undefined;
    },
    at(node) {
      const scope = scopes.get(node);
      return scope !== undefined && [...scope.variables.values()].some(isFollowed)
        ? scope
        : undefined;
    },
  };
}
