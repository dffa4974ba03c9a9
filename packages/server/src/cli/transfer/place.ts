import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { TenantId, TenantStore } from "@wattkit/core"
import { Effect, Layer, Logger, Option, Redacted, Schema } from "effect"
import { Flag } from "effect/cli"
import { load, type ServerConfig, settings } from "../../config.ts"
import { defaultTenant } from "../../FirstStart.ts"
import { StartError } from "../../StartError.ts"
import * as Storage from "../../storage/Storage.ts"
import type { Server } from "./httpTarget.ts"

/** The flags that say where readings are brought to or taken from. */
export const flags = {
  url: Flag.optional(
    Flag.withDescription(Flag.String("url"), "A running server to go through, such as http://localhost:8080.")
  ),
  key: Flag.optional(Flag.withDescription(Flag.Redacted("key"), "The key to that server [WATTKIT_KEY]")),
  dataDir: Flag.optional(
    Flag.withDescription(
      Flag.String("data-dir"),
      `The data directory, without --url. [${settings.dataDir.name}, ${settings.dataDir.standard}]`
    )
  ),
  tenant: Flag.optional(
    Flag.withDescription(
      Flag.String("tenant"),
      "Whose readings, without --url, when there are several tenants."
    )
  )
}

/** What the flags said. */
export interface PlaceFlags {
  readonly url: Option.Option<string>
  readonly key: Option.Option<Redacted.Redacted>
  readonly dataDir: Option.Option<string>
  readonly tenant: Option.Option<string>
}

/** A server, or the storage that a server would have with the same settings. */
export type Place =
  | { readonly kind: "server"; readonly server: Server }
  | { readonly kind: "storage"; readonly config: ServerConfig; readonly tenant: string | undefined }

/** Finds out where to. */
export const placeOf = Effect.fnUntraced(function* (given: PlaceFlags): Effect.fn.Return<Place, StartError> {
  const url = Option.getOrUndefined(given.url)
  if (url === undefined) {
    const config = yield* load({ dataDir: Option.getOrUndefined(given.dataDir) })
    return { kind: "storage", config, tenant: Option.getOrUndefined(given.tenant) }
  }
  const key = Option.match(given.key, { onNone: () => process.env["WATTKIT_KEY"], onSome: Redacted.value })
  if (key === undefined || key === "") {
    return yield* new StartError({ message: "--url needs a key: give it with --key or WATTKIT_KEY." })
  }
  return { kind: "server", server: { url, key } }
})

/** Names a storage without its password. */
export const nameOf = ({ databaseUrl, dataDir }: ServerConfig): string => {
  if (databaseUrl === undefined) return `data directory ${resolve(dataDir)}`
  const { host, pathname } = new URL(Redacted.value(databaseUrl))
  return `database ${host}${pathname}`
}

/** What the database says while it starts is for the operator, not for the log of a server. */
const speech = Logger.layer([Logger.make(({ message }) => process.stderr.write(`${String(message)}\n`))])

const orSentence = (error: { readonly message: string }): StartError => {
  const isOwned = "reason" in error && error.reason === "locked"
  const advice = " Or go through that server: give its address with --url, and a key with --key."
  return new StartError({ message: isOwned ? error.message + advice : error.message })
}

/** The stores of a storage that is there already. */
export const layerStores = (config: ServerConfig): Layer.Layer<Storage.Stores, StartError> => {
  const isThere = config.databaseUrl !== undefined || existsSync(join(config.dataDir, "postgres"))
  if (isThere) {
    return Storage.layer(config).pipe(
      Layer.catch((error) => Layer.effectContext(Effect.fail(orSentence(error)))),
      Layer.provide(speech)
    )
  }
  const message =
    `there is no database in ${resolve(config.dataDir)}; start "wattkit serve" there once, ` +
    "or choose another with --data-dir, WATTKIT_DATA_DIR, DATABASE_URL or --url."
  return Layer.effectContext(Effect.fail(new StartError({ message })))
}

const exists = Effect.fnUntraced(function* (id: TenantId) {
  const tenants = yield* TenantStore
  return yield* tenants.get(id).pipe(
    Effect.as(true),
    Effect.catchTag("NotFound", () => Effect.succeed(false)),
    Effect.mapError(orSentence)
  )
})

/** The tenants that a server makes by itself; others have to be named. */
const usual = [defaultTenant, TenantId.make("demo")]

/** The tenant that was named, or the only one there is. */
export const tenantOf = Effect.fnUntraced(function* (named: string | undefined) {
  if (named !== undefined) {
    const id = Option.getOrUndefined(Schema.decodeUnknownOption(TenantId)(named))
    if (id !== undefined && (yield* exists(id))) return id
    return yield* new StartError({ message: `there is no tenant ${named}.` })
  }
  const there = yield* Effect.filter(usual, exists)
  if (there.length === 1) return there[0]!
  const message =
    there.length === 0
      ? "there is no tenant yet; start the server once, or name one with --tenant."
      : `there are several tenants (${there.join(", ")}); name one with --tenant.`
  return yield* new StartError({ message })
})
