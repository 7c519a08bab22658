// What npm runs before it publishes a solution, whoever asked it to.

import { basename, join } from "node:path";
import process from "node:process";

import { findKata } from "../../grader/src/grade/kata.ts";
import { embargoOn } from "./embargo.ts";

const slug = basename(process.cwd());
const held = embargoOn(findKata(join(import.meta.dirname, "..", ".."), slug), new Date());
if (held !== undefined) {
  console.error(`solutions/${slug} is not published: ${held}`);
  process.exitCode = 1;
}
