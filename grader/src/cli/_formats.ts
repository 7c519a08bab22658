import { join } from "node:path";
import { GraderError } from "../grade/error.ts";
import type { GradeResult } from "../grade/result.ts";
import { oneLine } from "../grade/text.ts";
import {
  type Classroom50Submission,
  toAnnotations,
  toClassroom,
  toClassroom50,
  toMarkdown,
} from "../report/index.ts";
import type { Io } from "./io.ts";
import type { Format } from "./program.ts";

/** A file to write, or to print. */
interface FormatFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a result in one format, for a folder. */
export type Formatter = (result: GradeResult, folder: string) => readonly FormatFile[];

/**
 * What makes the files of a format.
 *
 * @throws GraderError `E_NO_CLASSROOM` if what it needs to know is not in the environment
 */
export function formatterOf(format: Format, io: Io): Formatter {
  const one =
    (name: string, textOf: (result: GradeResult) => string): Formatter =>
    (result, folder) => [{ path: join(folder, name), text: textOf(result) }];
  switch (format) {
    case "summary":
      return one("summary.md", toMarkdown);
    case "annotations":
      return one("annotations.txt", toAnnotations);
    case "classroom":
      return ({ katas }, folder) =>
        katas.map((kata) => ({
          path: join(folder, `classroom-${kata.kata}.json`),
          text: toClassroom(kata),
        }));
    case "classroom50": {
      const submission = submissionIn(io);
      return one("result.json", (result) => toClassroom50(result, submission));
    }
  }
}

/** What the runner of Classroom 50 says about the submission. */
function submissionIn({ env }: Io): Classroom50Submission {
  const required = (name: string): string => {
    const value = env[name] ?? "";
    if (value !== "") return value;
    throw new GraderError(
      "E_NO_CLASSROOM",
      `--format classroom50 needs ${name} in the environment: the runner of Classroom 50 sets it`,
    );
  };
  const type = env["ASSIGNMENT_TYPE"] ?? "individual";
  if (type !== "individual" && type !== "group" && type !== "team") {
    throw new GraderError(
      "E_NO_CLASSROOM",
      `ASSIGNMENT_TYPE is ${oneLine(type, 60)}: make it individual, group or team`,
    );
  }
  const tag = required("SUBMISSION_TAG");
  if (!tag.startsWith("submit/")) {
    throw new GraderError(
      "E_NO_CLASSROOM",
      `SUBMISSION_TAG is ${oneLine(tag, 60)}: it must begin with submit/`,
    );
  }
  const commit = required("COMMIT_URL");
  return {
    classroom: required("CLASSROOM"),
    assignment: required("ASSIGNMENT"),
    type,
    owner: required("OWNER"),
    tag,
    commit,
    release: required("RELEASE_URL"),
    review: env["REVIEW_URL"] || commit,
    datetime: `${new Date().toISOString().slice(0, 19)}Z`,
  };
}
