/** Reports reads and writes of shared variables, of properties, and of what is kept in a Map or Set. */
import type {
  AnyNode,
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
  ObjectPattern,
  Pattern,
  PrivateIdentifier,
  UnaryExpression,
  UpdateExpression,
} from "acorn";
import {
  type Context,
  type Rewriter,
  Unsupported,
  cellOf,
  surround,
  temporary,
} from "./_rewriter.ts";
import { isConstant, isCutShort, isNamedByAssignment } from "./_syntax.ts";

/** Reads of what a Map or Set keeps, and changes of it. */
const COLLECTION: ReadonlySet<string> = new Set(["get", "has", "set", "add", "delete"]);

/** `x` becomes `read(x, …)`. */
export function visitIdentifier(rewriter: Rewriter, node: Identifier): void {
  const cell = cellOf(rewriter, node);
  if (cell === undefined) return;
  const site = rewriter.site(node, cell.name, [cell.name]);
  const after = `, ${cell.object}, ${site})`;
  surround(rewriter, node, { before: `${rewriter.hook}.read(`, after }, () => undefined);
}

/** `o.p` becomes `of(o, …).p`, and `o[k]` becomes `(t = o)[key(k, t, …)]`. */
export function visitMember(rewriter: Rewriter, node: MemberExpression, context: Context): void {
  const { object, property } = node;
  const name = staticName(node);
  if (object.type === "Super" || isCutShort(object)) {
    leaveMember(rewriter, node, context);
    return;
  }
  if (name !== undefined) {
    const isCollection = COLLECTION.has(name);
    const site = rewriter.site(property, textOf(rewriter, node), isCollection ? [] : [name]);
    const before = `${rewriter.hook}.${isCollection ? "all" : "of"}(`;
    surround(rewriter, object, { before, after: `, ${site})` }, () => {
      rewriter.visit(object, context);
    });
    if (node.computed) rewriter.visit(property, context);
    return;
  }
  if (context.temporaries === undefined) {
    leaveMember(rewriter, node, context);
    return;
  }
  const kept = keepObject(rewriter, object, context);
  const site = rewriter.site(property, textOf(rewriter, node));
  const around = { before: `${rewriter.hook}.key((`, after: `), ${kept}, ${site})` };
  surround(rewriter, property, around, () => {
    rewriter.visit(property, context);
  });
}

/** A member that nobody reports. */
function leaveMember(rewriter: Rewriter, node: MemberExpression, context: Context): void {
  const name = staticName(node);
  if (name !== undefined) rewriter.unseen.add(name);
  rewriter.visit(node.object, context);
  if (node.computed) rewriter.visit(node.property, context);
}

/** The name of a property that is known beforehand. */
function staticName({ property, computed }: MemberExpression): string | undefined {
  if (!computed) return nameOf(property as Identifier | PrivateIdentifier);
  const isName = property.type === "Literal" && typeof property.value === "string";
  return isName ? (property.value as string) : undefined;
}

function nameOf({ type, name }: Identifier | PrivateIdentifier): string {
  return type === "PrivateIdentifier" ? `#${name}` : name;
}

/** How a member is told: `this.#state`, `slots[i]`; only the property where the object is long. */
function textOf({ code }: Rewriter, { object, property, computed }: MemberExpression): string {
  const owner = shortText(code, object);
  const name = shortText(code, property);
  if (computed) return `${owner}[${name === "" ? "…" : name}]`;
  return owner === "" ? name : `${owner}.${name}`;
}

