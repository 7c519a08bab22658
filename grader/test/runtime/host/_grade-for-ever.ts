/** Grades a submission that never ends, until somebody ends this process. */
import { gradeText } from "../threads/_grade-text.ts";

await gradeText(
  "export const create = () => null; export const run = () => { for (;;); };",
  `export default ["T1", "T2"].map((id) => ({
     engine: "threads", id, title: id, group: "S", contract: "", expected: "",
     setup: (kata) => kata.create(), threads: [(kata) => kata.run()],
   }));`,
  { cpuSeconds: 1e9 },
);
