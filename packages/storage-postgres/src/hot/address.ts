import type { PgClient } from "@effect/sql-pg"
import { Duration, Effect, Redacted } from "effect"
import type { ClientConfig } from "pg"

/** Where a hot connection goes, and how it begins. */
export interface Address {
  readonly client: ClientConfig
  /** Encryption is tried, and gone without when the server has none. */
  readonly prefersEncryption: boolean
  /** What the session is set to before it is used. */
  readonly session: Readonly<Record<string, string>>
}

interface FromUrl {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  readonly encryption: boolean | "prefer" | undefined
  readonly options: string | undefined
}

const encryptionOf = (mode: string | null): FromUrl["encryption"] => {
  if (mode === null) return undefined
  return mode === "disable" ? false : mode === "prefer" || mode === "allow" ? "prefer" : true
}

/** Reads the parts of a URL as the client beside this one does, which refuses what is wrong with it. */
const fromUrl = (text: string): FromUrl => {
  const url = new URL(text)
  const said = (name: string, part: string): string | undefined => {
    const value = url.searchParams.get(name) ?? decodeURIComponent(part)
    return value === "" ? undefined : value
  }
  const port = said("port", url.port)
  return {
    host: said("host", url.hostname.replace(/^\[(.*)\]$/, "$1")),
    port: port === undefined ? undefined : Number(port),
    user: said("user", url.username),
    password: said("password", url.password),
    database: said("dbname", url.pathname.slice(1)),
    encryption: encryptionOf(url.searchParams.get("sslmode")),
    options: said("options", "")
  }
}

const passwordOf = (
  password: PgClient.PgClientConfig["password"]
): string | (() => Promise<string>) | undefined => {
  if (password === undefined) return undefined
  if (Redacted.isRedacted(password)) return Redacted.value(password)
  return () => Effect.runPromise(Effect.map(password, Redacted.value))
}

/** The address of the database a client talks to, with the session the client gives its own connections. */
export const addressOf = (config: PgClient.PgClientConfig): Address => {
  const url = config.url === undefined ? undefined : fromUrl(Redacted.value(config.url))
  const encryption = config.ssl ?? url?.encryption ?? false
  const { stream } = config
  return {
    client: {
      host: config.path ?? config.host ?? url?.host ?? "localhost",
      port: config.port ?? url?.port ?? 5432,
      user: config.username ?? url?.user,
      password: passwordOf(config.password) ?? url?.password,
      database: config.database ?? url?.database,
      options: config.startupOptions ?? url?.options,
      ssl: encryption === "prefer" ? true : encryption,
      application_name: `${config.applicationName ?? "wattkit"} append`,
      connectionTimeoutMillis: Duration.toMillis(
        Duration.fromInputUnsafe(config.connectTimeout ?? "5 seconds")
      ),
      keepAlive: true,
      ...(stream === undefined ? {} : { stream: () => stream() })
    },
    prefersEncryption: encryption === "prefer",
    session: config.startupParameters ?? {}
  }
}
