import { setFlagsFromString } from "node:v8"
import { DeviceKind, DeviceRole } from "@wattkit/core"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { flags as placeFlags, type PlaceFlags } from "../transfer/place.ts"
import { type Stop, untilStopped } from "../transfer/Stop.ts"
import type { Target } from "../transfer/Target.ts"
import { withTarget } from "../transfer/withTarget.ts"
import { Devices } from "./Devices.ts"
import { type Imported, importFile } from "./importFile.ts"
import { locationOf, readingOf, type ReadingFlags } from "./options.ts"
import { deviceWords, resumeWords, summary } from "./words.ts"

const describe = Flag.withDescription

const flags = {
  files: Argument.String("file").pipe(
    Argument.withDescription("Files of readings, plain or gzipped; - is standard input."),
    Argument.variadic({ min: 1 })
  ),
  device: Flag.optional(describe(Flag.String("device"), "The device of rows that name none.")),
  channel: Flag.optional(describe(Flag.String("channel"), "The channel of rows that name none. [main]")),
  format: Flag.optional(
    describe(Flag.Literals("format", ["csv", "ndjson"]), "What the files are. [by name]")
  ),
  columns: Flag.atLeast(
    describe(Flag.String("columns"), "Names of columns: at=Time,importWh=Register:kWh; may be repeated."),
    0
  ),
  zone: Flag.optional(
    describe(Flag.String("zone"), "The zone of times without offset, such as Europe/Berlin.")
  ),
  decimal: Flag.optional(
    describe(Flag.Literals("decimal", ["point", "comma"]), "How numbers are written. [comma with semicolons]")
  ),
  separator: Flag.optional(
    describe(Flag.Literals("separator", ["comma", "semicolon", "tab"]), "What parts cells. [by the header]")
  ),
  createDevices: Flag.optional(
    describe(Flag.String("create-devices"), "Register devices that are not there, at this location.")
  ),
  role: describe(Flag.Literals("role", DeviceRole.literals), "The role of devices so registered.").pipe(
    Flag.withDefault("load")
  ),
  kind: describe(Flag.Literals("kind", DeviceKind.literals), "The kind of devices so registered.").pipe(
    Flag.withDefault("sub_meter")
  ),
  rejected: Flag.optional(describe(Flag.String("rejected"), "Where rejected rows go. [FILE.rejected.csv]")),
  resume: Flag.withDefault(describe(Flag.Boolean("resume"), "Go on where an import was stopped."), false),
  dryRun: Flag.withDefault(
    describe(Flag.Boolean("dry-run"), "Read and judge the files; store nothing."),
    false
  ),
  json: Flag.withDefault(describe(Flag.Boolean("json"), "Say what became of the files as JSON."), false),
  ...placeFlags
}

/** What the command line said. */
interface Given extends ReadingFlags, PlaceFlags {
  readonly files: ReadonlyArray<string>
  readonly createDevices: Option.Option<string>
  readonly role: typeof DeviceRole.Type
  readonly kind: typeof DeviceKind.Type
  readonly rejected: Option.Option<string>
  readonly resume: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

/** Stores nothing and finds nothing wrong. */
const dryTarget: Target = {
  name: "nowhere",
  batch: 5000,
  writers: 1,
  isByDevice: false,
  append: (batch) => Effect.succeed({ accepted: batch.length, duplicates: 0, refused: [] }),
  hasDevice: () => Effect.succeed(true),
  createDevice: () => Effect.void
}

/** How the process ends when all went well but rows were rejected. */
const someRejected = 2

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const report = (file: Imported, rejectedPath: string, { dryRun, json }: Given): void => {
  if (!json) return void process.stdout.write(`${summary(file, rejectedPath, dryRun)}\n`)
  const rowsPerSecond = Math.round(file.rows / Math.max(file.seconds, 0.001))
  const peakRssBytes = process.resourceUsage().maxRSS * 1024
  process.stdout.write(`${JSON.stringify({ ...file, rowsPerSecond, peakRssBytes, rejectedPath })}\n`)
}

/**
 * Keeps the heap as small as the work is. An import makes millions of short-lived readings; left alone, the
 * space for new ones grows to a hundred megabytes, and the rest doubles before it is collected.
 */
const staySmall = Effect.sync(() => {
  setFlagsFromString("--semi-space-growth-factor=1")
  setFlagsFromString("--heap-growing-percent=20")
})

const importAll = Effect.fnUntraced(function* (given: Given, stop: Stop) {
  yield* staySmall
  const reading = yield* readingOf(given)
  const at = yield* locationOf("--create-devices", given.createDevices)
  const named = Option.getOrUndefined(given.rejected)
  if (named !== undefined && given.files.length > 1) {
    return yield* new StartError({ message: "--rejected names one file; leave it out to import several." })
  }
  if (given.resume && given.files.includes("-")) {
    return yield* new StartError({
      message: "standard input cannot be resumed; import a file, or all of it again."
    })
  }
  const use = (target: Target) =>
    Effect.gen(function* () {
      const create = at === undefined ? undefined : { at, role: given.role, kind: given.kind }
      const devices = new Devices(target, create)
      for (const path of given.files) {
        if (stop.isAsked()) break
        const rejectedPath = named ?? `${path === "-" ? "stdin" : path}.rejected.csv`
        const imported = yield* importFile({
          path,
          target,
          devices,
          reading,
          rejectedPath,
          mayResume: given.resume,
          keepsCheckpoint: !given.dryRun,
          stop,
          say
        })
        report(imported, rejectedPath, given)
        if (imported.isStopped) say(resumeWords(path))
        if (imported.rejected > 0) process.exitCode = someRejected
      }
      for (const line of deviceWords(devices)) say(line)
    })
  yield* given.dryRun ? use(dryTarget) : withTarget(given, use)
})

/** `wattkit import`. */
export const importCommand = Command.make("import", flags, (given) =>
  untilStopped((stop) => importAll(given, stop))
).pipe(Command.withDescription("Bring readings from CSV or NDJSON files into a server or its storage"))
