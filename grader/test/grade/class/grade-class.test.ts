import { join } from "node:path";
import { expect, test } from "vitest";
import { gradeClass, type ClassOptions } from "../../../src/grade/class/grade-class.ts";
import { openJournal, type Journal } from "../../../src/grade/class/journal.ts";
import { folderOf } from "../_course.ts";
import { jobOf, resultOf } from "./_class.ts";

const JOBS = [0, 1, 2, 3].map(jobOf);

test("what is in the journal is not graded again", async () => {
  const { options, graded, journal } = setUp();
  await gradeClass(JOBS.slice(0, 2), options);
  await gradeClass(JOBS, options);
  expect(graded).toEqual(["student 0", "student 1", "student 2", "student 3"]);
  expect([...journal.entries()].map(({ student }) => student)).toEqual(graded);
});

test("as many are graded at once as there are lanes", async () => {
  const { options } = setUp();
  let now = 0;
  let most = 0;
  await gradeClass(JOBS, {
    ...options,
    lanes: 2,
    grade: async (job) => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return resultOf(job);
    },
  });
  expect(most).toBe(2);
});

test("a grading that fails is told, and the others go on", async () => {
  const { options, journal } = setUp();
  const failed = await gradeClass(JOBS, {
    ...options,
    grade: async (job) => {
      if (job.student === "student 1") throw new Error("boom\nagain");
      return resultOf(job);
    },
  });
  expect([...failed]).toEqual([["key 1", "boom\\nagain"]]);
  expect(journal.get("key 1")).toBeUndefined();
  expect(journal.get("key 3")).toBeDefined();
});

test("Ctrl-C stops what runs, and keeps what is done", async () => {
  const { options, journal } = setUp();
  const controller = new AbortController();
  const grading = gradeClass(JOBS, {
    ...options,
    lanes: 2,
    signal: controller.signal,
    grade: async (job, _, signal) => {
      if (job.student === "student 0") return resultOf(job);
      if (job.student === "student 2") controller.abort();
      return new Promise((_, reject) => {
        if (signal.aborted) reject(new Error("stopped"));
        signal.addEventListener("abort", () => reject(new Error("stopped")));
      });
    },
  });
  await expect(grading).rejects.toThrow("aborted");
  expect([...journal.entries()].map(({ student }) => student)).toEqual(["student 0"]);
});

test("a journal that cannot be written ends it, and nothing runs on", async () => {
  const { options, journal } = setUp();
  let running = 0;
  const grading = gradeClass(JOBS, {
    ...options,
    lanes: 2,
    grade: async (job) => {
      running++;
      await new Promise(setImmediate);
      running--;
      if (job.student === "student 0") journal.close();
      return resultOf(job);
    },
  });
  await expect(grading).rejects.toThrow(/could not be written before/);
  expect(running).toBe(0);
});

test("what the grader was gone in the middle of comes last, alone, and not a fourth time", async () => {
  const path = join(folderOf({}), "journal");
  for (const keys of [["key 0", "key 1"], ["key 0", "key 2"], ["key 0"]]) {
    const journal = openJournal(path);
    for (const key of keys) journal.begin(key);
    journal.close(); // as if it had been killed: nothing was added, and nothing given up
  }
  const journal = openJournal(path);
  const { options } = setUp();
  const running = new Set<string>();
  const seen: string[] = [];
  const grade: ClassOptions["grade"] = async (job) => {
    running.add(job.student);
    seen.push([...running].join(" + "));
    await new Promise(setImmediate);
    running.delete(job.student);
    return resultOf(job);
  };
  const five = [0, 1, 2, 3, 4].map(jobOf);
  await gradeClass(five, { ...options, journal, lanes: 2, grade });
  expect(seen).toEqual(["student 3", "student 3 + student 4", "student 1", "student 2"]);
  expect([journal.deaths("key 0"), journal.get("key 0")]).toEqual([3, undefined]);
  await gradeClass(five, { ...options, journal, lanes: 2, grade, mostDeaths: Infinity });
  expect(journal.get("key 0")).toBeDefined();
});

test("a grading that was given up is no death", async () => {
  const { options, journal, path } = setUp();
  const grade = () => Promise.reject(new Error("boom"));
  for (let time = 0; time < 4; time++) await gradeClass(JOBS, { ...options, grade });
  journal.close();
  const again = openJournal(path);
  expect(JOBS.map(({ key }) => again.deaths(key))).toEqual([0, 0, 0, 0]);
});

function setUp(): { options: ClassOptions; graded: string[]; journal: Journal; path: string } {
  const path = join(folderOf({}), "journal");
  const journal = openJournal(path);
  const graded: string[] = [];
  const options: ClassOptions = {
    journal,
    lanes: 1,
    grade: async (job) => {
      graded.push(job.student);
      return resultOf(job);
    },
    signal: new AbortController().signal,
  };
  return { options, graded, journal, path };
}
