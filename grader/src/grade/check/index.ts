export { checkKata, type CheckItem, type CheckOptions } from "./check.ts";
export { parseMutantHeader, type MutantHeader, type Parsed } from "./header.ts";
