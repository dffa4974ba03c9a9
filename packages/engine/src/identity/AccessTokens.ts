import type { Instant, StorageError, TenantId } from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { issuer } from "./issuer.ts"
import { KeyRing } from "./KeyRing.ts"
import * as Base64url from "./tokens/base64url.ts"
import { type Claims, longestSeconds, read, type TokenBearer, write } from "./tokens/claims.ts"

/** What a new access token says. */
export interface TokenDraft {
  readonly tenantId: TenantId
  readonly by: TokenBearer
  /** For how long; without it a quarter of an hour, and never longer than tokens of its kind may last. */
  readonly lifeSeconds?: number | undefined
}

/** Signs access tokens and tells what a token says that was signed here. */
export class AccessTokens extends Context.Service<
  AccessTokens,
  {
    readonly sign: (draft: TokenDraft, now: Instant.Instant) => Effect.Effect<string, StorageError>
    /** What a token says; undefined when it is not ours, not whole or over. */
    readonly verify: (text: string, now: Instant.Instant) => Effect.Effect<Claims | undefined, StorageError>
  }
>()("@wattkit/engine/AccessTokens") {
  /** Tokens of an issuer: the address of the installation, as others know it. */
  static readonly layerWith = (issuer: string): Layer.Layer<AccessTokens, never, KeyRing> =>
    Layer.effect(AccessTokens, make(issuer))

  /** Tokens of the issuer that is set. */
  static readonly layer: Layer.Layer<AccessTokens, never, KeyRing> = Layer.unwrap(
    Effect.map(issuer, AccessTokens.layerWith)
  )
}

/** No token that is signed here comes near it; whatever is longer is not looked at. */
const mostCharacters = 2_048

/** A header, a payload and 256 bytes of signature. */
const shape = /^([\w-]+)\.([\w-]+)\.([\w-]{342})$/

const headerOf = (kid: string): string => `{"alg":"RS256","typ":"at+jwt","kid":"${kid}"}`

/**
 * A header is believed only letter for letter as it is written here. There is nothing to choose in it but the
 * name of the key, so an algorithm, a key or an address of keys that came with the token is never looked at.
 */
const headerShape = /^\{"alg":"RS256","typ":"at\+jwt","kid":"([\w-]{1,64})"\}$/

const algorithm = "RSASSA-PKCS1-v1_5"
const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const textOf = (part: string): string | undefined => {
  const bytes = Base64url.decode(part)
  if (bytes === undefined) return undefined
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

const make = (issuer: string) =>
  Effect.gen(function* () {
    const ring = yield* KeyRing

    const sign = Effect.fn("AccessTokens.sign")(function* (draft: TokenDraft, now: Instant.Instant) {
      const { id: kid, key } = yield* ring.signer
      const seconds = Math.floor(now / 1000)
      const life = Math.min(draft.lifeSeconds ?? longestSeconds.user, longestSeconds[draft.by.kind])
      const claims: Claims = {
        tenantId: draft.tenantId,
        by: draft.by,
        id: Base64url.encode(crypto.getRandomValues(new Uint8Array(16))),
        issuedAt: (seconds * 1000) as Instant.Instant,
        expiresAt: ((seconds + Math.floor(life)) * 1000) as Instant.Instant
      }
      const parts = [headerOf(kid), write(claims, issuer)].map((text) =>
        Base64url.encode(encoder.encode(text))
      )
      const signed = parts.join(".")
      const signature = yield* Effect.promise(() =>
        crypto.subtle.sign(algorithm, key, encoder.encode(signed))
      )
      return `${signed}.${Base64url.encode(new Uint8Array(signature))}`
    })

    // The work does not depend on what the payload says: it is read only when the signature is ours.
    const verify = Effect.fn("AccessTokens.verify")(function* (text: string, now: Instant.Instant) {
      if (text.length > mostCharacters) return undefined
      const [, header = "", payload = "", sealed = ""] = shape.exec(text) ?? []
      const kid = headerShape.exec(textOf(header) ?? "")?.[1]
      const signature = Base64url.decode(sealed)
      if (kid === undefined || signature === undefined) return undefined
      const key = yield* ring.verifier(kid)
      if (key === undefined) return undefined
      const signed = encoder.encode(`${header}.${payload}`)
      const isOurs = yield* Effect.promise(() => crypto.subtle.verify(algorithm, key, signature, signed))
      return isOurs ? read(textOf(payload) ?? "", issuer, now) : undefined
    })

    return AccessTokens.of({ sign, verify })
  })
