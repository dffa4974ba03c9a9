import type { Column } from "../hot/column.ts"
import type { Statement } from "../hot/HotConnection.ts"
import { saidColumn } from "../rows.ts"
import type { Batch } from "./Batch.ts"
import { typesOf, valuesOf } from "./columns.ts"
import { namesOf } from "./said.ts"

/** A statement for each set of what readings say, written when it is first needed. */
export const bySaid = (write: (said: number) => Statement): ((said: number) => Statement) => {
  const written = new Map<number, Statement>()
  return (said) => {
    const known = written.get(said)
    if (known !== undefined) return known
    const made = write(said)
    written.set(said, made)
    return made
  }
}

/**
 * Stores certainly new readings that are too few for COPY. It has no columns but those that are said, because
 * each costs as much as a few readings.
 */
export const insertStatement = bySaid((said) => {
  const names = namesOf(said)
  return {
    name: `wattkit_insert_${said}`,
    text: `
INSERT INTO readings (${["channel_key", "at", ...names.map(saidColumn)].join(", ")})
SELECT * FROM unnest($1::int8[], $2::timestamptz[], ${typesOf(names, 3)})`
  }
})

/** The parameters of the statement for the certainly new readings of a batch. */
export const insertedOf = ({ channels, fresh, readings, said }: Batch): ReadonlyArray<Column> => [
  { type: "int8", values: fresh.map((place) => channels[place]!.key) },
  { type: "timestamptz", values: fresh.map((place) => readings[place]!.at) },
  ...valuesOf(readings, fresh, namesOf(said))
]
