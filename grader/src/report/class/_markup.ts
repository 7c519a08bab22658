/** HTML as values: what is text stays text, whatever it holds. */
import { escapeHtml } from "../encode.ts";

/** A piece of HTML. */
export interface Markup {
  readonly html: string;
}

/**
 * A template whose texts are escaped, whose markup stays as it is, and whose lists are joined. How far
 * its lines are indented does not count.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const texts = parts.map((part, i) => part.replaceAll(/\n\s*/g, "\n") + render(values[i]));
  return { html: texts.join("") };
}

/** Lines as they are, each on one of its own. */
export function pre(lines: readonly string[]): Markup {
  return { html: `<pre>${lines.map(escapeHtml).join("\n")}</pre>` };
}

/** HTML that is ours. */
export function raw(text: string): Markup {
  return { html: text };
}

type Value = string | number | Markup | undefined | readonly (Markup | undefined)[];

function render(value: Value): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escapeHtml(value);
  return "html" in value ? value.html : value.map(render).join("");
}
