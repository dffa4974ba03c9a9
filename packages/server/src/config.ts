import { readFileSync } from "node:fs"
import { type Retention, usualRetention } from "@wattkit/core"
import { type IngestBudget, type JobWorkerOptions, usualBudget, usualJobWorker } from "@wattkit/engine"
import { Config, ConfigProvider, Effect, Option, type Redacted } from "effect"
import { type EdgeConfig, edgeConfigOf, edgeRaw, edgeSettings } from "./http/edge/settings.ts"
import { type IdentityConfig, identityConfigOf, identityRaw, identitySettings } from "./identity/settings.ts"
import { type MqttConfig, mqttConfigOf, mqttRaw, mqttSettings } from "./mqtt/settings.ts"
import { type Setting, wrong } from "./Setting.ts"
import { StartError } from "./StartError.ts"

export type { Setting } from "./Setting.ts"

/** Every setting of the server. The documentation and the `--help` text are made of this table. */
export const settings = {
  port: {
    name: "WATTKIT_PORT",
    flag: "--port",
    standard: "8080",
    purpose: "The port to listen on; 0 takes a free one."
  },
  host: {
    name: "WATTKIT_HOST",
    flag: "--host",
    standard: "127.0.0.1",
    purpose: "The address to listen on; 0.0.0.0 is every address of the machine."
  },
  dataDir: {
    name: "WATTKIT_DATA_DIR",
    flag: "--data-dir",
    standard: "./.wattkit",
    purpose: "Where the embedded database keeps its files. One server at a time uses it."
  },
  databaseUrl: {
    name: "DATABASE_URL",
    flag: undefined,
    standard: undefined,
    purpose:
      "A PostgreSQL (15 or later) to use instead of the embedded one: postgres://user:password@host/name."
  },
  storage: {
    name: "WATTKIT_STORAGE",
    flag: undefined,
    standard: "auto",
    purpose: "How DATABASE_URL is used: postgres, timescale, or auto: timescale where the extension is."
  },
  publicUrl: {
    name: "WATTKIT_PUBLIC_URL",
    flag: undefined,
    standard: undefined,
    purpose: "The address under which people reach the server, for the links it prints."
  },
  corsOrigins: {
    name: "WATTKIT_CORS_ORIGINS",
    flag: undefined,
    standard: "",
    purpose: "Origins whose pages may call the API, separated by commas; none by default."
  },
  keepReadingsDays: {
    name: "WATTKIT_KEEP_READINGS_DAYS",
    flag: undefined,
    standard: String(usualRetention.readingDays),
    purpose: "For how many days readings are kept. Older ones that arrive go to quarantine."
  },
  keepQuarterHoursDays: {
    name: "WATTKIT_KEEP_QUARTER_HOURS_DAYS",
    flag: undefined,
    standard: String(usualRetention.quarterHourDays),
    purpose: "For how many days usage by quarter hours is kept, but not shorter than readings."
  },
  keepHoursDays: {
    name: "WATTKIT_KEEP_HOURS_DAYS",
    flag: undefined,
    standard: String(usualRetention.hourDays),
    purpose: "For how many days usage by hours is kept, but not shorter than readings."
  },
  keepDaysDays: {
    name: "WATTKIT_KEEP_DAYS_DAYS",
    flag: undefined,
    standard: String(usualRetention.dayDays),
    purpose: "For how many days usage by days is kept, but not shorter than readings."
  },
  keepDeadLettersDays: {
    name: "WATTKIT_KEEP_DEAD_LETTERS_DAYS",
    flag: undefined,
    standard: String(usualRetention.deadLetterDays),
    purpose: "For how many days messages that could not be read are kept, settled or not."
  },
  keepSettledDays: {
    name: "WATTKIT_KEEP_SETTLED_DAYS",
    flag: undefined,
    standard: String(usualRetention.settledDays),
    purpose: "For how many days readings that were in quarantine are kept there after the decision."
  },
  offlineAfterMinutes: {
    name: "WATTKIT_OFFLINE_AFTER_MINUTES",
    flag: undefined,
    standard: "15",
    purpose: "After how many minutes of silence a device is offline."
  },
  deviceBudget: {
    name: "WATTKIT_DEVICE_READINGS_PER_MINUTE",
    flag: undefined,
    standard: String(usualBudget.devicePerMinute),
    purpose: "How many readings a device may send in a minute; beyond it the answer says when to go on."
  },
  tenantBudget: {
    name: "WATTKIT_TENANT_READINGS_PER_MINUTE",
    flag: undefined,
    standard: String(usualBudget.tenantPerMinute),
    purpose: "How many readings all devices of a tenant may send in a minute."
  },
  jobsPollSeconds: {
    name: "WATTKIT_JOBS_POLL_SECONDS",
    flag: undefined,
    standard: "5",
    purpose: "How often a server looks for jobs that other servers took in, or that had to wait."
  },
  jobsAtOnce: {
    name: "WATTKIT_JOBS_AT_ONCE",
    flag: undefined,
    standard: String(usualJobWorker.concurrency),
    purpose: "How many jobs of a queue a server runs at the same time; 0 leaves them to other servers."
  },
  ...edgeSettings,
  ...mqttSettings,
  ...identitySettings,
  logLevel: {
    name: "WATTKIT_LOG_LEVEL",
    flag: undefined,
    standard: "info",
    purpose: "The least a log line must matter: error, warn, info, debug or trace."
  },
  logFormat: {
    name: "WATTKIT_LOG_FORMAT",
    flag: undefined,
    standard: "auto",
    purpose: "json, pretty, or auto: pretty in a terminal and JSON elsewhere."
  },
  environment: {
    name: "WATTKIT_ENVIRONMENT",
    flag: undefined,
    standard: "production",
    purpose: "What log lines name as their environment."
  }
} as const satisfies Record<string, Setting>

