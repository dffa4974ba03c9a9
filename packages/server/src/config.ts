import { readFileSync } from "node:fs"
import { Config, ConfigProvider, Effect, Option, type Redacted } from "effect"
import { StartError } from "./StartError.ts"

/** One setting: where it is set, what it starts with, and what it does. */
export interface Setting {
  readonly name: string
  readonly flag: string | undefined
  readonly standard: string | undefined
  readonly purpose: string
}

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

/** The settings of one server, read and checked. */
export interface ServerConfig {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: Redacted.Redacted | undefined
  readonly publicUrl: string | undefined
  readonly corsOrigins: ReadonlyArray<string>
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
  publicUrl: optional(Config.String(settings.publicUrl.name)),
  corsOrigins: Config.String(settings.corsOrigins.name).pipe(
    Config.withDefault(settings.corsOrigins.standard)
  ),
  logLevel: Config.String(settings.logLevel.name).pipe(Config.withDefault(settings.logLevel.standard)),
  logFormat: Config.String(settings.logFormat.name).pipe(Config.withDefault(settings.logFormat.standard)),
  environment: Config.String(settings.environment.name).pipe(
    Config.withDefault(settings.environment.standard)
  )
})

const wrong = ({ name }: Setting, found: string, expected: string) =>
  new StartError({ message: `${name} is "${found}", but must be ${expected}.` })

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
    publicUrl: given.publicUrl?.replace(/\/+$/, ""),
    corsOrigins,
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
