import type { AddressInfo } from "node:net"
import { mkdirSync } from "node:fs"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Api } from "@wattkit/api"
import type { ReadingBus } from "@wattkit/core"
import {
  ApiKeys,
  type Audit,
  AuditTrail,
  type Corrections,
  type Credentials,
  Erasures,
  Identity,
  type Ingest,
  ingestBudget,
  type JobBell,
  type Jobs,
  keptFor,
  KeyRing,
  Members,
  layer as engine,
  type Live,
  type Messages,
  type Notifications,
  Personal,
  type Quarantine,
  type Readings,
  registrationLimit,
  type Registry,
  type Tariffs,
  Upkeep,
  type Usage,
  type UsageRules
} from "@wattkit/engine"
import { Context, Effect, Layer, type Scope } from "effect"
import { HttpMiddleware, HttpRouter } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import type { ServerConfig } from "./config.ts"
import * as AsyncApi from "./http/pages/AsyncApi.ts"
import * as AuthHttp from "./http/handlers/identity/Auth.ts"
import * as Authorization from "./http/Authorization.ts"
import * as BindingsHttp from "./http/handlers/Bindings.ts"
import * as Dashboard from "./http/pages/Dashboard.ts"
import * as CommandsHttp from "./http/handlers/Commands.ts"
import * as Compat from "./http/Compat.ts"
import * as DeadLettersHttp from "./http/handlers/DeadLetters.ts"
import * as Devices from "./http/handlers/registry/Devices.ts"
import * as Docs from "./http/pages/Docs.ts"
import * as Edge from "./http/edge.ts"
import { wantsProblem } from "./http/edge/problem.ts"
import * as FastIngest from "./http/FastIngest.ts"
import * as FormatsHttp from "./http/handlers/Formats.ts"
import * as Health from "./http/handlers/Health.ts"
import * as LiveEvents from "./http/live/LiveEvents.ts"
import * as LiveSocket from "./http/live/LiveSocket.ts"
import * as LiveTickets from "./http/handlers/LiveTickets.ts"
import * as Locations from "./http/handlers/registry/Locations.ts"
import * as ApiKeysHttp from "./http/handlers/identity/ApiKeys.ts"
import * as AuditExport from "./http/handlers/identity/AuditExport.ts"
import * as AuditHttp from "./http/handlers/identity/Audit.ts"
import * as UsersHttp from "./http/handlers/identity/Users.ts"
import * as MeHttp from "./http/handlers/identity/Me.ts"
import * as JobFile from "./http/handlers/work/JobFile.ts"
import * as JobsHttp from "./http/handlers/work/Jobs.ts"
import * as NotificationsHttp from "./http/handlers/work/Notifications.ts"
import * as PersonalHttp from "./http/handlers/identity/PersonalData.ts"
import * as PersonalExport from "./http/handlers/identity/PersonalExport.ts"
import { makeEarlyServer } from "./http/earlyServer.ts"
import * as QuarantineHttp from "./http/handlers/Quarantine.ts"
import * as ReadingsHttp from "./http/handlers/Readings.ts"
import * as RequestShape from "./http/RequestShape.ts"
import { makeUpgrades, Upgrades } from "./http/Upgrades.ts"
import * as Hasher from "./identity/passwordHasher/passwordHasher.ts"
import * as Mail from "./identity/mailer/mailer.ts"
import * as Secret from "./identity/serverSecret.ts"
import * as Erasure from "./identity/Erasure.ts"
import * as Installation from "./identity/installation.ts"
import * as SessionsHttp from "./http/handlers/identity/Sessions.ts"
import { Lifecycle } from "./Lifecycle.ts"
import * as Work from "./work.ts"
import { limits } from "./limits.ts"
import * as Mqtt from "./mqtt/Mqtt.ts"
import type { MqttOut } from "./mqtt/MqttOut.ts"
import { StartError } from "./StartError.ts"
import * as Storage from "./storage/Storage.ts"
import { Tickets } from "./Tickets.ts"
import { Admissions } from "./Admissions.ts"
import * as TariffsHttp from "./http/handlers/registry/Tariffs.ts"
import * as UsageHttp from "./http/handlers/Usage.ts"

