export { createRaceDetector } from "./detector.ts";
export type { RaceDetector, RaceDetectorOptions } from "./detector.ts";
export type { Race, RaceKind } from "./race.ts";
