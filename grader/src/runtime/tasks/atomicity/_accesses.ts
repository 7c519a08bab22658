/** Reports reads of shared variables, of properties, and of what is kept in a Map or Set. */
import type {
  AnyNode,
  BinaryExpression,
  CallExpression,
  Identifier,
  MemberExpression,
  PrivateIdentifier,
} from "acorn";
import {
  type Context,
  type Rewriter,
  Unsupported,
  cellOf,
  surround,
  temporary,
} from "./_rewriter.ts";
import { isConstant, isCutShort } from "./_syntax.ts";

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
export function leaveMember(rewriter: Rewriter, node: MemberExpression, context: Context): void {
  const name = staticName(node);
  if (name !== undefined) rewriter.unseen.add(name);
  rewriter.visit(node.object, context);
  if (node.computed) rewriter.visit(node.property, context);
}

/** The name of a property that is known beforehand. */
export function staticName({ property, computed }: MemberExpression): string | undefined {
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

export function shortText(code: string, { start, end }: AnyNode): string {
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
export interface Target {
  /** `, object, site` or `, object, site, key`. */
  readonly cell: string;
  /** The same without the comma, for what comes before. */
  readonly note: string;
  readonly site: number;
}

/** Whether an assignment to this member can be reported. */
export function canKeep({ object }: MemberExpression, { temporaries }: Context): boolean {
  return temporaries !== undefined && object.type !== "Super" && !isCutShort(object);
}

/** Keeps object and key of a member that is written. */
export function keepMember(rewriter: Rewriter, node: MemberExpression, context: Context): Target {
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

export function variableTarget(rewriter: Rewriter, node: Identifier): Target | undefined {
  const cell = cellOf(rewriter, node);
  if (cell === undefined) return undefined;
  return targetOf([cell.object], rewriter.site(node, cell.name, [cell.name]));
}

function targetOf([object, ...key]: readonly string[], site: number): Target {
  const note = [object, site, ...key].join(", ");
  return { cell: `, ${note}`, note, site };
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
