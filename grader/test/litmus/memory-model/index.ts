export * from "./classic.ts";
export * from "./publication.ts";
