import * as Schema from "effect/Schema"
import { pageQuery } from "../Page.ts"

/** What the lists of locations and devices are ordered by; with a minus the other way round. */
const Sort = Schema.Literals(["id", "-id", "name", "-name", "createdAt", "-createdAt"])

/** The query of a list that can be ordered and searched. */
export const sortedQuery = {
  ...pageQuery,
  /** The `meta.nextCursor` of the page before, which was asked for in the same order. */
  cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(2048, { message: "is not a cursor" }))),
  /** By id when it is left out. */
  sort: Schema.optionalKey(Sort),
  /** Only what has this in its name, in capitals or small letters. */
  name: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200, { message: "is longer than a name" })))
} as const

/** What was removed. */
export const Removed = Schema.Struct({ id: Schema.String }).annotate({ identifier: "Removed" })
