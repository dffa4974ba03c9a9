import type { BinaryWriter } from "./BinaryWriter.ts"

/** A type a column of a batch can have. */
export type ColumnType = "int8" | "float8" | "timestamptz" | "jsonb"

/** The number PostgreSQL knows the type by. */
export const oids: { readonly [type in ColumnType]: number } = {
  int8: 20,
  float8: 701,
  timestamptz: 1184,
  jsonb: 3802
}

/** A value of a column: an instant is in milliseconds, an object is JSON. */
export type ColumnValue = number | object | null

/** A column of a batch; one without values stands for nulls, which `unnest` fills in. */
export interface Column {
  readonly type: ColumnType
  readonly values: ReadonlyArray<ColumnValue>
}

/** Writes one value with its length before it, as arrays and COPY have it. */
export const writeValue = (writer: BinaryWriter, type: ColumnType, value: ColumnValue): void => {
  if (value === null) return writer.int32(-1)
  if (typeof value === "object") {
    const start = writer.length
    writer.int32(0)
    // The version of the format comes before the text.
    writer.byte(1)
    writer.int32At(start, writer.text(JSON.stringify(value)) + 1)
    return
  }
  writer.int32(8)
  if (type === "float8") writer.float64(value)
  else if (type === "timestamptz") writer.instant(value)
  else writer.int64(value)
}

/** Writes a column as a parameter of an array type, in the binary format. */
export const writeArray = (writer: BinaryWriter, { type, values }: Column): void => {
  const start = writer.length
  writer.int32(0)
  writer.int32(values.length === 0 ? 0 : 1)
  writer.int32(values.includes(null) ? 1 : 0)
  writer.int32(oids[type])
  if (values.length > 0) {
    writer.int32(values.length)
    writer.int32(1)
    for (const value of values) writeValue(writer, type, value)
  }
  writer.int32At(start, writer.length - start - 4)
}