/** Everything a running server offers to what is started with it. */
export type Services =
  | Storage.Stores
  | ReadingBus
  | Ingest
  | Messages
  | Live
  | Readings
  | Registry
  | Tariffs
  | Corrections
  | Quarantine
  | Usage
  | UsageRules
  | Upkeep
  | Credentials
  | Members
  | ApiKeys
  | Audit
  | AuditTrail
  | Personal
  | Erasures
  | Jobs
  | JobBell
  | Notifications
  | Admissions
  | Tickets
  | Lifecycle
  | MqttOut

/** A server that listens. */
export interface Running {
  /** The address for people on this machine, or the one they were told. */
  readonly url: string
  readonly services: Context.Context<Services>
}

/** What is kept where, for a server; a failure says in a sentence why it cannot be had. */
export type StorageLayer = Layer.Layer<Storage.Stores | ReadingBus, { readonly message: string }>

const handlers = Layer.mergeAll(
  Locations.layer,
  Devices.layer,
  TariffsHttp.layer,
  ReadingsHttp.layer,
  UsageHttp.layer,
  QuarantineHttp.layer,
  FormatsHttp.layer,
  BindingsHttp.layer,
  DeadLettersHttp.layer,
  CommandsHttp.layer,
  LiveTickets.layer,
  AuthHttp.layer,
  SessionsHttp.layer,
  MeHttp.layer,
  PersonalHttp.layer,
  UsersHttp.layer,
  ApiKeysHttp.layer,
  AuditHttp.layer,
  JobsHttp.layer,
  NotificationsHttp.layer,
  Health.layer
)

const api = HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
  Layer.provide(handlers),
  Layer.provide([Authorization.layer, RequestShape.layer])
)

/** What a page of another origin may read of an answer, besides what every browser shows. */
const exposed = [
  "x-request-id",
  "retry-after",
  "etag",
  "idempotent-replayed",
  "ratelimit",
  "ratelimit-policy",
  "ratelimit-limit",
  "ratelimit-remaining",
  "ratelimit-reset"
]

const corsOf = (origins: ReadonlyArray<string>) =>
  origins.length === 0
    ? Layer.empty
    : HttpRouter.middleware(
        HttpMiddleware.cors({
          allowedOrigins: (origin) => origins.includes(origin),
          allowedMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
          allowedHeaders: [
            "authorization",
            "content-type",
            "x-request-id",
            "idempotency-key",
            "if-match",
            "if-none-match"
          ],
          exposedHeaders: exposed,
          maxAge: 600
        }),
        { global: true }
      )

/** Everything that is answered over HTTP, by whoever is asked first. */
export const routes = (config: ServerConfig) =>
  Layer.mergeAll(
    api,
    LiveSocket.layer,
    LiveEvents.layer,
    AuditExport.layer,
    PersonalExport.layer,
    JobFile.layer,
    Mqtt.routes(config),
    Compat.layer,
    Docs.layer,
    AsyncApi.layer,
    Dashboard.layer,
    corsOf(config.corsOrigins),
    Edge.layer(config.edge)
  )

/** What people have done with what is kept of them. */
const people = Layer.mergeAll(Personal.layer, Erasures.layer)

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const wayOut = ({ host, port }: ServerConfig, cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  const other = "choose another with --port or WATTKIT_PORT"
  if (code === "EADDRINUSE") return `port ${port} on ${host} is taken by another program; ${other}.`
  if (code === "EACCES") return `port ${port} may only be used by the system; ${other}.`
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EINVAL") {
    return `this machine has no address ${host}; choose another with --host or WATTKIT_HOST.`
  }
  return `it is not possible to listen on ${host}:${port}: ${wordsOf(cause)}`
}

const listen = (config: ServerConfig, startedAt: number) => {
  const early = makeEarlyServer(startedAt)
  const { host, port } = config
  const options = {
    host,
    port,
    gracefulShutdownTimeout: limits.drainMs,
    websocket: LiveSocket.socketOptions
  }
  return Layer.build(NodeHttpServer.layer(() => early.server, options)).pipe(
    Effect.mapError(({ cause }) => new StartError({ message: wayOut(config, cause) })),
    Effect.map((context) => ({ early, context }))
  )
}

