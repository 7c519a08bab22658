import { describe, expect, test } from "vitest";
import type { RubricResult, ScenarioResult } from "../../src/grade/result.ts";
import { toAnnotations, toClassroom, toClassroom50 } from "../../src/report/index.ts";
import { at, failed, grade, kata, line, overdraft, passed } from "./_results.ts";
import { type ClassroomResult, commandsIn, reported } from "./_readers.ts";

function annotationsOf(...scenarios: readonly ScenarioResult[]): string {
  return toAnnotations(grade(kata({ scenarios, rubric: [] })));
}

describe("annotations", () => {
  test("stand on the line of the last step, with the diagnosis and what replays it", () => {
    expect(annotationsOf(passed("T1", "deposits"), overdraft)).toMatchInlineSnapshot(`
      "::error file=katas/bank-balance/src/index.ts,line=22,title=T2 check-then-act%3A overdraft::worker A checked balance when it was 10 (src/index.ts:21), but worker B changed it to 2 (src/index.ts:22) before worker A acted on that (src/index.ts:22), so it went down to -6%0Aexpected: exactly one withdraw returns true, balance 2; got: true, true, balance -6%0Acontract: "the balance is never negative, not even for a moment"%0Anpm test -w kata-bank-balance -- --replay T2:7Hk2
      "
    `);
  });

  test("stand where the scenario says, and else where somebody waits", () => {
    const waiter = { column: 0, text: "waits", place: at(31) };
    const story = { ...overdraft.story!, waiters: [waiter] };
    const [first, second] = commandsIn(
      annotationsOf({ ...overdraft, story, place: at(7) }, { ...overdraft, story, got: "nothing" }),
    );
    expect([first?.properties["line"], second?.properties["line"]]).toEqual(["7", "31"]);
  });

  test("prefer the student's own lines to given ones", () => {
    const place = { ...at(3), file: "given/racy.ts" };
    expect(annotationsOf({ ...overdraft, place })).toContain(
      "file=katas/bank-balance/src/index.ts",
    );
  });

  test("are warnings for what was not decided, and one notice for what is not written", () => {
    const open = failed({ id: "T5", verdict: "inconclusive", diagnosis: "the budget is used up" });
    const todo = failed({ verdict: "crash", bugClass: "unfinished", message: "TODO: withdraw" });
    expect(annotationsOf(open, { ...todo, id: "T1" }, todo)).toMatchInlineSnapshot(`
      "::warning title=T5 undecided::the budget is used up
      ::notice title=not written yet::withdraw
      "
    `);
  });

  test("name a line of the rubric that no scenario lost", () => {
    const spins = line("C2", "nobody polls", 0, 5, { reason: "busy-waiting in T1", scenarios: [] });
    const result = grade(kata({ scenarios: [passed("T1", "deposits")], rubric: [spins] }));
    expect(toAnnotations(result)).toBe("::error title=C2 nobody polls::busy-waiting in T1\n");
  });

  test("of one kind are ten at most, and the tenth counts the others", () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ ...overdraft, id: `T${i}`, got: `${i}` }));
    const commands = commandsIn(annotationsOf(...many));
    expect(commands).toHaveLength(10);
    expect(commands.at(-1)?.properties["title"]).toBe("3 more");
  });

  test("give back what was put in, whatever it holds", () => {
    const text = "100% sure: a, b::c\r\n::error::x";
    const odd = failed({ verdict: "crash", place: { ...at(1), file: "src/a,b:c%0A.ts" } });
    const [only, ...others] = commandsIn(annotationsOf({ ...odd, diagnosis: text }));
    expect(others).toEqual([]);
    expect(only?.properties["file"]).toBe("katas/bank-balance/src/a,b:c%0A.ts");
    expect(only?.data.split("\n")[0]).toBe(String.raw`100% sure: a, b::c\n::error::x`);
  });
});

function classroomOf(rubric: readonly RubricResult[]): ClassroomResult {
  return JSON.parse(toClassroom(kata({ scenarios: [], rubric }))) as ClassroomResult;
}

describe("a classroom's result", () => {
  test("is tests of equal weight, so that the table and the total agree for every score", () => {
    for (let earned = 0; earned <= 100; earned++) {
      const rubric = [line("T1", "a", earned, earned), line("T2", "b", 0, 100 - earned)];
      const { table, total, maximum } = reported(classroomOf(rubric));
      expect([table, total, maximum]).toEqual([10 * earned, 10 * earned, 1_000]);
    }
  });

  test("names each test after its line of the rubric", () => {
    const { tests } = classroomOf([line("T1", "no deposit is lost", 8, 8), line("T2", "b", 0, 92)]);
    expect(tests[7]).toMatchInlineSnapshot(`
      {
        "filename": "",
        "line_no": 0,
        "message": "",
        "name": "bank-balance T1 no deposit is lost (8 of 8)",
        "score": 10,
        "status": "pass",
        "test_code": "",
      }
    `);
  });

  test("leaves out what was not run", () => {
    const notRun = line("T2", "hidden", 0, 77, { reason: "not run" });
    expect(classroomOf([line("T1", "a", 23, 23), notRun])).toMatchObject({
      status: "pass",
      max_score: 1_000,
    });
  });

  test("is no pass where nothing was run, and no NaN", () => {
    const result = classroomOf([line("T2", "hidden", 0, 100, { reason: "not run" })]);
    expect(result.status).toBe("error");
    expect(reported(result)).toMatchObject({ table: 0, total: 0, maximum: 0 });
  });
});

test("Classroom 50 gets a test for each line of the rubric, and whole points", () => {
  const rubric = [line("T1", "no deposit is lost", 8, 8), line("T2", "b | c", 0, 10)];
  const result = toClassroom50(grade(kata({ scenarios: [], rubric })), {
    classroom: "os",
    assignment: "bank",
    type: "individual",
    owner: "ada",
    tag: "submit/2026-11-21T19-38-00Z-abc",
    commit: "https://github.com/os/x/commit/abc",
    release: "https://github.com/os/x/releases/tag/y",
    review: "https://github.com/os/x/compare/0...abc",
    datetime: "2026-11-21T19:38:00Z",
  });
  expect(result).toMatchInlineSnapshot(`
    "{
      "schema": "classroom50/result/v1",
      "classroom": "os",
      "assignment": "bank",
      "assignment_type": "individual",
      "owner": "ada",
      "submission": "submit/2026-11-21T19-38-00Z-abc",
      "commit": "https://github.com/os/x/commit/abc",
      "release": "https://github.com/os/x/releases/tag/y",
      "review": "https://github.com/os/x/compare/0...abc",
      "datetime": "2026-11-21T19:38:00Z",
      "score": 8,
      "max-score": 18,
      "tests": [
        {
          "test-name": "bank-balance T1 no deposit is lost",
          "passed": true,
          "score": 8,
          "max-score": 8
        },
        {
          "test-name": "bank-balance T2 b c",
          "passed": false,
          "score": 0,
          "max-score": 10
        }
      ]
    }
    "
  `);
});
