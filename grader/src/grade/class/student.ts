/** One student of a class. */
export interface Student {
  /** What the student is called in every report; no two of a class are called the same. */
  readonly id: string;
  /** Where the submission is, as an absolute path; `undefined` where nothing was handed in. */
  readonly path: string | undefined;
  /** The commit to read, or a name for it; without one, the files are read as they lie there. */
  readonly commit: string | undefined;
  /** True when the roster says that it was handed in after it was due. */
  readonly late: boolean;
}

/** Why `id` cannot name a student; `undefined` when it can. It is the name of a folder as well. */
export function idProblem(id: string): string | undefined {
  if (id === "") return "is empty: give each student a name";
  if (!/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._@+ -]*[\p{L}\p{M}\p{N}_@+-])?$/u.test(id)) {
    return "is no name here: use letters, digits, spaces and . _ @ + -, with a letter or digit first";
  }
  if (Buffer.byteLength(id) > 200) return "is too long: use at most 200 bytes";
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(id)) {
    return "names a device on Windows: change it";
  }
  return undefined;
}

/** The same for two names that one folder could not tell apart. */
export function sameName(id: string): string {
  return id.normalize("NFC").toLowerCase();
}
