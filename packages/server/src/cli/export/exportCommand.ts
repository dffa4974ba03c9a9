import {
  Instant,
  type Interval,
  type KeptResolution,
  LocalCalendar,
  LocalDate,
  TimeZone
} from "@wattkit/core"
import { Effect, Option, Result } from "effect"
import { Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { channelOf, deviceOf, locationOf } from "../import/options.ts"
import { flags as placeFlags, layerStores, type PlaceFlags, placeOf, tenantOf } from "../transfer/place.ts"
import { count } from "../transfer/Progress.ts"
import { type Stop, untilStopped } from "../transfer/Stop.ts"
import { exportFile, type Exported } from "./exportFile.ts"
import * as HttpOrigin from "./httpOrigin.ts"
import type { Origin, Selection } from "./Origin.ts"
import type { Format } from "./rowsOf.ts"
import * as StorageOrigin from "./storageOrigin.ts"

const describe = Flag.withDescription

const resolutions = { "15m": "PT15M", "1h": "PT1H", "1d": "P1D" } as const satisfies Record<
  string,
  KeptResolution
>

const flags = {
  device: Flag.atLeast(describe(Flag.String("device"), "A device to export; may be repeated. [all]"), 0),
  location: Flag.atLeast(describe(Flag.String("location"), "A location whose devices to export."), 0),
  channel: Flag.optional(describe(Flag.String("channel"), "The one channel to export. [all]")),
  from: Flag.optional(describe(Flag.String("from"), "The first instant, or a date.")),
  to: Flag.optional(describe(Flag.String("to"), "The end, which is not exported, or a date.")),
  zone: Flag.withDefault(describe(Flag.String("zone"), "Whose dates --from and --to are. [UTC]"), "UTC"),
  what: describe(Flag.Literals("what", ["readings", "usage"]), "What to export. [readings]").pipe(
    Flag.withDefault("readings")
  ),
  resolution: describe(Flag.Literals("resolution", ["15m", "1h", "1d"]), "The cells of usage. [15m]").pipe(
    Flag.withDefault("15m")
  ),
  format: Flag.optional(describe(Flag.Literals("format", ["csv", "ndjson"]), "What to write. [by name]")),
  output: Flag.withDefault(
    describe(
      Flag.withAlias(Flag.String("output"), "o"),
      "The file to write, packed as .gz; - is standard output."
    ),
    "-"
  ),
  resume: Flag.withDefault(
    describe(Flag.Boolean("resume"), "Go on after the last whole row of the file."),
    false
  ),
  ...placeFlags
}

interface Given extends PlaceFlags {
  readonly device: ReadonlyArray<string>
  readonly location: ReadonlyArray<string>
  readonly channel: Option.Option<string>
  readonly from: Option.Option<string>
  readonly to: Option.Option<string>
  readonly zone: string
  readonly what: "readings" | "usage"
  readonly resolution: keyof typeof resolutions
  readonly format: Option.Option<Format>
  readonly output: string
  readonly resume: boolean
}

const instantOf = Effect.fnUntraced(function* (flag: string, text: string, zone: TimeZone.TimeZone) {
  const date = LocalDate.fromString(text)
  if (Result.isSuccess(date)) return LocalCalendar.startOfDay(LocalCalendar.of(zone), date.success)
  const instant = Instant.fromString(text)
  if (Result.isSuccess(instant)) return instant.success
  const message = `${flag} is "${text}", but must be as 2026-01-01 or 2026-01-01T00:00:00Z.`
  return yield* new StartError({ message })
})

const intervalOf = Effect.fnUntraced(function* (
  given: Given
): Effect.fn.Return<Interval.Interval, StartError> {
  const zone = TimeZone.make(given.zone)
  if (Result.isFailure(zone)) {
    return yield* new StartError({ message: `--zone is "${given.zone}": ${zone.failure.message}.` })
  }
  const bound = (flag: string, text: Option.Option<string>, otherwise: number) =>
    Option.match(text, {
      onNone: () => Effect.succeed(otherwise as Instant.Instant),
      onSome: (said) => instantOf(flag, said, zone.success)
    })
  const start = yield* bound("--from", given.from, Instant.MIN_MILLIS)
  const end = yield* bound("--to", given.to, Instant.MAX_MILLIS)
  if (end < start) return yield* new StartError({ message: "--to must not be before --from." })
  return { start, end }
})

const selectionOf = Effect.fnUntraced(function* (given: Given): Effect.fn.Return<Selection, StartError> {
  const deviceIds = yield* Effect.forEach(given.device, (text) => deviceOf(Option.some(text)))
  const locationIds = yield* Effect.forEach(given.location, (text) =>
    locationOf("--location", Option.some(text))
  )
  return {
    deviceIds: deviceIds.filter((id) => id !== undefined),
    locationIds: locationIds.filter((id) => id !== undefined)
  }
})

const withOrigin = Effect.fnUntraced(function* <A>(
  given: Given,
  use: (origin: Origin) => Effect.Effect<A, StartError>
) {
  const place = yield* placeOf(given)
  if (place.kind === "server") return yield* use(yield* HttpOrigin.make(place.server))
  return yield* Effect.gen(function* () {
    return yield* use(yield* StorageOrigin.make(yield* tenantOf(place.tenant)))
  }).pipe(Effect.provide(layerStores(place.config)))
})

const words = ({ isStopped, rows, seconds }: Exported, path: string): string => {
  const perSecond = count(rows / Math.max(seconds, 0.001))
  const speed = `${count(rows)} rows in ${seconds.toFixed(1)} s, ${perSecond} rows/s`
  if (!isStopped) return `${path === "-" ? "exported" : path}: ${speed}`
  const isPlain = path !== "-" && !path.endsWith(".gz")
  return `${path}: stopped after ${speed}.${isPlain ? " Go on with the same command and --resume." : ""}`
}

const exportAll = Effect.fnUntraced(function* (given: Given, stop: Stop) {
  const channel = yield* channelOf(given.channel)
  const within = yield* intervalOf(given)
  const selection = yield* selectionOf(given)
  const named = /\.(ndjson|jsonl)(\.gz)?$/.test(given.output) ? "ndjson" : "csv"
  const resolution = given.what === "usage" ? resolutions[given.resolution] : undefined
  const exported = yield* withOrigin(given, (origin) =>
    exportFile({
      path: given.output,
      format: Option.getOrElse(given.format, () => named),
      origin,
      selection,
      channel,
      within,
      resolution,
      mayResume: given.resume,
      stop
    })
  )
  process.stderr.write(`${words(exported, given.output)}\n`)
})

/** `wattkit export`. */
export const exportCommand = Command.make("export", flags, (given) =>
  untilStopped((stop) => exportAll(given, stop))
).pipe(Command.withDescription("Write readings or usage to a CSV or NDJSON file"))
