export { classLines } from "./_lines.ts";
export { toGradesCsv } from "./csv.ts";
export { toCtrf } from "./ctrf.ts";
export { toGradescope } from "./gradescope.ts";
export { toJUnit } from "./junit.ts";
export { toClassPage } from "./page.ts";
export { toClassSummary } from "./summary.ts";
