export { buildStory, type StoryContext } from "./build.ts";
export { diagnose } from "./diagnosis/diagnose.ts";
export type { Diagnosis, DiagnosisFacts } from "./diagnosis/finding.ts";
export type { SourceLookup } from "./source.ts";
