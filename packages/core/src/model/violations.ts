import * as SchemaIssue from "effect/SchemaIssue"

/** One thing that is wrong with a value: where in it, and why. */
export interface Violation {
  readonly field: string
  readonly reason: string
}

const reasonOf: SchemaIssue.LeafHook = (issue) => {
  if (issue._tag === "MissingKey") return "is missing"
  if (issue._tag === "UnexpectedKey") return "is not a known field"
  return SchemaIssue.defaultLeafHook(issue)
}

/** What a schema calls a kind of value, in words. */
const kinds: { readonly [kind: string]: string } = {
  number: "a number",
  string: "a text",
  boolean: "true or false",
  object: "an object",
  array: "a list"
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({ leafHook: reasonOf })

const fieldOf = (path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined): string =>
  (path ?? []).reduce<string>((text, segment) => {
    const key = typeof segment === "object" ? segment.key : segment
    if (typeof key === "number") return `${text}[${key}]`
    return text === "" ? String(key) : `${text}.${String(key)}`
  }, "")

/** What is wrong with a value that a schema refused, as fields and reasons a caller can act on. */
export const violations = (issue: SchemaIssue.Issue): ReadonlyArray<Violation> =>
  format(issue).issues.map(({ message, path }) => ({
    field: fieldOf(path),
    reason: message.replace(/^Expected (\w+$)?/, (_, kind: string = "") => `must be ${kinds[kind] ?? kind}`)
  }))
