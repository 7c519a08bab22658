import { GraderError } from "./error.ts";
import type { KataDefinition } from "./kata.ts";
import { readCourseFile } from "./_course-file.ts";

/**
 * The hints of a kata, from the first: the sections `## 1`, `## 2` and so on of its `hints.md`.
 *
 * @throws GraderError `E_NO_HINT`
 */
export function readHints(kata: KataDefinition): readonly string[] {
  const { where, text } = readCourseFile(kata, "hints.md", "E_NO_HINT");
  const [, ...sections] = text.split(/^## /m);
  return sections.map((section, i) => {
    const [heading = "", ...lines] = section.split("\n");
    const body = lines.join("\n").trim();
    if (heading.trim() !== String(i + 1) || body === "") {
      throw new GraderError(
        "E_NO_HINT",
        `${where}: section ${i + 1} must have the heading "## ${i + 1}" and a text below it`,
      );
    }
    return body;
  });
}
