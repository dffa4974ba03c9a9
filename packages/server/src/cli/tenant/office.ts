import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { ApiKeyId, type PasswordHasher, type Principal, programOf, type ReadingBus } from "@wattkit/core"
import {
  AccessTokens,
  ApiKeys,
  Audit,
  AuditTrail,
  Credentials,
  Erasures,
  KeyRing,
  Members
} from "@wattkit/engine"
import { Effect, Layer, Logger, Option } from "effect"
import { Flag } from "effect/cli"
import { load, type ServerConfig, settings } from "../../config.ts"
import * as Hasher from "../../identity/passwordHasher/passwordHasher.ts"
import * as Installation from "../../identity/installation.ts"
import * as Mail from "../../identity/mailer/mailer.ts"
import * as Secret from "../../identity/serverSecret.ts"
import { StartError } from "../../StartError.ts"
import * as Storage from "../../storage/Storage.ts"
import { tenantOf } from "../transfer/place.ts"

const describe = Flag.withDescription

/** The flags of every command that works on the storage of a server, beside it. */
export const officeFlags = {
  dataDir: Flag.optional(
    describe(
      Flag.String("data-dir"),
      `The data directory. [${settings.dataDir.name}, ${settings.dataDir.standard}]`
    )
  ),
  json: Flag.withDefault(describe(Flag.Boolean("json"), "Answer as JSON, for programs."), false)
}

/** The flags of those that are about one tenant. */
export const flags = {
  ...officeFlags,
  tenant: Flag.optional(
    describe(Flag.String("tenant"), "The tenant, when there are several. [the one a server makes by itself]")
  )
}

/** What the flags of every command said. */
export interface OfficeFlags {
  readonly dataDir: Option.Option<string>
  readonly json: boolean
}

/** What the flags of a command about one tenant said. */
export interface TenantFlags extends OfficeFlags {
  readonly tenant: Option.Option<string>
}

/** What a command works with. */
export type Office =
  | Storage.Stores
  | ReadingBus
  | PasswordHasher
  | Members
  | ApiKeys
  | Audit
  | AuditTrail
  | Credentials
  | Erasures
  | AccessTokens
  | KeyRing

/** For whom a command works, and with which settings. */
export interface Desk {
  readonly principal: Principal
  readonly config: ServerConfig
}

/** Every failure says what it is in a sentence; a command that cannot go on ends with it. */
export const sentence = ({ message }: { readonly message: string }): StartError =>
  new StartError({ message: /[.!?)]$/.test(message) ? message : `${message}.` })

/** What is said meanwhile is for whoever looks, and not part of the answer. */
const speech = Logger.layer([Logger.make(({ message }) => process.stderr.write(`${String(message)}\n`))])

const orAdvice = (error: { readonly message: string }): StartError => {
  if (!("reason" in error) || error.reason !== "locked") return sentence(error)
  const advice =
    "The embedded database belongs to one process at a time: stop that server and try again, or ask it " +
    "itself (docs/identity.md shows how, with curl). With DATABASE_URL both work beside each other."
  return new StartError({ message: `${error.message} ${advice}` })
}

const stores = (config: ServerConfig) => {
  if (config.databaseUrl !== undefined || existsSync(join(config.dataDir, "postgres"))) {
    return Storage.layer(config).pipe(
      Layer.catch((error) => Layer.effectContext(Effect.fail(orAdvice(error)))),
      Layer.provide(speech)
    )
  }
  const message =
    `there is no database in ${resolve(config.dataDir)}; start "wattkit serve" there once, ` +
    "or choose another with --data-dir, WATTKIT_DATA_DIR or DATABASE_URL."
  return Layer.effectContext(Effect.fail(new StartError({ message })))
}

const layer = (config: ServerConfig): Layer.Layer<Office, StartError> =>
  Layer.mergeAll(Members.layer, ApiKeys.layer, AuditTrail.layer, Erasures.layer).pipe(
    Layer.provideMerge(Layer.mergeAll(Credentials.layer, Audit.layer)),
    Layer.provideMerge(AccessTokens.layer),
    Layer.provideMerge(KeyRing.layer),
    Layer.provideMerge(Hasher.layer),
    Layer.provide(Installation.layer(config, config.publicUrl ?? `http://localhost:${config.port}`)),
    Layer.provide([Secret.layer(config), Mail.layer(config)]),
    Layer.provideMerge(stores(config))
  )

/** Works on the storage that a server with the same settings has. */
export const inOffice = Effect.fnUntraced(function* <A, E extends { readonly message: string }, R>(
  given: OfficeFlags,
  use: (config: ServerConfig) => Effect.Effect<A, E, R | Office>
) {
  const config = yield* load({ dataDir: Option.getOrUndefined(given.dataDir) })
  return yield* use(config).pipe(
    Effect.mapError(sentence),
    Effect.provide(layer(config)),
    Effect.provide(speech)
  )
})

/** Whoever runs the server may do everything in every tenant; the audit log names them so. */
const operator = ApiKeyId.make("command-line")

/** Works for one tenant. */
export const inTenant = <A, E extends { readonly message: string }, R>(
  given: TenantFlags,
  use: (desk: Desk) => Effect.Effect<A, E, R | Office>
) =>
  inOffice(
    given,
    Effect.fnUntraced(function* (config) {
      const tenantId = yield* tenantOf(Option.getOrUndefined(given.tenant))
      const scopes = ["read", "ingest", "correct", "manage", "administer"] as const
      return yield* use({ principal: programOf(tenantId, operator, scopes), config })
    })
  )

/** How the audit log names whoever runs the server. */
export const operatorName = `key ${operator}`
