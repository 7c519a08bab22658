/** What is on the other side of a report: GitHub's runner and the reporter of a classroom. */
import MarkdownIt from "markdown-it";

/** A workflow command as the runner reads it. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * The commands in a log. The runner takes a line that begins with `::`, white space apart, and one
 * with `##[name]` anywhere.
 */
export function commandsIn(log: string): readonly Command[] {
  return log.split(/\r\n|[\r\n]/).flatMap((text): readonly Command[] => {
    const line = text.trimStart();
    const end = line.indexOf("::", 2);
    if (line.startsWith("::") && end !== -1) {
      const [, name = "", rest = ""] = /^(\S*) ?(.*)$/.exec(line.slice(2, end)) ?? [];
      return [{ name, properties: propertiesOf(rest), data: unescaped(line.slice(end + 2)) }];
    }
    return /##\[[^\]]*\]/.test(line) ? [{ name: "##", properties: {}, data: line }] : [];
  });
}

function propertiesOf(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      const value = unescaped(pair.slice(at + 1));
      return [pair.slice(0, at), value.replaceAll("%3A", ":").replaceAll("%2C", ",")];
    }),
  );
}

function unescaped(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

/** What a classroom's reporter makes of a result. */
export interface Reported {
  /** The score in its table. */
  readonly table: number;
  /** The points that it reports. */
  readonly total: number;
  readonly maximum: number;
  /** What it prints, as a step's log. */
  readonly log: string;
}

/** A test of a classroom's result, as far as the reporter reads it. */
interface ReporterTest {
  readonly name: string;
  readonly status: string;
  readonly score: number;
  readonly line_no: number;
  readonly test_code: string;
  readonly message: string;
}

/** A classroom's result, as far as the reporter reads it. */
export interface ClassroomResult {
  readonly status: string;
  readonly max_score: number;
  readonly tests: readonly ReporterTest[];
}

/** What `autograding-grading-reporter` computes and prints, in its order of operations. */
export function reported({ max_score, tests }: ClassroomResult): Reported {
  const passed = tests.filter(({ status }) => status === "pass").length;
  const lines = tests.map(({ name, status, line_no, test_code, message }) => {
    const end = line_no === 0 ? "" : ` - line ${line_no}`;
    const text = status === "error" ? `Error: ${message}` : `* ${name}${end}`;
    return test_code === "" ? text : `${text}\nTest code:\n${test_code}`;
  });
  return {
    table: (passed / tests.length) * max_score,
    total: tests.reduce((sum, { score }) => sum + score, 0),
    maximum: max_score,
    log: lines.join("\n"),
  };
}

const markdown = new MarkdownIt({ html: true, linkify: true });

/**
 * What a Markdown text consists of: the types of its parts, `html` with its text. `text` and what
 * closes something are left out.
 */
export function partsOf(text: string): readonly string[] {
  return markdown.parse(text, {}).flatMap((token) => {
    const { type, content, children } = token;
    if (type === "inline") {
      return (children ?? [])
        .filter((child) => child.type !== "text" && !child.type.endsWith("_close"))
        .map((child) => (child.type === "html_inline" ? `html ${child.content}` : child.type));
    }
    if (type === "html_block") return [`html ${content.trim()}`];
    return type.endsWith("_close") ? [] : [type];
  });
}
