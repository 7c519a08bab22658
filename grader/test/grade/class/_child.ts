/**
 * Grades a class of 20 with a grader that looks at nothing: what is killed in kill.test.ts. Says
 * `start <key>` before each grading and `end <key>` when it is on the disk.
 */
import { gradeClass } from "../../../src/grade/class/grade-class.ts";
import { openJournal } from "../../../src/grade/class/journal.ts";
import { jobOf, resultOf } from "./_class.ts";

const [path = ""] = process.argv.slice(2);
const journal = openJournal(path);
const jobs = Array.from({ length: 20 }, (_, i) => jobOf(i));
await gradeClass(jobs, {
  journal,
  lanes: 3,
  // What is killed here is nobody's doing.
  mostDeaths: Infinity,
  grade: async (job) => {
    await new Promise(setImmediate);
    return resultOf(job);
  },
  onStart: ({ key }) => process.stdout.write(`start ${key}\n`),
  onEnd: ({ key }) => process.stdout.write(`end ${key}\n`),
  signal: new AbortController().signal,
});
for (const job of jobs) process.stdout.write(`${JSON.stringify(journal.get(job.key)?.result)}\n`);
journal.close();