function shortText(code: string, { start, end }: AnyNode): string {
  const text = code.slice(start, end);
  return /^[\w$.#"'[\]-]{1,40}$/.test(text) ? text : "";
}

/** Keeps an object in a temporary; gives its name. */
function keepObject(
  rewriter: Rewriter,
  object: MemberExpression["object"],
  context: Context,
): string {
  if (object.type === "ThisExpression") return "this";
  const kept = temporary(rewriter, context);
  surround(rewriter, object, { before: `(${kept} = `, after: ")" }, () => {
    rewriter.visit(object, context);
  });
  return kept;
}

/** What is assigned to, as the arguments of a report. */
interface Target {
  /** `, object, site` or `, object, site, key`. */
  readonly cell: string;
  /** The same without the comma, for what comes before. */
  readonly note: string;
  readonly site: number;
}

/** Whether an assignment to this member can be reported. */
function canKeep({ object }: MemberExpression, { temporaries }: Context): boolean {
  return temporaries !== undefined && object.type !== "Super" && !isCutShort(object);
}

/** Keeps object and key of a member that is written. */
function keepMember(rewriter: Rewriter, node: MemberExpression, context: Context): Target {
  const { object, property } = node;
  const name = staticName(node);
  const site = rewriter.site(property, textOf(rewriter, node), name === undefined ? [] : [name]);
  const kept = keepObject(rewriter, object, context);
  if (name !== undefined) return targetOf([kept], site);
  const key = temporary(rewriter, context);
  surround(rewriter, property, { before: `${key} = (`, after: ")" }, () => {
    rewriter.visit(property, context);
  });
  return targetOf([kept, key], site);
}

function variableTarget(rewriter: Rewriter, node: Identifier): Target | undefined {
  const cell = cellOf(rewriter, node);
  if (cell === undefined) return undefined;
  return targetOf([cell.object], rewriter.site(node, cell.name, [cell.name]));
}

function targetOf([object, ...key]: readonly string[], site: number): Target {
  const note = [object, site, ...key].join(", ");
  return { cell: `, ${note}`, note, site };
}

/** `x = e` becomes `wrote(x = e, …)`; what is read before `e` is noted before it. */
export function visitAssignment(
  rewriter: Rewriter,
  node: AssignmentExpression,
  context: Context,
): void {
  const { left, right, operator } = node;
  if (operator === "=") nameValue(rewriter, left, right);
  if (left.type === "Identifier") {
    const target = variableTarget(rewriter, left);
    if (target === undefined) rewriter.visit(right, context);
    else assign(rewriter, node, context, () => target);
  } else if (left.type === "MemberExpression") {
    if (canKeep(left, context)) {
      assign(rewriter, node, context, () => keepMember(rewriter, left, context));
    } else {
      leaveMember(rewriter, left, context);
      rewriter.visit(right, context);
    }
  } else if (left.type === "ObjectPattern" || left.type === "ArrayPattern") {
    assignPattern(rewriter, node, context);
  } else throw new Unsupported();
}

function nameValue({ names }: Rewriter, left: Pattern, right: Expression): void {
  if (left.type === "Identifier") names.set(right, left.name);
  if (left.type === "MemberExpression") names.set(right, staticName(left) ?? "");
}

function assign(
  rewriter: Rewriter,
  node: AssignmentExpression,
  context: Context,
  keep: () => Target,
): void {
  const { insertions, hook } = rewriter;
  const { operator, right, start, end } = node;
  const visitRight = (before: string, after: string): void => {
    surround(rewriter, right, { before, after }, () => {
      rewriter.visit(right, context);
    });
  };
  if (operator === "=") {
    insertions.add(start, `${hook}.wrote(`);
    const { cell, site } = keep();
    if (isConstant(right)) rewriter.markConstant(site);
    rewriter.visit(right, context);
    insertions.add(end, `${cell})`);
  } else if (operator !== "||=" && operator !== "&&=" && operator !== "??=") {
    insertions.add(start, `${hook}.wrote(`);
    const { cell, note } = keep();
    visitRight(`(${hook}.note(${note}), `, ")");
    insertions.add(end, `${cell})`);
  } else if (context.temporaries === undefined || isNamedByAssignment(right)) {
    // Whether it is assigned is not known; that it is read is.
    insertions.add(start, `${hook}.perhaps(`);
    const { note } = keep();
    rewriter.visit(right, context);
    insertions.add(end, `, false, ${note})`);
  } else {
    const isAssigned = temporary(rewriter, context);
    insertions.add(start, `(${isAssigned} = false,${hook}.perhaps(`);
    const { note } = keep();
    visitRight(`(${isAssigned} = true,${hook}.note(${note}), `, ")");
    insertions.add(end, `, ${isAssigned}, ${note}))`);
  }
}

/** `{ x } = o` becomes `unpacked({ x } = unpack(o, …), …)`. */
function assignPattern(rewriter: Rewriter, node: AssignmentExpression, context: Context): void {
  const { left, right } = node;
  const assigned = identifiersIn(left).flatMap((one) => variableTarget(rewriter, one) ?? []);
  for (const _ of assigned) rewriter.insertions.add(node.start, `${rewriter.hook}.unpacked(`);
  rewriter.visitPattern(left, context, true);
  visitUnpacked(rewriter, left, right, context);
  for (const { cell } of assigned) rewriter.insertions.add(node.end, `${cell})`);
}

function identifiersIn(pattern: Pattern): readonly Identifier[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        identifiersIn(property.type === "Property" ? property.value : property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) =>
        element === null ? [] : identifiersIn(element),
      );
    case "RestElement":
      return identifiersIn(pattern.argument);
    case "AssignmentPattern":
      return identifiersIn(pattern.left);
    case "MemberExpression":
      return [];
  }
}

