import { describe, expect, test } from "vitest";
import { type Pack, packDigest, packText, readPack } from "../../src/grade/pack.ts";

const SECRET = 'export default ["T1"]; // nobody reads this';
const PACK: Pack = {
  grader: "1.2.3",
  katas: {
    tiny: { definition: "0".repeat(64), files: { "hidden/scenarios.ts": SECRET } },
    other: { definition: "1".repeat(64), files: { "hidden/a/b.ts": "", "hidden/a.ts": "x" } },
  },
};
const KEY = Buffer.alloc(32, 7);

test("a pack gives back what was put in, readable or sealed", () => {
  expect(readPack(packText(PACK), "p")).toEqual(PACK);
  expect(readPack(packText(PACK, KEY), "p", KEY)).toEqual(PACK);
});

test("its digest is that of its content, in whatever order", () => {
  const katas = Object.fromEntries(Object.entries(PACK.katas).toReversed());
  expect(packDigest({ ...PACK, katas })).toBe(packDigest(PACK));
  expect(packDigest({ ...PACK, grader: "1.2.4" })).not.toBe(packDigest(PACK));
  expect(packDigest({ ...PACK, katas: { tiny: PACK.katas["tiny"]! } })).not.toBe(packDigest(PACK));
});

describe("a sealed pack", () => {
  const sealed = packText(PACK, KEY);

  test("shows no scenario and no kata, and is another one each time", () => {
    const text = Buffer.from(sealed).toString("latin1");
    const data = (JSON.parse(sealed) as { sealed: { data: string } }).sealed.data;
    for (const shown of [text, Buffer.from(data, "base64").toString("latin1")]) {
      expect(shown).not.toContain("nobody");
      expect(shown).not.toContain("tiny");
    }
    expect(packText(PACK, KEY)).not.toBe(sealed);
  });

  test("does not open without its key", () => {
    expect(() => readPack(sealed, "p")).toThrow("p is sealed: set KATAS_PACK_KEY");
    expect(() => readPack(sealed, "p", Buffer.alloc(32, 8))).toThrow("p does not open with this");
  });

  test.each(["nonce", "tag", "data"])("does not open with another %s", (part) => {
    const changed = JSON.parse(sealed) as { sealed: Record<string, string> };
    const bytes = Buffer.from(changed.sealed[part]!, "base64");
    bytes[0]! ^= 1;
    changed.sealed[part] = bytes.toString("base64");
    expect(() => readPack(JSON.stringify(changed), "p", KEY)).toThrow("p does not open");
  });

  test("does not open with a shorter tag", () => {
    const changed = JSON.parse(sealed) as { sealed: Record<string, string> };
    const tag = Buffer.from(changed.sealed["tag"]!, "base64").subarray(0, 4);
    changed.sealed["tag"] = tag.toString("base64");
    expect(() => readPack(JSON.stringify(changed), "p", KEY)).toThrow("p does not open");
  });

  test("does not open under another digest", () => {
    const changed = { ...(JSON.parse(sealed) as object), digest: "0".repeat(64) };
    expect(() => readPack(JSON.stringify(changed), "p", KEY)).toThrow("p does not open");
  });
});

test("a readable pack that was changed is refused", () => {
  expect(() => readPack(packText(PACK).replace("T1", "T2"), "p")).toThrow("p was changed");
});

test.each([
  ["no JSON", "{"],
  ["another version", packText(PACK).replace("pack/v1", "pack/v2")],
  ["no digest", packText(PACK).replace("digest", "sum")],
])("%s is no pack", (_, text) => {
  expect(() => readPack(text, "p")).toThrow("p is no pack");
});

test.each(["../src/index.ts", "hidden/../../a.ts", "/etc/a.ts", "hidden/a.js", "src/index.ts"])(
  "a file called %s is refused",
  (path) => {
    const pack = { ...PACK, katas: { tiny: { definition: "", files: { [path]: "" } } } };
    for (const text of [packText(pack), packText(pack, KEY)]) {
      expect(() => readPack(text, "p", KEY)).toThrow("p holds something else than scenarios");
    }
  },
);
