export { isEarned, isUnrun } from "./_counted.ts";
export { toAnnotations } from "./annotations.ts";
export { renderVerified } from "./certificate.ts";
export { toClassroom } from "./classroom.ts";
export { type Classroom50Submission, toClassroom50 } from "./classroom50.ts";
export {
  encodeLines,
  encodeText,
  escapeHtml,
  escapeMarkdown,
  markdownBlock,
  markdownCode,
  plainText,
  TEXT_LIMIT,
} from "./encode.ts";
export { toJson } from "./json.ts";
export { toMarkdown } from "./markdown.ts";
export { renderGrade } from "./terminal.ts";
export { renderKata } from "./terminal-kata.ts";
export { renderScenario, type ScenarioOptions, type TerminalOptions } from "./terminal-scenario.ts";
