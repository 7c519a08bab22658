export { renderVerified } from "./certificate.ts";
export {
  encodeLines,
  encodeText,
  escapeHtml,
  escapeMarkdown,
  markdownBlock,
  markdownCode,
  TEXT_LIMIT,
} from "./encode.ts";
export { toJson } from "./json.ts";
export { toMarkdown } from "./markdown.ts";
export { renderGrade } from "./terminal.ts";
export { renderKata } from "./terminal-kata.ts";
export { renderScenario, type ScenarioOptions, type TerminalOptions } from "./terminal-scenario.ts";
