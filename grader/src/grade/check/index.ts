export { checkKata, type CheckItem } from "./check.ts";
