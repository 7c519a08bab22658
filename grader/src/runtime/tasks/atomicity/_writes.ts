/** Reports writes of shared variables and of properties. */
import type {
  AssignmentExpression,
  Expression,
  Identifier,
  ObjectPattern,
  Pattern,
  UnaryExpression,
  UpdateExpression,
} from "acorn";
import {
  type Target,
  canKeep,
  keepMember,
  leaveMember,
  shortText,
  staticName,
  variableTarget,
} from "./_accesses.ts";
import { type Context, type Rewriter, Unsupported, surround, temporary } from "./_rewriter.ts";
import { isConstant, isNamedByAssignment } from "./_syntax.ts";

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
