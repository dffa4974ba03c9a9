import * as Schema from "effect/Schema"

/** The most entries one page of a list holds. */
export const maxLimit = 500

/** The query of every list: how many entries, and after which. */
export const pageQuery = {
  limit: Schema.optionalKey(
    Schema.FiniteFromString.check(
      Schema.isInt({ message: "must be a whole number" }),
      Schema.isBetween({ minimum: 1, maximum: maxLimit }, { message: `must be between 1 and ${maxLimit}` })
    )
  ),
  /** The `meta.nextCursor` of the page before. */
  cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(256, { message: "is not a cursor" })))
} as const

/** The number of entries when the query does not say. */
export const defaultLimit = 50
