import { ChannelName, DeviceId, LocationId, TimeZone } from "@wattkit/core"
import { Effect, Option, Schema } from "effect"
import { StartError } from "../../StartError.ts"
import type { Reading } from "./fileFormat.ts"

/** A text of the command line as what it must be, or a sentence that names the flag. */
const read = <A>(
  schema: Schema.Codec<A, string>,
  flag: string,
  text: Option.Option<string>,
  expected: string
) =>
  Option.match(text, {
    onNone: () => Effect.succeed<A | undefined>(undefined),
    onSome: (given) =>
      Effect.mapError(
        Schema.decodeUnknownEffect(schema)(given),
        () => new StartError({ message: `${flag} is "${given}", but must be ${expected}.` })
      )
  })

const id = "1 to 64 characters of A-Z a-z 0-9 . _ : -"

/** The device of a flag. */
export const deviceOf = (text: Option.Option<string>) => read(DeviceId, "--device", text, id)
/** The channel of a flag. */
export const channelOf = (text: Option.Option<string>) => read(ChannelName, "--channel", text, id)
/** The location of a flag. */
export const locationOf = (flag: string, text: Option.Option<string>) => read(LocationId, flag, text, id)

/** `at=Zeit,importWh=Zählerstand:kWh`, as often as it is said; a comma parts only before the next field. */
const columnsOf = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
  const columns: Record<string, string> = {}
  for (const pair of texts.flatMap((text) => text.split(/,(?=[A-Za-z.0-9_]+=)/))) {
    const equals = pair.indexOf("=")
    const field = pair.slice(0, equals).trim()
    if (equals <= 0 || Object.hasOwn(columns, field)) {
      const form = "at=Time,importWh=Register:kWh, each field once"
      const message = `--columns has "${pair}", but must be as ${form}.`
      return yield* new StartError({ message })
    }
    columns[field] = pair.slice(equals + 1)
  }
  return columns
})

const separators = { comma: ",", semicolon: ";", tab: "\t" } as const

/** What the flags say of how a file is read. */
export interface ReadingFlags {
  readonly format: Option.Option<"csv" | "ndjson">
  readonly columns: ReadonlyArray<string>
  readonly decimal: Option.Option<"point" | "comma">
  readonly separator: Option.Option<keyof typeof separators>
  readonly zone: Option.Option<string>
  readonly device: Option.Option<string>
  readonly channel: Option.Option<string>
}

/** How the files are to be read. */
export const readingOf = Effect.fnUntraced(function* (
  flags: ReadingFlags
): Effect.fn.Return<Reading, StartError> {
  return {
    format: Option.getOrUndefined(flags.format),
    columns: yield* columnsOf(flags.columns),
    decimal: Option.getOrUndefined(flags.decimal),
    separator: Option.getOrUndefined(Option.map(flags.separator, (name) => separators[name])),
    zone: yield* read(TimeZone.TimeZone, "--zone", flags.zone, "an IANA time zone such as Europe/Berlin"),
    deviceId: yield* deviceOf(flags.device),
    channel: yield* channelOf(flags.channel)
  }
})
