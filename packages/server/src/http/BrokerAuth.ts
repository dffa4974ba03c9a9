import { timingSafeEqual } from "node:crypto"
import {
  type ApiKey,
  ApiKeyStore,
  type ApiKeyId,
  type DeviceId,
  DeviceStore,
  type LocationId,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Acl, type Grant } from "@wattkit/transport-mqtt"
import { Cache, Clock, Effect, Option, Redacted } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"

/** Who may ask, and about whose credentials. */
export interface BrokerAuthOptions {
  readonly secret: Redacted.Redacted
  readonly tenantId: TenantId
}

/** What a broker asks, whichever words it uses. */
interface Question {
  readonly username: string
  readonly password: string
  readonly topic: string
  /** `publish` or `subscribe` of EMQX; 1, 2, 3 or 4 of mosquitto-go-auth. */
  readonly access: string
}

type Answer = "allow" | "deny" | "unavailable"

/** How an answer is put for one kind of broker. */
type Words = (answer: Answer) => HttpServerResponse.HttpServerResponse

/** mosquitto-go-auth reads the status, or the body with `response_mode json`; both say the same. */
const goAuth: Words = (answer) =>
  HttpServerResponse.jsonUnsafe(
    { Ok: answer === "allow", Error: answer === "allow" ? "" : answer === "deny" ? "denied" : "unavailable" },
    { status: answer === "allow" ? 200 : answer === "deny" ? 403 : 503 }
  )

/** EMQX takes every status but 200 for no opinion, and then often allows: so this is always 200. */
const emqx: Words = (answer) =>
  HttpServerResponse.jsonUnsafe(
    answer === "allow" ? { result: "allow", is_superuser: false } : { result: "deny" }
  )

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : ""

