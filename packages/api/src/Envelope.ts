import * as Schema from "effect/Schema"

/** What every answer says of itself. */
export const Meta = Schema.Struct({
  timestamp: Schema.String,
  requestId: Schema.String,
  /** Ask again with `?cursor=` this for what follows; absent on the last page. */
  nextCursor: Schema.optionalKey(Schema.String)
})
export type Meta = typeof Meta.Type

/** The answer to a request that did what was asked. */
export const Envelope = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ success: Schema.Literal(true), data, error: Schema.Null, meta: Meta })
