import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Anchor,
  type AnchoredStep,
  anchorPlan,
  formatSchedule,
  parseSchedule,
  resolveAnchor,
} from "../../src/grade/schedule-text.ts";
import { ActionFlag, textHash } from "../../src/schedule/index.ts";

const action = fc
  .tuple(fc.nat(7), fc.constantFrom(0, ActionFlag.timeout, ActionFlag.unpark))
  .map(([thread, flag]) => thread | flag);

const anchor: fc.Arbitrary<Anchor> = fc.oneof(
  action.map((taken) => ({
    kind: "start" as const,
    last: 0,
    site: 0,
    line: 0,
    occurrence: 0,
    action: taken,
  })),
  fc.record({
    kind: fc.constantFrom("before" as const, "after" as const),
    last: fc.nat(7),
    site: fc.nat(0xffff),
    line: fc.nat(100_000),
    occurrence: fc.nat(20_000),
    action,
  }),
);

test("a schedule comes back from its text", () => {
  const scenario = fc.stringMatching(/^[A-Z][0-9]{0,2}[a-z]?$/);
  fc.assert(
    fc.property(scenario, fc.array(anchor, { maxLength: 6 }), (id, anchors) => {
      const schedule = { scenario: id, anchors };
      expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("one preemption makes a short text", () => {
  const anchors = [
    { kind: "before", last: 0, site: 0xbeef, line: 44, occurrence: 0, action: 1 },
  ] as const;
  expect(formatSchedule({ scenario: "T2", anchors })).toBe("T2:AQHvviwA");
});

describe("a text is no replay id", () => {
  test.each([
    ["without a scenario", ":AQHvviwA"],
    ["without a colon", "T2AQHvviwA"],
    ["with a scenario that no kata has", "T-2:AQHvviwA"],
    ["with letters that are not base64url", "T2:AQH+viwA"],
    ["with spaces", "T2: AQHvviwA"],
    ["with padding", "T2:AQHvviw="],
    ["cut in the middle", "T2:AQHvvi"],
    ["cut by one letter", "T2:AQHvviw"],
    ["with a letter that stands for nothing", "T2:A"],
    ["with an unknown kind", "T2:AwHvviwA"],
    ["with a number without end", "T2:Af____8"],
    ["that is empty", ""],
  ])("%s", (_what, text) => {
    expect(() => parseSchedule(text)).toThrow(
      expect.objectContaining({ name: "GraderError", code: "E_BAD_REPLAY" }),
    );
  });

  test("and the message repeats no more of it than fits a line", () => {
    const text = `T2:${"*".repeat(500)}`;
    expect(() => parseSchedule(text)).toThrow(/^"T2:\*{77}" is not a replay id\./);
  });
});

test("no text makes the reader fail in another way", () => {
  fc.assert(
    fc.property(fc.string(), fc.base64String(), (head, code) => {
      for (const text of [head, `T1:${code}`, `T1:${code.replaceAll(/[+/=]/g, "")}`]) {
        try {
          parseSchedule(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "E_BAD_REPLAY" });
        }
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("a site is told from others by 16 bits, and never 0", () => {
  const sites = Array.from({ length: 1_000 }, (_, i) => textHash(`load src/index.ts line ${i}`));
  expect(sites.every((site) => site > 0 && site <= 0xffff)).toBe(true);
  expect(new Set(sites).size).toBeGreaterThan(980);
});

const everybody = [0, 1, 2, 3, 4, 5, 6, 7];

/** Steps as "thread site", or "thread site, who could have gone". */
const traced = (...list: readonly string[]): AnchoredStep[] =>
  list.map((text) => {
    const [step = "", ready] = text.split(",");
    const [thread, site] = step.split(" ").map(Number) as [number, number];
    return {
      thread,
      site,
      line: site,
      ready: ready === undefined ? everybody : ready.trim().split(" ").map(Number),
    };
  });

describe("a departure is bound", () => {
  test("to the start", () => {
    expect(anchorPlan([{ step: 0, action: 1 }], traced("1 5"))).toMatchObject([
      { kind: "start", action: 1 },
    ]);
  });

  test("before the access that the thread would have made, when that comes later", () => {
    const steps = traced("0 5", "1 5", "0 6");
    expect(anchorPlan([{ step: 1, action: 1 }], steps)).toEqual([
      { kind: "before", last: 0, site: 6, line: 6, occurrence: 0, action: 1 },
    ]);
  });

  test("after its last access, when it makes no other", () => {
    const steps = traced("0 5", "1 5");
    expect(anchorPlan([{ step: 1, action: 1 }], steps)).toEqual([
      { kind: "after", last: 0, site: 5, line: 5, occurrence: 0, action: 1 },
    ]);
  });

  test("after its last access, when it waited, although it went on later", () => {
    const steps = traced("0 5", "2 5, 1 2", "1 5", "0 6");
    expect(anchorPlan([{ step: 1, action: 2 }], steps)).toEqual([
      { kind: "after", last: 0, site: 5, line: 5, occurrence: 0, action: 2 },
    ]);
    // Without the departure it never gets that far.
    expect(
      resolveAnchor(
        anchorPlan([{ step: 1, action: 2 }], steps)[0] as Anchor,
        traced("0 5", "1 5", "2 5"),
        0,
      ),
    ).toBe(1);
  });

  test("to the occurrence of a line among those of the same thread", () => {
    const steps = traced("1 6", "0 6", "0 6", "1 5", "0 6");
    expect(anchorPlan([{ step: 3, action: 1 }], steps)).toMatchObject([{ site: 6, occurrence: 2 }]);
  });
});

test("a departure is found again in the execution that has not made it yet", () => {
  const step = fc.record({
    thread: fc.nat(2),
    site: fc.integer({ min: 1, max: 3 }),
    line: fc.nat(9),
    ready: fc.constant(everybody),
  });
  const some = fc.array(step, { maxLength: 6 });
  fc.assert(
    fc.property(some, step, some, some, (before, last, meanwhile, after) => {
      const others = meanwhile.filter(({ thread }) => thread !== last.thread);
      const own = after.filter(({ thread }) => thread === last.thread);
      const plan = [{ step: before.length + 1, action: 1 }];
      const [bound] = anchorPlan(plan, [...before, last, ...others, ...own]) as [Anchor];
      expect(resolveAnchor(bound, [...before, last, ...own, ...others], 0)).toBe(plan[0]?.step);
    }),
    { numRuns: 500, seed: 1 },
  );
});

describe("a departure is nowhere", () => {
  test("when its line is not executed any more", () => {
    const [bound] = anchorPlan([{ step: 1, action: 1 }], traced("0 5", "1 5", "0 6")) as [Anchor];
    expect(resolveAnchor(bound, traced("0 5", "0 7", "1 5"), 0)).toBe(-1);
  });

  test("when its line is executed before the departures that come before it", () => {
    const [bound] = anchorPlan([{ step: 1, action: 1 }], traced("0 5", "1 5", "0 6")) as [Anchor];
    expect(resolveAnchor(bound, traced("0 6", "0 5", "1 5"), 2)).toBe(-1);
  });
});
