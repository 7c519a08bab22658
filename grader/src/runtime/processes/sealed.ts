import { lockNativeRealm } from "../stress/native-realm.ts";
import { type Prepare, prepareIn } from "./globals.ts";

/** Prepares a process for code of a submission: it is evaluated in a compartment. */
export const sealProcess: Prepare = prepareIn(lockNativeRealm);