/** How a database is used. */
export type StorageKind = "auto" | "postgres" | "timescale"

const isStorageKind = (text: string): text is StorageKind =>
  text === "auto" || text === "postgres" || text === "timescale"

/** The settings of one server, read and checked. */
export interface ServerConfig {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: Redacted.Redacted | undefined
  readonly storage: StorageKind
  readonly publicUrl: string | undefined
  readonly corsOrigins: ReadonlyArray<string>
  readonly retention: Retention
  readonly offlineAfterMinutes: number
  readonly ingestBudget: IngestBudget
  /** Undefined where jobs are left to other servers. */
  readonly jobs: JobWorkerOptions | undefined
  readonly edge: EdgeConfig
  readonly mqtt: MqttConfig
  readonly identity: IdentityConfig
  readonly logLevel: "Error" | "Warn" | "Info" | "Debug" | "Trace"
  readonly logFormat: "json" | "pretty"
  readonly environment: string
}

/** What the command line says; it overrides the environment. */
export interface Flags {
  readonly port?: number | undefined
  readonly host?: string | undefined
  readonly dataDir?: string | undefined
}

const levels = { error: "Error", warn: "Warn", info: "Info", debug: "Debug", trace: "Trace" } as const

const optional = <A>(config: Config.Config<A>): Config.Config<A | undefined> =>
  Config.map(Config.option(config), Option.getOrUndefined)

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535

const raw = Config.all({
  port: Config.String(settings.port.name).pipe(Config.withDefault(settings.port.standard)),
  host: Config.String(settings.host.name).pipe(Config.withDefault(settings.host.standard)),
  dataDir: Config.String(settings.dataDir.name).pipe(Config.withDefault(settings.dataDir.standard)),
  databaseUrl: optional(Config.Redacted(settings.databaseUrl.name)),
  storage: Config.String(settings.storage.name).pipe(Config.withDefault(settings.storage.standard)),
  publicUrl: optional(Config.String(settings.publicUrl.name)),
  corsOrigins: Config.String(settings.corsOrigins.name).pipe(
    Config.withDefault(settings.corsOrigins.standard)
  ),
  keepReadingsDays: optional(Config.String(settings.keepReadingsDays.name)),
  keepQuarterHoursDays: optional(Config.String(settings.keepQuarterHoursDays.name)),
  keepHoursDays: optional(Config.String(settings.keepHoursDays.name)),
  keepDaysDays: optional(Config.String(settings.keepDaysDays.name)),
  keepDeadLettersDays: Config.String(settings.keepDeadLettersDays.name).pipe(
    Config.withDefault(settings.keepDeadLettersDays.standard)
  ),
  keepSettledDays: Config.String(settings.keepSettledDays.name).pipe(
    Config.withDefault(settings.keepSettledDays.standard)
  ),
  deviceBudget: Config.String(settings.deviceBudget.name).pipe(
    Config.withDefault(settings.deviceBudget.standard)
  ),
  tenantBudget: Config.String(settings.tenantBudget.name).pipe(
    Config.withDefault(settings.tenantBudget.standard)
  ),
  offlineAfterMinutes: Config.String(settings.offlineAfterMinutes.name).pipe(
    Config.withDefault(settings.offlineAfterMinutes.standard)
  ),
  jobsPollSeconds: Config.String(settings.jobsPollSeconds.name).pipe(
    Config.withDefault(settings.jobsPollSeconds.standard)
  ),
  jobsAtOnce: Config.String(settings.jobsAtOnce.name).pipe(Config.withDefault(settings.jobsAtOnce.standard)),
  edge: edgeRaw,
  mqtt: mqttRaw,
  identity: identityRaw,
  logLevel: Config.String(settings.logLevel.name).pipe(Config.withDefault(settings.logLevel.standard)),
  logFormat: Config.String(settings.logFormat.name).pipe(Config.withDefault(settings.logFormat.standard)),
  environment: Config.String(settings.environment.name).pipe(
    Config.withDefault(settings.environment.standard)
  )
})

/** Fifty years: before 1970 there are no instants. */
const mostDays = 18_250

const wholeNumber = (setting: Setting, found: string, least: number, most: number) =>
  /^\d{1,9}$/.test(found) && Number(found) >= least && Number(found) <= most
    ? Effect.succeed(Number(found))
    : Effect.fail(wrong(setting, found, `a whole number from ${least} to ${most}`))

