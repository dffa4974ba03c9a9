import type { Problem } from "../Refused.ts"

/**
 * What to do about a document that was not imported.
 *
 * `unreadable`: it is not what it should be. `noData`: its publisher has nothing for this time; ask later.
 * `incomplete`: pages or answers are missing. `refused`: it says something that cannot be priced.
 */
export type NotImportedKind = "unreadable" | "noData" | "incomplete" | "refused"

/** A document that is not imported, with everything that is wrong with it and where. */
export class NotImported extends Error {
  override readonly name = "NotImported"
  readonly kind: NotImportedKind
  readonly problems: ReadonlyArray<Problem>

  constructor(kind: NotImportedKind, problems: ReadonlyArray<Problem>) {
    super(problems.map(({ message, path }) => (path === "" ? message : `${path}: ${message}`)).join("\n"))
    this.kind = kind
    this.problems = problems
  }
}

/** Ends an import with one problem. */
export const refuse = (kind: NotImportedKind, path: string, message: string): never => {
  throw new NotImported(kind, [{ path, message }])
}
