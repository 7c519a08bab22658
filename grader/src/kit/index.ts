export { KataError } from "./kata-error.ts";
export { Mutex } from "./mutex.ts";
