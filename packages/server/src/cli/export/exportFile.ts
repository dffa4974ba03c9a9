import type { ChannelName, DeviceId, Interval, KeptResolution, UsageCursor } from "@wattkit/core"
import { CsvText, NdjsonText } from "@wattkit/transport-http"
import { Effect, Stream } from "effect"
import { StartError } from "../../StartError.ts"
import * as Progress from "../transfer/Progress.ts"
import type { Stop } from "../transfer/Stop.ts"
import { type Continuation, continuationOf, isAmong } from "./lastRow.ts"
import type { Origin, Selection } from "./Origin.ts"
import * as Output from "./Output.ts"
import { type Format, usageHeader, usageRows } from "./rowsOf.ts"

/** What one export is. */
export interface Export {
  readonly path: string
  readonly format: Format
  readonly origin: Origin
  readonly selection: Selection
  readonly channel: ChannelName | undefined
  readonly within: Interval.Interval
  /** Usage in cells of this length; readings when there is none. */
  readonly resolution: KeptResolution | undefined
  readonly mayResume: boolean
  readonly stop: Stop
}

/** What was written. */
export interface Exported {
  readonly rows: number
  readonly seconds: number
  readonly isStopped: boolean
}

interface Running {
  readonly job: Export
  readonly output: Output.Output
  readonly devices: ReadonlyArray<DeviceId>
  readonly after: UsageCursor | undefined
  rows: number
  device: number
}

/** Writes the pieces of a stream as they come, until there are no more or somebody asks to stop. */
const writeAll = <A>(
  running: Running,
  stream: Stream.Stream<A, StartError>,
  text: (rows: ReadonlyArray<A>) => string
): Effect.Effect<void, StartError> =>
  stream.pipe(
    Stream.chunks,
    Stream.takeWhile(() => !running.job.stop.isAsked()),
    Stream.runForEach((rows) =>
      Effect.map(running.output.write(text(rows)), () => {
        running.rows += rows.length
      })
    )
  )

const writeReadings = Effect.fnUntraced(function* (running: Running) {
  const { after, devices, job } = running
  const rowsOf = job.format === "csv" ? CsvText.rows : NdjsonText.rows
  for (const deviceId of devices) {
    running.device++
    if (after !== undefined && deviceId < after.deviceId) continue
    const channels = job.channel === undefined ? yield* job.origin.channels(deviceId) : [job.channel]
    for (const channel of channels) {
      const isLast = after?.deviceId === deviceId
      if (job.stop.isAsked()) return
      if (isLast && channel < after.channel) continue
      const start = isLast && channel === after.channel ? after.start + 1 : job.within.start
      const within = { start: start as Interval.Interval["start"], end: job.within.end }
      if (within.end <= within.start) continue
      yield* writeAll(running, job.origin.readings({ deviceId, channel, within }), (readings) =>
        rowsOf(readings.map((reading) => ({ deviceId, ...reading })))
      )
    }
  }
})

const writeUsage = (running: Running, resolution: KeptResolution): Effect.Effect<void, StartError> => {
  const { channel, format, origin, within } = running.job
  const cells = origin.usage({
    deviceIds: running.devices,
    channel,
    within,
    resolution,
    after: running.after
  })
  return writeAll(running, cells, (some) => usageRows(some, format))
}

const check = Effect.fnUntraced(function* ({ format, mayResume, path, resolution }: Export) {
  const header = resolution === undefined ? CsvText.header : usageHeader
  if (!mayResume) return { header, continuation: { offset: 0, after: undefined } as Continuation }
  if (path === "-" || path.endsWith(".gz")) {
    const what = path === "-" ? "standard output" : "a packed file"
    const message = `${what} cannot be continued; export to a plain file.`
    return yield* new StartError({ message })
  }
  return { header, continuation: yield* continuationOf(path, header, format) }
})

/** Writes the file of an export. */
export const exportFile = (job: Export): Effect.Effect<Exported, StartError> =>
  Effect.gen(function* () {
    const { continuation, header } = yield* check(job)
    const devices = yield* job.origin.devices(job.selection)
    if (!isAmong(devices, continuation.after)) {
      const device = continuation.after?.deviceId
      const message = `${job.path} ends with device ${device}, which is not exported now.`
      return yield* new StartError({ message })
    }
    const output = yield* Output.open(job.path, continuation.offset)
    const running: Running = { job, output, devices, after: continuation.after, rows: 0, device: 0 }
    const startedAt = performance.now()
    yield* Progress.show(() => ({
      what: job.path === "-" ? "export" : job.path,
      rows: running.rows,
      share: running.device < 2 ? undefined : (running.device - 1) / devices.length,
      more: job.resolution === undefined ? `device ${running.device} of ${devices.length}` : undefined
    }))
    if (job.format === "csv" && continuation.offset === 0) yield* output.write(`${header}\n`)
    yield* job.resolution === undefined ? writeReadings(running) : writeUsage(running, job.resolution)
    yield* output.end
    const seconds = (performance.now() - startedAt) / 1000
    return { rows: running.rows, seconds, isStopped: job.stop.isAsked() }
  }).pipe(Effect.scoped)
