import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  TEXT_LIMIT,
  encodeLines,
  encodeText,
  escapeHtml,
  escapeMarkdown,
  markdownBlock,
  markdownCode,
  renderGrade,
  renderScenario,
  toJson,
  toMarkdown,
} from "../../src/report/index.ts";
import type { ScenarioResult } from "../../src/grade/result.ts";
import { failed, grade, kata, line, story } from "./_results.ts";

/** What no report may hold: controls but a line break, formatting characters, half characters. */
const FORBIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Texts that try something. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom(
      ...Array.from(
        "\u0000\u0007\u0008\t\n\r\u001B\u007F\u009B\u009D\u200B\u200D\u202E\u2066\u2069\uFEFF\u2028\uD800`|<>&\"'\\[]()!@:#*_~-=+$ abc/.",
      ),
      "\u001B[2J",
      "\u001B]8;;http://x\u0007",
      "```",
      "</details>",
      "<script>",
      "::error::",
      "![x](y)",
      "@everyone",
      "e\u0301\u0301\u0301\u0301\u0301",
      "漢",
      "⚡",
      "\u{1F600}",
      "\u{E0041}",
    ),
    maxLength: 60,
  }),
);

describe("encoded text", () => {
  test.each([
    ["plain → text", "plain → text"],
    ["two\nlines\r\nmore", String.raw`two\nlines\nmore`],
    ["a\tb", "a b"],
    ["\u001B[31mred\u001B[0m", "[31mred[0m"],
    ["\u009B31m", "31m"],
    ["abc\u202Edcba", "abcdcba"],
    ["zero\u200Bwidth\uFEFF", "zerowidth"],
    ["half \uD83D", "half \uFFFD"],
    [`z${"\u0301".repeat(50)}`, `z${"\u0301".repeat(3)}`],
    ["漢字 \u{1F600}", "漢字 \u{1F600}"],
  ])("%j is %j", (text, expected) => {
    expect(encodeText(text)).toBe(expected);
  });

  test("is cut where it is too long", () => {
    expect(encodeText("x".repeat(5_000))).toBe(`${"x".repeat(TEXT_LIMIT - 1)}…`);
    expect(encodeLines(`${"x".repeat(1_500)}\n${"y".repeat(1_500)}`).join("\n")).toHaveLength(
      TEXT_LIMIT,
    );
    expect(encodeLines("\n".repeat(9_999)).length).toBeLessThanOrEqual(TEXT_LIMIT);
  });

  test("holds nothing that a terminal interprets", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(encodeText(text)).not.toMatch(FORBIDDEN);
        expect(encodeText(text)).not.toContain("\n");
        for (const row of encodeLines(text)) expect(row).not.toMatch(FORBIDDEN);
      }),
    );
  });

  test("is encoded only once", () => {
    fc.assert(fc.property(hostile, (text) => encodeText(encodeText(text)) === encodeText(text)));
  });
});

describe("text for a sink", () => {
  test("cannot leave HTML text or a quoted attribute", () => {
    expect(escapeHtml(`<b a="1" b='2'>&`)).toBe("&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;");
    fc.assert(fc.property(hostile, (text) => !/[<>"']/.test(escapeHtml(text))));
  });

  test("is no markup, link or mention in Markdown", () => {
    expect(escapeMarkdown("# *a* [b](c) <i> @ada")).toMatchInlineSnapshot(
      `"\\# \\*a\\* \\[b\\]\\(c\\) &lt;i&gt; @<!-- -->ada"`,
    );
    expect(escapeMarkdown("https://x.org")).toMatchInlineSnapshot(
      `"https:<!-- -->/<!-- -->/x.<!-- -->org"`,
    );
    fc.assert(
      fc.property(hostile, (text) => !/(?<!\\)[[\]*_`|#]|@(?!<!-- -->)/.test(escapeMarkdown(text))),
    );
  });

  test("cannot leave inline code or a fence", () => {
    expect(markdownCode("a `b` ``c`` | d")).toBe("``` a `b` ``c`` \\| d ```");
    expect(markdownCode(" ")).toBe("");
    expect(markdownBlock(["````", "x"])).toBe("`````text\n````\nx\n`````");
  });
});

/** A result that is full of one hostile text. */
function fullOf(text: string): ScenarioResult {
  return failed({
    id: text,
    title: text,
    verdict: "deadlock",
    bugClass: "lost-wakeup",
    bugDetail: text,
    diagnosis: text,
    contract: text,
    expected: text,
    got: text,
    message: text,
    place: { file: text, line: 1, column: 1, text },
    story: story({
      replay: text,
      columns: [text, text],
      rows: [
        {
          column: 0,
          preempted: false,
          place: { file: text, line: 1, column: 1, text },
          text,
          returns: text,
        },
        { column: 1, preempted: true, text, times: 3 },
      ],
      waiters: [{ column: 1, text, place: { file: text, line: 2, column: 1, text } }],
      printed: [text],
    }),
  });
}

/** The same with a time line. */
function asTimeline(text: string): ScenarioResult {
  const { story: _, ...scenario } = fullOf(text);
  const place = { file: text, line: 1, column: 1, text };
  return {
    ...scenario,
    timeline: {
      replay: text,
      size: 2,
      reorderings: 1,
      minimal: true,
      execution: 3,
      rows: [
        { at: 0, actor: text, text, place, reordered: true, times: 2 },
        { at: 5, actor: "clock", text, reordered: false },
      ],
      printed: [text],
    },
  };
}

describe("no report passes on what a submission put into its texts", () => {
  test("neither the terminal's", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(40, 60, 100, 130), (text, width) => {
        const unfinished = { ...fullOf(text), bugClass: "unfinished" as const };
        for (const scenario of [fullOf(text), unfinished, asTimeline(text)]) {
          const one = kata({
            kata: text,
            title: text,
            scenarios: [scenario],
            rubric: [line(text, text, 0, 5, { reason: text })],
          });
          const report = renderGrade(
            { ...grade(one, one), submission: text, grader: text },
            { colour: false, width },
          );
          expect(report).not.toMatch(FORBIDDEN);
          const coloured = renderScenario(scenario, { colour: true, width, kata: text });
          // oxlint-disable-next-line no-control-regex
          expect(coloured.replaceAll(/\u001B\[\d{1,2}m/g, "")).not.toMatch(FORBIDDEN);
        }
      }),
    );
  });

  test("nor JSON and Markdown", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const one = kata({
          kata: text,
          title: text,
          scenarios: [fullOf(text), asTimeline(text)],
          rubric: [line(text, text, 0, 5)],
        });
        const result = { ...grade(one), submission: text };
        expect(toJson(result)).not.toMatch(FORBIDDEN);
        const markdown = toMarkdown(result);
        expect(markdown).not.toMatch(FORBIDDEN);
        const outside = markdown
          .replaceAll(/(?<fence>`{3,})text\n[\s\S]*?\n\k<fence>/g, "")
          // A backtick after a backslash opens no code.
          .replaceAll(/(?<![\\`])(?<fence>`+) .*? \k<fence>(?!`)/g, "");
        expect(outside.replaceAll(/<summary>.*<\/summary>/g, "")).not.toMatch(
          /<(?!\/?(?:details|summary)>|!-- -->)|(?<!\\)!\[/,
        );
      }),
    );
  });
});