const makeDataDir = ({ dataDir }: ServerConfig): Effect.Effect<void, StartError> =>
  Effect.try({
    try: () => void mkdirSync(dataDir, { recursive: true, mode: 0o700 }),
    catch: (cause) =>
      new StartError({
        message:
          `the data directory ${dataDir} cannot be used (${wordsOf(cause)}); ` +
          "choose another with --data-dir or WATTKIT_DATA_DIR."
      })
  })

const urlOf = ({ host, publicUrl }: ServerConfig, { port }: AddressInfo): string => {
  if (publicUrl !== undefined) return publicUrl
  const name = host === "0.0.0.0" || host === "::" || host === "127.0.0.1" ? "localhost" : host
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`
}

/** The origins besides the one a request names whose pages may open sockets. */
const originsOf = ({ corsOrigins, publicUrl }: ServerConfig): ReadonlyArray<string> =>
  publicUrl === undefined ? corsOrigins : [...corsOrigins, new URL(publicUrl).origin]

/**
 * Starts a server and stops it with the scope.
 *
 * The port is taken first, because that fails fast, and answers probes while the database starts. The end
 * goes the other way round: say that we drain, finish what is in flight, and only then close the database.
 */
export const launch = Effect.fnUntraced(function* (
  config: ServerConfig,
  storage: StorageLayer = Storage.layer(config),
  hasher: typeof Hasher.layer = Hasher.layer
): Effect.fn.Return<Running, StartError, Scope.Scope> {
  const lifecycle = yield* Layer.build(Lifecycle.layer)
  const { drain, startedAt } = Context.get(lifecycle, Lifecycle)
  yield* makeDataDir(config)
  const { context: http, early } = yield* listen(config, startedAt)
  const upgrades = makeUpgrades(early.server, originsOf(config))
  // Whoever has not finished by the end of the drain is not waited for any longer.
  yield* Effect.addFinalizer(() => Effect.sync(() => early.server.closeAllConnections()))
  const stores = yield* Layer.build(storage).pipe(
    Effect.mapError(({ message }) => new StartError({ message }))
  )
  const url = urlOf(config, early.server.address() as AddressInfo)
  const installation = Installation.layer(config, url)
  const upkeep = Upkeep.layerWith({ silentMs: config.offlineAfterMinutes * 60_000 })
  const services = yield* Layer.build(
    Layer.mergeAll(Mqtt.layer(config), Tickets.layer, upkeep).pipe(
      Layer.provideMerge(Admissions.layer),
      Layer.provideMerge(
        Layer.mergeAll(Identity.layer, Members.layer, ApiKeys.layer, AuditTrail.layer, people)
      ),
      Layer.provideMerge(Work.layer),
      Layer.provideMerge(engine),
      Layer.provide(installation),
      Layer.provide([Secret.layer(config), Mail.layer(config), hasher]),
      Layer.provide([Layer.succeed(keptFor, config.retention), Mqtt.formatsLayer(config)]),
      Layer.provide(Layer.succeed(ingestBudget, config.ingestBudget)),
      Layer.provide(Layer.succeed(registrationLimit, { perHour: config.edge.registrationsPerHour })),
      Layer.provideMerge(Layer.succeedContext(Context.merge(stores, lifecycle)))
    )
  )
  // The first to sign in should not wait for a key to be made.
  yield* Effect.forkScoped(Effect.ignore(Context.get(services, KeyRing).publicKeys))
  yield* Effect.forkScoped(Effect.provideContext(Erasure.hourly(config.dataDir), services))
  yield* Layer.build(
    HttpRouter.serve(routes(config), { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provide(installation),
      Layer.provide(Layer.succeedContext(Context.add(Context.merge(services, http), Upgrades, upgrades)))
    )
  )
  if (config.jobs !== undefined) {
    yield* Layer.build(Layer.provide(Work.layerWorker(config.jobs), Layer.succeedContext(services)))
  }
  const takePlain = yield* FastIngest.make.pipe(Effect.provideContext(services))
  // Whoever wants failures told in another form is answered by the route.
  early.server.front = (request, response) =>
    !wantsProblem(request.headers.accept) && takePlain(request, response)
  upgrades.handOver()
  early.handOver()
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      drain,
      Effect.sync(() => early.server.closeSilent())
    )
  )
  return { url, services }
})
