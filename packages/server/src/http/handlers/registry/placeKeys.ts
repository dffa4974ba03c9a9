import { type Place, placeOf, type Sort } from "@wattkit/engine"
import { Option, Schema } from "effect"
import type { Keys } from "../page.ts"

interface Entry {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

/** How places of a sorted list stand in its cursors: a cursor of another order is no cursor of this one. */
export const placeKeys = (sort: Sort, id: Schema.Codec<string, string>): Keys<Entry, Place> => {
  const key = Schema.Union([Schema.String, Schema.Finite])
  const Cursor = Schema.fromJsonString(Schema.Tuple([Schema.Literal(sort), key, id]))
  const read = Schema.decodeUnknownOption(Cursor)
  return {
    read: (text) => Option.getOrUndefined(Option.map(read(text), ([, key, id]) => ({ key, id }))),
    write: (entry) => JSON.stringify([sort, placeOf(sort, entry).key, entry.id])
  }
}
