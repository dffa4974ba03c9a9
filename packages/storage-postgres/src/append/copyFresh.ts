import type { DeviceReading } from "@wattkit/core"
import type { BinaryWriter } from "../hot/BinaryWriter.ts"
import { writeValue } from "../hot/column.ts"
import { saidColumn } from "../rows.ts"
import type { Batch } from "./Batch.ts"
import type { SaidName } from "./said.ts"

const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1")

/** The statement that takes in rows of the channel, the instant and what is said. */
export const copyText = (names: ReadonlyArray<SaidName>): string =>
  `COPY readings (${["channel_key", "at", ...names.map(saidColumn)].join(", ")}) FROM STDIN (FORMAT binary)`

const writeSaid = (writer: BinaryWriter, reading: DeviceReading, names: ReadonlyArray<SaidName>): void => {
  for (const name of names) {
    const value = reading[name]
    if (value === undefined) writer.int32(-1)
    else if (typeof value === "object") writeValue(writer, "jsonb", value)
    else {
      writer.int32(8)
      if (name === "since") writer.instant(value)
      else writer.float64(value)
    }
  }
}

/** Writes the certainly new readings of a batch as `copyText` takes them. */
export const writeFresh = (writer: BinaryWriter, batch: Batch, names: ReadonlyArray<SaidName>): void => {
  writer.raw(signature)
  writer.int32(0)
  writer.int32(0)
  for (const place of batch.fresh) {
    const reading = batch.readings[place]!
    writer.int16(names.length + 2)
    writer.int32(8)
    writer.int64(batch.channels[place]!.key)
    writer.int32(8)
    writer.instant(reading.at)
    writeSaid(writer, reading, names)
  }
  writer.int16(-1)
}
