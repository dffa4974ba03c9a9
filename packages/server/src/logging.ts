import { Formatter, Layer, Logger, References } from "effect"
import type { ServerConfig } from "./config.ts"

const levels: Readonly<Record<string, string>> = { FATAL: "error", WARNING: "warn" }

/** One log line as JSON, with the names that log tools look for. */
const json = (environment: string) =>
  Logger.map(Logger.formatStructured, ({ annotations, cause, level, message, timestamp }) =>
    Formatter.formatJson({
      level: levels[level] ?? level.toLowerCase(),
      message,
      timestamp,
      service: "wattkit",
      environment,
      ...annotations,
      ...(cause === undefined ? {} : { cause })
    })
  )

/** Logs as the configuration says: one line of JSON each, or for eyes. */
export const layer = ({ environment, logFormat, logLevel }: ServerConfig): Layer.Layer<never> =>
  Layer.merge(
    Logger.layer([
      logFormat === "json" ? Logger.withConsoleLog(json(environment)) : Logger.consolePretty({ colors: true })
    ]),
    Layer.succeed(References.MinimumLogLevel, logLevel)
  )
