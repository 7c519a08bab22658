/**
 * The grader as a library: read a kata and a submission, grade it, print the result. Scenario authors import
 * `./scenario` and `./history`, students `./kit`; the `katas` command is built on these.
 */
export * from "./grade/index.ts";
export * from "./report/index.ts";
