import * as Schema from "effect/Schema"

/** What every answer says of itself. */
export const Meta = Schema.Struct({
  timestamp: Schema.String,
  requestId: Schema.String,
  /** Ask again with `?cursor=` this for what follows; absent on the last page. */
  nextCursor: Schema.optionalKey(Schema.String),
  /** Of usage: the length of the cells, which `auto` leaves to the server. */
  resolution: Schema.optionalKey(Schema.String),
  /**
   * Of usage: how many milliseconds ago the oldest reading was stored that the answer may not show yet; 0
   * after `exact=true`.
   */
  lagMs: Schema.optionalKey(Schema.Finite)
})
export type Meta = typeof Meta.Type

/** The answer to a request that did what was asked. */
export const Envelope = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ success: Schema.Literal(true), data, error: Schema.Null, meta: Meta })
