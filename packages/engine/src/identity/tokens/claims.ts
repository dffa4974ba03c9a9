import { ApiKeyId, type Instant, Scope, SessionId, TenantId, UserId } from "@wattkit/core"
import { Option, Schema } from "effect"

/** Who a token is of: a person in one session of theirs, or a program that showed its key. */
export type TokenBearer =
  | { readonly kind: "user"; readonly id: UserId; readonly sessionId: SessionId }
  | { readonly kind: "key"; readonly id: ApiKeyId; readonly scopes: ReadonlyArray<Scope> }

/** What an access token says. */
export interface Claims {
  readonly tenantId: TenantId
  readonly by: TokenBearer
  /** Names this one token. */
  readonly id: string
  readonly issuedAt: Instant.Instant
  readonly expiresAt: Instant.Instant
}

/** Everything in wattkit that takes access tokens, as a token names it. */
const audience = "wattkit"

/** The longest that the token of a person lasts, and that of a program, in seconds. */
export const longestSeconds = { user: 15 * 60, key: 7 * 24 * 60 * 60 } as const

/** How far the clock of the process that signed may be ahead of this one, in seconds. */
const aheadSeconds = 5

/** The largest number of seconds that is an instant. */
const lastSecond = 253_402_300_799
const Seconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: lastSecond }))

/** Scopes between single spaces, none of them twice. */
const ScopeList = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const words = text.split(" ")
    return words.every(Schema.is(Scope)) && new Set(words).size === words.length
  })
)

const Payload = Schema.Struct({
  iss: Schema.String,
  aud: Schema.Literal(audience),
  sub: Schema.String,
  sid: Schema.optionalKey(SessionId),
  scope: Schema.optionalKey(ScopeList),
  tid: TenantId,
  iat: Seconds,
  exp: Seconds,
  jti: Schema.String.check(Schema.isPattern(/^[\w-]{16,64}$/)),
  nbf: Schema.optionalKey(Seconds)
})
type Payload = typeof Payload.Type

/** Writes claims as the payload of a token. */
export const write = ({ by, expiresAt, id, issuedAt, tenantId }: Claims, issuer: string): string =>
  JSON.stringify({
    iss: issuer,
    aud: audience,
    sub: by.id,
    ...(by.kind === "user" ? { sid: by.sessionId } : { scope: by.scopes.join(" ") }),
    tid: tenantId,
    iat: issuedAt / 1000,
    exp: expiresAt / 1000,
    jti: id
  })

const bearerOf = ({ scope, sid, sub }: Payload): TokenBearer | undefined => {
  if (sid !== undefined && scope === undefined && Schema.is(UserId)(sub))
    return { kind: "user", id: sub, sessionId: sid }
  if (scope !== undefined && sid === undefined && Schema.is(ApiKeyId)(sub))
    return { kind: "key", id: sub, scopes: scope.split(" ").filter(Schema.is(Scope)) }
  return undefined
}

const isInTime = ({ exp, iat, nbf }: Payload, longest: number, now: Instant.Instant): boolean => {
  const seconds = now / 1000
  const isBegun = iat <= seconds + aheadSeconds && (nbf === undefined || nbf <= seconds + aheadSeconds)
  return isBegun && seconds < exp && exp > iat && exp - iat <= longest
}

const decodePayload = Schema.decodeUnknownOption(Payload)

/** What a text means that is JSON as `JSON.stringify` writes it, so that no member is there twice. */
const plainJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** The claims of a payload; undefined when anything is missing, of another kind or out of time. */
export const read = (text: string, issuer: string, now: Instant.Instant): Claims | undefined => {
  const payload = Option.getOrUndefined(decodePayload(plainJson(text)))
  if (payload === undefined || payload.iss !== issuer) return undefined
  const by = bearerOf(payload)
  if (by === undefined || !isInTime(payload, longestSeconds[by.kind], now)) return undefined
  return {
    tenantId: payload.tid,
    by,
    id: payload.jti,
    issuedAt: (payload.iat * 1000) as Instant.Instant,
    expiresAt: (payload.exp * 1000) as Instant.Instant
  }
}
