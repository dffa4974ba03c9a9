import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { readingOf } from "../import/options.ts"
import { flags as placeFlags, type PlaceFlags } from "../transfer/place.ts"
import { count } from "../transfer/Progress.ts"
import { type Stop, untilStopped } from "../transfer/Stop.ts"
import { withTarget } from "../transfer/withTarget.ts"
import { type Replayed, replayFile } from "./replayFile.ts"

const describe = Flag.withDescription

const flags = {
  file: Argument.String("file").pipe(Argument.withDescription("An exported file, plain or gzipped.")),
  speed: Flag.withDefault(describe(Flag.Finite("speed"), "How much faster than it was. [60]"), 60),
  shift: describe(
    Flag.Literals("shift", ["now", "none"]),
    "now: the last reading is of the moment at which it is sent; none: every reading keeps its instant. [now]"
  ).pipe(Flag.withDefault("now")),
  device: Flag.optional(describe(Flag.String("device"), "The device of rows that name none.")),
  ...placeFlags
}

interface Given extends PlaceFlags {
  readonly file: string
  readonly speed: number
  readonly shift: "now" | "none"
  readonly device: Option.Option<string>
}

const words = ({ accepted, duplicates, faults, isStopped, rejected, rows }: Replayed): string =>
  `${isStopped ? "stopped after" : "played"} ${count(rows)} rows: ${count(accepted)} accepted, ` +
  `${count(duplicates)} duplicates, ${count(rejected)} rejected` +
  (faults === 0 ? "" : `; ${count(faults)} rows of the file are no readings`)

const replay = Effect.fnUntraced(function* (given: Given, stop: Stop) {
  const { file, shift, speed } = given
  if (!(speed > 0)) return yield* new StartError({ message: "--speed must be more than 0." })
  const reading = yield* readingOf({
    device: given.device,
    columns: [],
    format: Option.none(),
    decimal: Option.none(),
    separator: Option.none(),
    zone: Option.none(),
    channel: Option.none()
  })
  const played = yield* withTarget(given, (target) =>
    replayFile({ path: file, reading, target, speed, shift, stop })
  )
  process.stdout.write(`${file}: ${words(played)}\n`)
})

/** `wattkit replay`. */
export const replayCommand = Command.make("replay", flags, (given) =>
  untilStopped((stop) => replay(given, stop))
).pipe(Command.withDescription("Play an exported file as if it happened now, at a multiple of real time"))
