/** Grades a submission that never ends, until somebody ends this process; in a sandbox if it is told so. */
import { findSandbox } from "../../../src/runtime/sandbox.ts";
import { gradeText } from "../threads/_grade-text.ts";

const found = findSandbox();
const sandbox = process.argv[2] === "bubblewrap" && found.tier === "T2" ? { sandbox: found } : {};

await gradeText(
  "export const create = () => null; export const run = () => { for (;;); };",
  `export default ["T1", "T2"].map((id) => ({
     engine: "threads", id, title: id, group: "S", contract: "", expected: "",
     setup: (kata) => kata.create(), threads: [(kata) => kata.run()],
   }));`,
  { cpuSeconds: 1e9, ...sandbox },
);
