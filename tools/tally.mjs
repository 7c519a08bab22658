// Ends a run of `npm test` with one line that counts everything: each test of each vitest suite, and
// each case of `katas check`. Reads what they wrote, not what they printed. `.ci/run` runs it; plain
// JavaScript, so that it has its say even when the installation failed.

import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ success: boolean, numPassedTests: number, numFailedTests: number }} VitestResult
 */

/**
 * A file that does not load fails the run, but no test.
 *
 * @param {VitestResult} result what vitest's JSON reporter writes, as far as it is needed here
 * @returns {Counts}
 */
function vitest({ success, numPassedTests, numFailedTests }) {
  return { passed: numPassedTests, failed: success ? 0 : Math.max(1, numFailedTests) };
}

/**
 * A result that is not there, because nothing ran or the run was killed, is a failure.
 *
 * @template Result
 * @param {string} file
 * @param {(result: Result) => Counts} count
 */
function counted(file, count) {
  try {
    const url = new URL(`../${file}`, import.meta.url);
    const counts = count(/** @type {Result} */ (JSON.parse(readFileSync(url, "utf8"))));
    if (counts.passed + counts.failed > 0) return counts;
    console.log(`${file}: nothing ran`);
  } catch (error) {
    console.log(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { passed: 0, failed: 1 };
}

const results = [
  counted("tools/.vitest/json/output.json", vitest),
  counted("grader/.vitest/json/output.json", vitest),
  counted("grader/.vitest/selfcheck.json", (/** @type {Counts} */ counts) => counts),
];
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
