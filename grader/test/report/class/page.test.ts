import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { toClassPage } from "../../../src/report/class/index.ts";
import { CLASS, elementsIn } from "./_class.ts";

const PAGE = toClassPage(CLASS);
const ELEMENTS = elementsIn(PAGE);
/** The page without the line breaks that do not count. */
const COMPACT = PAGE.replaceAll(/>\n+</g, "><");

test("the page is well-formed, and needs nothing else", () => {
  const allowed =
    "html head meta title style body header h1 p ul li b main h2 div table thead tr th abbr tbody a " +
    "span td tfoot svg rect section h3 small h4 details summary dl dt dd code caption pre";
  expect([...new Set(ELEMENTS.map(({ name }) => name))].toSorted()).toEqual(
    allowed
      .split(" ")
      .filter((name) => name !== "style")
      .toSorted(),
  );
  for (const { attributes } of ELEMENTS) {
    expect(Object.keys(attributes).filter((name) => /^on|^style$|^src$/i.test(name))).toEqual([]);
    expect(attributes["href"] ?? "#").toMatch(/^#/);
  }
  expect(PAGE).not.toMatch(/url\(|@import|https?:/);
});

test("its policy allows its own style, by its hash, and nothing besides", () => {
  const [, style = ""] = /<style>([^]*)<\/style>/.exec(PAGE) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = ELEMENTS.find(({ attributes }) => "http-equiv" in attributes)!.attributes[
    "content"
  ];
  expect(policy).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
  expect(PAGE.indexOf("Content-Security-Policy")).toBeLessThan(PAGE.indexOf("<style>"));
});

test("every place is there once, and every link leads to one", () => {
  const ids = ELEMENTS.flatMap(({ attributes }) => attributes["id"] ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  const links = ELEMENTS.flatMap(({ attributes }) => attributes["href"] ?? []);
  expect(links).toHaveLength(4 + 4 * 2 + 2);
  for (const link of links) expect(ids).toContain(link.slice(1));
});

test("each failure is told with its execution", () => {
  const count = (name: string): number =>
    ELEMENTS.filter((element) => element.name === name).length;
  expect(count("details")).toBe(1 + 8 + 2);
  expect(PAGE).toContain('<span class="cut">⚡ preempted</span>');
  expect(COMPACT).toContain('<th scope="col">time</th><th scope="col">who</th>');
  expect(COMPACT).toContain("<dt>replay</dt><dd><code>T1:BgEzk1gBAA</code></dd>");
  expect(COMPACT).toContain("<dt>stuck</dt>");
});

test("what a submission says is text", () => {
  expect(PAGE).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(PAGE).not.toMatch(/<script|<img/);
  expect(PAGE).not.toMatch(/[^\P{Cc}\n]|[\u202E\uFFFE]/u);
});

test("mistakes are counted by student", () => {
  expect(COMPACT).toMatch(/<td>lost update<\/td><td class="num">2<\/td>/);
  expect(PAGE).toContain("<td>tiny 2</td>");
  expect(PAGE).not.toContain("<td>not written yet</td>");
});

test("who is much alike is told, with the solutions among them", () => {
  const text = PAGE.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  expect(text).toContain("tiny ada 100 %, cy d&#39;Arc+1@x 71 % reference, alternative ticket");
  const links = ELEMENTS.map(({ attributes }) => attributes["href"]);
  expect(links.filter((link) => link === "#s3-tiny")).toHaveLength(2);
  expect(toClassPage({ ...CLASS, alike: [] })).toContain("No two submissions are.");
});

test("a class that is too large for a page says what is left out", () => {
  const page = toClassPage(CLASS, 5_000);
  const [, left] = /(\d+) failures more are in results\.json/.exec(page) ?? [];
  const told = elementsIn(page).filter(({ name }) => name === "details").length;
  expect(told).toBeGreaterThan(0);
  expect(told + Number(left)).toBe(11);
});