/** Usage is computed from readings, so no usage is given up before its readings are. */
const retentionOf = Effect.fnUntraced(function* (given: Config.Success<typeof raw>) {
  const { keepReadingsDays, ...usages } = settings
  const readingDays = yield* wholeNumber(
    keepReadingsDays,
    given.keepReadingsDays ?? keepReadingsDays.standard,
    1,
    mostDays
  )
  const daysOf = (name: "keepQuarterHoursDays" | "keepHoursDays" | "keepDaysDays") =>
    given[name] === undefined
      ? Effect.succeed(Math.max(readingDays, Number(usages[name].standard)))
      : wholeNumber(usages[name], given[name], readingDays, mostDays)
  return {
    ...usualRetention,
    deadLetterDays: yield* wholeNumber(usages.keepDeadLettersDays, given.keepDeadLettersDays, 1, mostDays),
    settledDays: yield* wholeNumber(usages.keepSettledDays, given.keepSettledDays, 1, mostDays),
    readingDays,
    quarterHourDays: yield* daysOf("keepQuarterHoursDays"),
    hourDays: yield* daysOf("keepHoursDays"),
    dayDays: yield* daysOf("keepDaysDays")
  } satisfies Retention as Retention
})

/** A server that runs no jobs still takes them in. */
const jobsOf = Effect.fnUntraced(function* (given: Config.Success<typeof raw>) {
  const concurrency = yield* wholeNumber(settings.jobsAtOnce, given.jobsAtOnce, 0, 1_000)
  const pollSeconds = yield* wholeNumber(settings.jobsPollSeconds, given.jobsPollSeconds, 1, 3_600)
  const { leaseMs } = usualJobWorker
  return concurrency === 0 ? undefined : { leaseMs, concurrency, pollMs: pollSeconds * 1_000 }
})

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

const check = Effect.fnUntraced(function* (given: Config.Success<typeof raw>, flags: Flags) {
  const port = String(flags.port ?? given.port)
  if (!isPort(port)) return yield* wrong(settings.port, port, "a number from 0 to 65535")
  const level = given.logLevel.toLowerCase()
  if (!Object.hasOwn(levels, level)) {
    return yield* wrong(settings.logLevel, given.logLevel, `one of ${Object.keys(levels).join(", ")}`)
  }
  const format = given.logFormat
  if (format !== "auto" && format !== "json" && format !== "pretty") {
    return yield* wrong(settings.logFormat, format, "json, pretty or auto")
  }
  const { storage } = given
  if (!isStorageKind(storage)) return yield* wrong(settings.storage, storage, "auto, postgres or timescale")
  const corsOrigins = given.corsOrigins
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "")
  const bad = corsOrigins.find((origin) => !isOrigin(origin))
  if (bad !== undefined) {
    return yield* wrong(settings.corsOrigins, bad, "origins such as https://app.example.com, without a path")
  }
  if (given.publicUrl !== undefined && !URL.canParse(given.publicUrl)) {
    return yield* wrong(settings.publicUrl, given.publicUrl, "an address such as https://energy.example.com")
  }
  return {
    port: Number(port),
    host: flags.host ?? given.host,
    dataDir: flags.dataDir ?? given.dataDir,
    databaseUrl: given.databaseUrl,
    storage,
    publicUrl: given.publicUrl?.replace(/\/+$/, ""),
    corsOrigins,
    retention: yield* retentionOf(given),
    ingestBudget: {
      devicePerMinute: yield* wholeNumber(settings.deviceBudget, given.deviceBudget, 1, 999_999_999),
      tenantPerMinute: yield* wholeNumber(settings.tenantBudget, given.tenantBudget, 1, 999_999_999)
    },
    offlineAfterMinutes: yield* wholeNumber(
      settings.offlineAfterMinutes,
      given.offlineAfterMinutes,
      1,
      60 * 24 * 366
    ),
    jobs: yield* jobsOf(given),
    edge: yield* edgeConfigOf(given.edge),
    mqtt: yield* mqttConfigOf(given.mqtt),
    identity: yield* identityConfigOf(given.identity),
    logLevel: levels[level as keyof typeof levels],
    logFormat: format === "auto" ? (process.stdout.isTTY ? "pretty" : "json") : format,
    environment: given.environment
  } satisfies ServerConfig as ServerConfig
})

/** The file `.env` of the working directory, or nothing. What the environment says goes before it. */
const dotEnv = (): ConfigProvider.ConfigProvider => {
  try {
    return ConfigProvider.fromDotEnvContents(readFileSync(".env", "utf8"))
  } catch {
    return ConfigProvider.fromEnvRecord({})
  }
}

/** Reads flags, environment and `.env`, in this order of weight. */
export const load = (flags: Flags = {}): Effect.Effect<ServerConfig, StartError> =>
  Effect.suspend(() => raw.parse(ConfigProvider.orElse(ConfigProvider.fromEnv(), dotEnv()))).pipe(
    Effect.mapError(
      (error) => new StartError({ message: `the configuration cannot be read: ${error.message}` })
    ),
    Effect.flatMap((given) => check(given, flags))
  )