/** A value that a pattern takes apart. */
export function visitUnpacked(
  rewriter: Rewriter,
  pattern: Pattern,
  value: Expression,
  context: Context,
): void {
  if (pattern.type !== "ObjectPattern") {
    rewriter.visit(value, context);
    return;
  }
  const hasRest = pattern.properties.some(({ type }) => type === "RestElement");
  const site = rewriter.site(
    value,
    shortText(rewriter.code, value),
    hasRest ? [] : keysOf(pattern),
  );
  const before = `${rewriter.hook}.${hasRest ? "all" : "unpack"}(`;
  surround(rewriter, value, { before, after: `, ${site})` }, () => {
    rewriter.visit(value, context);
  });
}

/** The properties that an object pattern reads, as far as they are known beforehand. */
export function keysOf({ properties }: ObjectPattern): readonly string[] {
  return properties.flatMap((property) => {
    if (property.type !== "Property" || property.computed) return [];
    return property.key.type === "Identifier" ? [property.key.name] : [];
  });
}

/** `x++` becomes `updated(x++, …)`. */
export function visitUpdate(rewriter: Rewriter, node: UpdateExpression, context: Context): void {
  const { argument } = node;
  const wrap = (keep: () => Target): void => {
    rewriter.insertions.add(node.start, `${rewriter.hook}.updated(`);
    const { cell } = keep();
    rewriter.insertions.add(node.end, `${cell})`);
  };
  if (argument.type === "Identifier") {
    const target = variableTarget(rewriter, argument);
    if (target !== undefined) wrap(() => target);
  } else if (argument.type === "MemberExpression") {
    if (canKeep(argument, context)) wrap(() => keepMember(rewriter, argument, context));
    else leaveMember(rewriter, argument, context);
  } else throw new Unsupported();
}

/** `delete o.p` becomes `removed(delete o.p, …)`. */
export function visitUnary(rewriter: Rewriter, node: UnaryExpression, context: Context): void {
  const { operator, argument } = node;
  if (
    operator !== "delete" ||
    argument.type !== "MemberExpression" ||
    !canKeep(argument, context)
  ) {
    rewriter.visit(argument, context);
    return;
  }
  rewriter.insertions.add(node.start, `${rewriter.hook}.removed(`);
  const { cell, site } = keepMember(rewriter, argument, context);
  rewriter.markConstant(site);
  rewriter.insertions.add(node.end, `${cell})`);
}

/** `k in o` becomes `(t = k) in of(o, …, t)`. */
export function visitBinary(rewriter: Rewriter, node: BinaryExpression, context: Context): void {
  const { left, right, operator } = node;
  const isLookUp = operator === "in" && left.type !== "PrivateIdentifier";
  if (!isLookUp || context.temporaries === undefined) {
    rewriter.visitAll([left, right], context);
    return;
  }
  const key = temporary(rewriter, context);
  surround(rewriter, left, { before: `(${key} = `, after: ")" }, () => {
    rewriter.visit(left, context);
  });
  const { code, hook } = rewriter;
  const name = `${shortText(code, right)}[${shortText(code, left)}]`;
  const after = `, ${rewriter.site(right, name)}, ${key})`;
  surround(rewriter, right, { before: `${hook}.of(`, after }, () => {
    rewriter.visit(right, context);
  });
}

/** `m.get(k)` becomes `called((t = m).get(u = (k)), …)`; other calls only have their parts reported. */
export function visitCall(rewriter: Rewriter, node: CallExpression, context: Context): void {
  const { callee, arguments: values } = node;
  if (callee.type === "Identifier" && callee.name === "eval") throw new Unsupported();
  const [first, ...more] = values;
  const isKept =
    callee.type === "MemberExpression" &&
    COLLECTION.has(staticName(callee) ?? "") &&
    !callee.optional &&
    !node.optional &&
    canKeep(callee, context);
  if (!isKept || first === undefined || first.type === "SpreadElement") {
    rewriter.visitAll([callee, ...values], context);
    return;
  }
  const { insertions, code, hook } = rewriter;
  const owner = shortText(code, callee.object);
  const key = shortText(code, first);
  const method = staticName(callee) === "get" || staticName(callee) === "set" ? "get" : "has";
  const name = `${owner}.${method}(${key === "" ? "…" : key})`;
  const site = rewriter.site(callee.property, name, [staticName(callee) ?? ""]);
  if (more.every(isConstant)) rewriter.markConstant(site);
  insertions.add(node.start, `${hook}.called(`);
  const kept = keepObject(rewriter, callee.object, context);
  const asked = temporary(rewriter, context);
  surround(rewriter, first, { before: `${asked} = (`, after: ")" }, () => {
    rewriter.visit(first, context);
  });
  rewriter.visitAll(more, context);
  insertions.add(node.end, `, ${kept}, ${site}, ${asked})`);
}
