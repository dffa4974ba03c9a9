import { closeSync, ftruncateSync, openSync } from "node:fs"
import {
  ChannelName,
  type DeviceId,
  DeviceId as DeviceIdSchema,
  Instant,
  type UsageCursor
} from "@wattkit/core"
import { Effect, Result, Schema } from "effect"
import { StartError } from "../../StartError.ts"
import * as Source from "../transfer/Source.ts"
import type { Format } from "./rowsOf.ts"

/** Longer than any row that an export writes. */
const tail = 64 * 1024

/** Where an unfinished file goes on: after how many bytes, and after which row when it has one. */
export interface Continuation {
  readonly offset: number
  readonly after: UsageCursor | undefined
}

const Named = Schema.Struct({ device: DeviceIdSchema, channel: Schema.optionalKey(ChannelName) })
const isNamed = Schema.is(Named)

/** Device, channel and instant of a row: both files begin with them, in the order of their header. */
const fieldsOf = (row: string, header: string, format: Format): Readonly<Record<string, unknown>> => {
  if (format === "ndjson") return JSON.parse(row) as Record<string, unknown>
  const cells = row.split(",")
  return Object.fromEntries(header.split(",").map((name, i) => [name, cells[i]]))
}

const cursorOf = (row: string, header: string, format: Format): UsageCursor | undefined => {
  try {
    const fields = fieldsOf(row, header, format)
    const instant = Instant.fromString(String(fields["start"] ?? fields["at"]))
    if (!isNamed(fields) || Result.isFailure(instant)) return undefined
    return {
      deviceId: fields.device,
      channel: fields.channel ?? ChannelName.make("main"),
      start: instant.success
    }
  } catch {
    return undefined
  }
}

const cut = (path: string, offset: number) =>
  Effect.try({
    try: () => {
      const file = openSync(path, "r+")
      ftruncateSync(file, offset)
      closeSync(file)
    },
    catch: (cause) => new StartError({ message: `${path} cannot be continued: ${String(cause)}` })
  })

/** Finds the last whole row of an unfinished file and cuts off what follows it. */
export const continuationOf = Effect.fnUntraced(function* (path: string, header: string, format: Format) {
  const refuse = (why: string) =>
    Effect.fail(new StartError({ message: `${path} cannot be continued: ${why}.` }))
  const size = yield* Source.sizeOf(path)
  if (format === "csv") {
    const first = new TextDecoder().decode(yield* Source.headOf(path, header.length + 1))
    if (size <= header.length) {
      if (!`${header}\n`.startsWith(first)) return yield* refuse("it is another file")
      return { offset: 0, after: undefined } satisfies Continuation as Continuation
    }
    if (first !== `${header}\n`) return yield* refuse("it does not begin with the header of this export")
  }
  const start = Math.max(0, size - tail)
  const bytes = yield* Source.headOf(path, tail, start)
  const end = bytes.lastIndexOf(10)
  const offset = start + end + 1
  const before = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1)
  const row = new TextDecoder().decode(bytes.subarray(before + 1, Math.max(end, 0)))
  yield* cut(path, offset)
  if (row === "" || row === header) return { offset, after: undefined }
  const after = cursorOf(row, header, format)
  if (after === undefined) return yield* refuse("its last row is not one of this export")
  return { offset, after }
})

/** Whether a device of the file may be one that is exported now. */
export const isAmong = (ids: ReadonlyArray<DeviceId>, after: UsageCursor | undefined): boolean =>
  after === undefined || ids.includes(after.deviceId)
