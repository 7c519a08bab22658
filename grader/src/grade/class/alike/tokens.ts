/** A module as what is left of it when all is gone that is changed to hide where it comes from. */
import { type Token, parse } from "acorn";
import { transform } from "esbuild";

/**
 * The tokens of a TypeScript module without its types, comments, layout and names: a renamed and reformatted copy has
 * the same ones. None where the module cannot be parsed.
 */
export async function tokensOf(text: string): Promise<readonly string[]> {
  const tokens: Token[] = [];
  try {
    // Of many ways to write the same, this leaves one.
    const { code } = await transform(text, {
      loader: "ts",
      format: "esm",
      target: "es2022",
      minifySyntax: true,
      legalComments: "none",
      logLevel: "silent",
    });
    parse(code, { ecmaVersion: "latest", sourceType: "module", onToken: tokens });
    return tokens.map(({ type, start, end }) => spelling(type.label, code.slice(start, end)));
  } catch {
    return [];
  }
}

function spelling(label: string, written: string): string {
  switch (label) {
    case "name":
    case "privateId":
      return KEYWORDS.has(written) ? written : "n";
    case "num":
    case "string":
    case "template":
    case "regexp":
      return "v";
    default:
      return DECLARING.has(written) ? "let" : written;
  }
}

/** Names to the tokenizer that are keywords where they stand. */
const KEYWORDS: ReadonlySet<string> = new Set("async await get let of set static yield".split(" "));

/** Each can take the place of another. */
const DECLARING: ReadonlySet<string> = new Set(["const", "var"]);
