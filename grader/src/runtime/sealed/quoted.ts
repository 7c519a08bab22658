/** Finds the parts of a program that are text and not code. */

/** A half-open range of character offsets. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const blank = /\s+|\/\/.*|\/\*[^]*?\*\//y;
const string = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y;
const templatePart = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?<end>`|\$\{)/y;
const regularExpression = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const word = /[\p{ID_Start}$_#][\p{ID_Continue}$]*|\d[\w.]*/uy;

/** Words after which a slash begins a regular expression. */
const operators = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);

/**
 * The strings, template texts, regular expressions and comments of a program, in order.
 *
 * A slash after a parenthesis or a brace is taken for a division, which it nearly always is. Code that is quoted
 * by mistake is never more dangerous for that: what is changed in it no longer parses.
 */
export function quotedRanges(code: string): readonly Range[] {
  const ranges: Range[] = [];
  /** For each open brace: whether it is the `${` of a template. */
  const braces: boolean[] = [];
  let at = 0;
  let afterOperand = false;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(code);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const quote = (pattern: RegExp): RegExpExecArray | null => {
    const from = at;
    const match = take(pattern);
    if (match !== null) ranges.push({ from, to: at });
    return match;
  };
  const template = (): void => {
    const end = quote(templatePart)?.groups?.["end"];
    if (end === "${") braces.push(true);
    afterOperand = end !== "${";
  };

  while (at < code.length) {
    const character = code[at] as string;
    if (quote(blank) !== null) continue;
    if (quote(string) !== null || (!afterOperand && quote(regularExpression) !== null)) {
      afterOperand = true;
      continue;
    }
    const name = take(word)?.[0];
    if (name !== undefined) {
      afterOperand = !operators.has(name);
      continue;
    }
    at++;
    if (character === "`") template();
    else if (character === "}" && braces.pop() === true) template();
    else {
      if (character === "{") braces.push(false);
      afterOperand = ")]}".includes(character);
    }
  }
  return ranges;
}
