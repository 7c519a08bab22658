import type { BugClass, Verdict } from "../result.ts";

/** Every verdict; the compiler proves that none is missing. */
const VERDICTS: Readonly<Record<Verdict, true>> = {
  pass: true,
  race: true,
  violation: true,
  deadlock: true,
  livelock: true,
  leak: true,
  crash: true,
  vacuous: true,
  refused: true,
  inconclusive: true,
};

/** Every bug class; the compiler proves that none is missing. */
const BUG_CLASSES: Readonly<Record<BugClass, true>> = {
  "lost-update": true,
  "check-then-act": true,
  "transient-state": true,
  "torn-transfer": true,
  "inconsistent-snapshot": true,
  "false-success": true,
  "spurious-failure": true,
  "no-effect": true,
  "wrong-result": true,
  "unsynchronised-read": true,
  "unsynchronised-write": true,
  "lock-order-cycle": true,
  "self-deadlock": true,
  "lock-leaked-on-error": true,
  "lock-never-released": true,
  "lost-wakeup": true,
  "missing-notify": true,
  "missing-predicate-loop": true,
  spin: true,
  "endless-loop": true,
  "lost-across-await": true,
  "never-settles": true,
  "unhandled-rejection": true,
  "timer-left": true,
  "listener-left": true,
  "kept-alive": true,
  "uncaught-error": true,
  unfinished: true,
  "forbidden-import": true,
  evasion: true,
};

/** Whether `text` names a verdict. */
export function isVerdict(text: string): text is Verdict {
  return Object.hasOwn(VERDICTS, text);
}

/** Whether `text` names a bug class; other diagnoses are for the reader only. */
export function isBugClass(text: string): text is BugClass {
  return Object.hasOwn(BUG_CLASSES, text);
}

/** The verdicts, for messages. */
export function verdictNames(): readonly string[] {
  return Object.keys(VERDICTS);
}