/** The fields of a body in JSON or as a form; what cannot be read has none. */
const fieldsOf = (body: string, contentType: string): Readonly<Record<string, unknown>> => {
  if (!contentType.startsWith("application/json")) return Object.fromEntries(new URLSearchParams(body))
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

const questionOf = (fields: Readonly<Record<string, unknown>>): Question => ({
  username: textOf(fields["username"]),
  password: textOf(fields["password"]),
  topic: textOf(fields["topic"]),
  access: textOf(fields["acc"] ?? fields["action"])
})

const bytesOf = (text: string): Buffer => Buffer.from(text.padEnd(256, "\0").slice(0, 256))

/** Compares without telling by the time it takes how much was right. */
const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(bytesOf(one), bytesOf(other)) && one.length === other.length

/** The secret a broker shows: as a bearer, or as the password of basic authentication. */
const shownBy = ({ headers }: HttpServerRequest.HttpServerRequest): string => {
  const [, kind = "", value = ""] = /^(Bearer|Basic) +(.+)$/i.exec(headers["authorization"] ?? "") ?? []
  if (kind.toLowerCase() !== "basic") return value
  const pair = Buffer.from(value, "base64").toString("utf8")
  return pair.slice(pair.indexOf(":") + 1)
}

/** So many questions a second are answered, and so many wrong secrets are looked at. */
const mostQuestions = 5_000
const mostStrangers = 10

/** Lets so many through in every second. */
const makeBudget = (most: number) => {
  let second = 0
  let used = 0
  return (now: number): boolean => {
    const current = Math.floor(now / 1000)
    if (current !== second) used = 0
    second = current
    return used++ < most
  }
}

/** Under which name a credential connects: its device's, or its own when it is a program's. */
const nameOf = (key: { readonly deviceId: DeviceId | null; readonly id: string }): string =>
  key.deviceId ?? key.id

/** So many credentials are read at once. */
const pageOf = 1_000

/** What a bearer may, in the words of topics; nothing says more than a `Principal` does. */
interface Held extends Grant {
  readonly deviceId: DeviceId | null
  readonly locations: ReadonlyArray<LocationId> | null
}

/** Two credentials of one device may together what each may. */
const both = (one: Held | undefined, other: Held): Held =>
  one === undefined
    ? other
    : {
        deviceId: other.deviceId,
        scopes: [...one.scopes, ...other.scopes],
        locations:
          one.locations === null || other.locations === null ? null : [...one.locations, ...other.locations]
      }

/** What a key allows now; undefined for one that is worth nothing. A person's key needs the person. */
const grantOf = Effect.fnUntraced(function* (
  renew: Credentials["Service"]["renew"],
  { deviceId, expiresAt, id, locations, revokedAt, scopes, tenantId, userId }: ApiKey,
  now: number
): Effect.fn.Return<Held | undefined, StorageError> {
  if ((revokedAt !== null && revokedAt <= now) || (expiresAt !== null && expiresAt <= now)) return undefined
  if (userId === null) return { deviceId, scopes, locations }
  const by = { kind: "key", id, userId } as const
  return Option.getOrUndefined(yield* renew({ tenantId, by, deviceId, scopes, locations }))
})

/** What the names of a tenant stand for. */
const readGrants = Effect.fnUntraced(function* (
  store: ApiKeyStore,
  renew: Credentials["Service"]["renew"],
  tenantId: TenantId
) {
  const grants = new Map<string, Held>()
  const now = yield* Clock.currentTimeMillis
  let after: ApiKeyId | undefined
  for (;;) {
    const page = after === undefined ? { limit: pageOf } : { limit: pageOf, after }
    const keys: ReadonlyArray<ApiKey> = yield* store.list(tenantId, page)
    for (const key of keys) {
      const grant = yield* grantOf(renew, key, now)
      if (grant !== undefined) grants.set(nameOf(key), both(grants.get(nameOf(key)), grant))
    }
    after = keys.at(-1)?.id
    if (keys.length < pageOf) return grants
  }
})

const isGranted = (grant: Grant | undefined, { access, topic }: Question): boolean => {
  if (grant === undefined) return false
  if (access === "2" || access === "publish") return Acl.mayPublish(grant, topic)
  if (access === "4" || access === "subscribe") return Acl.maySubscribe(grant, topic)
  if (access === "1") return Acl.mayReceive(grant, topic)
  return access === "3" && Acl.mayReceive(grant, topic) && Acl.mayPublish(grant, topic)
}

const reportTopic = /^devices\/([^/]+)\/(readings|status)$/

/**
 * Makes what tells whether a bearer who is held to locations may publish to a topic. What comes out of such a
 * broker is stored in the name of the broker's own key, so that nobody looks at the locations of its sender
 * again; and topics of foreign formats do not tell of which location they are.
 */
const makeReaches = Effect.map(
  DeviceStore,
  (devices) =>
    (tenantId: TenantId, grant: Held | undefined, { access, topic }: Question) => {
      const locations = grant?.deviceId === null ? grant.locations : null
      const isRead = access === "1" || access === "4" || access === "subscribe"
      if (locations === null || isRead) return Effect.succeed(true)
      const id = reportTopic.exec(topic)?.[1] as DeviceId | undefined
      if (id === undefined) return Effect.succeed(false)
      return devices.get(tenantId, id).pipe(
        Effect.map(({ locationId, removedAt }) => removedAt === undefined && locations.includes(locationId)),
        Effect.catchTag("NotFound", () => Effect.succeed(false))
      )
    }
)

/** How long it takes at most until a revoked credential is nobody's any more. */
const believedFor = "2 seconds"

const makeAnswers = Effect.fnUntraced(function* (tenantId: TenantId) {
  const { renew, verify } = yield* Credentials
  const store = yield* ApiKeyStore
  const reaches = yield* makeReaches
  const grants = yield* Cache.make({
    capacity: 1,
    timeToLive: believedFor,
    lookup: (tenant: TenantId) => readGrants(store, renew, tenant)
  })
  const decide = (isAllowed: Effect.Effect<boolean, StorageError>): Effect.Effect<Answer> =>
    Effect.match(isAllowed, {
      onSuccess: (allowed) => (allowed ? "allow" : "deny"),
      onFailure: () => "unavailable" as const
    })
  // Whether the name is unknown or the password wrong is not told apart, and takes the same way.
  const auth = ({ password, username }: Question) =>
    decide(
      Effect.map(
        verify(Redacted.make(password)),
        Option.exists(
          (bearer) =>
            bearer.tenantId === tenantId &&
            nameOf({ id: bearer.by.id, deviceId: bearer.deviceId }) === username
        )
      )
    )
  const acl = (question: Question) =>
    decide(
      Effect.flatMap(Cache.get(grants, tenantId), (found) => {
        const grant = found.get(question.username)
        return isGranted(grant, question) ? reaches(tenantId, grant, question) : Effect.succeed(false)
      })
    )
  return { auth, acl }
})

/**
 * Answers the questions of a broker of somebody else's make, so that it lets in whom we know: in the form
 * mosquitto-go-auth asks (`/v1/mqtt/auth`, `superuser`, `acl`) and in the form EMQX 5 asks
 * (`/v1/mqtt/emqx/…`).
 */
export const layer = ({ secret, tenantId }: BrokerAuthOptions) =>
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const { acl, auth } = yield* makeAnswers(tenantId)
      const mayAsk = makeBudget(mostQuestions)
      const mayTry = makeBudget(mostStrangers)

      const reply = Effect.fnUntraced(function* (
        words: Words,
        decide: (question: Question) => Effect.Effect<Answer>
      ) {
        const request = yield* HttpServerRequest.HttpServerRequest
        const now = yield* Clock.currentTimeMillis
        if (!isSame(shownBy(request), Redacted.value(secret))) {
          return HttpServerResponse.empty({ status: mayTry(now) ? 401 : 429 })
        }
        if (!mayAsk(now)) return words("unavailable")
        const fields = fieldsOf(yield* request.text, request.headers["content-type"] ?? "")
        return words(yield* decide(questionOf(fields)))
      })

      // Nobody is above the rules.
      const nobody = () => Effect.succeed<Answer>("deny")
      yield* router.add("POST", "/v1/mqtt/auth", reply(goAuth, auth))
      yield* router.add("POST", "/v1/mqtt/superuser", reply(goAuth, nobody))
      yield* router.add("POST", "/v1/mqtt/acl", reply(goAuth, acl))
      yield* router.add("POST", "/v1/mqtt/emqx/auth", reply(emqx, auth))
      yield* router.add("POST", "/v1/mqtt/emqx/acl", reply(emqx, acl))
    })
  )
