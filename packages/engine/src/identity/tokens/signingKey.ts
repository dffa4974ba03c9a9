import { makeId, type ServerSecret, type SigningKey, type StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { open, seal } from "../seal.ts"

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
const purpose = "signing key"

/** A key as WebCrypto holds it. */
export type HeldKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** A public key as others read it. */
export interface PublicJwk {
  readonly kty: "RSA"
  readonly n: string
  readonly e: string
  readonly alg: "RS256"
  readonly use: "sig"
  readonly kid: string
}

/** A key that can sign and verify. */
export interface OpenKey {
  readonly privateKey: HeldKey
  readonly publicKey: HeldKey
  readonly publicJwk: PublicJwk
}

type Record = Pick<SigningKey, "id" | "createdAt" | "expiresAt">

/** What the seal is bound to, so that no key is believed for longer than it was made for. */
const boundTo = ({ createdAt, expiresAt, id }: Record): string => `${id} ${createdAt} ${expiresAt}`

const publicJwkOf = (kid: string, jwk: { readonly n?: string; readonly e?: string }): PublicJwk => ({
  kty: "RSA",
  n: jwk.n ?? "",
  e: jwk.e ?? "",
  alg: "RS256",
  use: "sig",
  kid
})

/** Whether a text can name a key that `makeSigningKey` made. */
export const isKeyId = (text: string): boolean => /^sk_[0-9a-z]{26}$/.test(text)

/** Makes a key of 2048 bits, sealed for the store. */
export const makeSigningKey = (
  life: Pick<Record, "createdAt" | "expiresAt">
): Effect.Effect<SigningKey, never, ServerSecret> =>
  Effect.gen(function* () {
    const id = makeId("sk", life.createdAt, crypto.getRandomValues(new Uint8Array(16)))
    const jwk = yield* Effect.promise(async () => {
      const size = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
      const pair = await crypto.subtle.generateKey({ ...algorithm, ...size }, true, ["sign", "verify"])
      return crypto.subtle.exportKey("jwk", pair.privateKey)
    })
    const record = { id, createdAt: life.createdAt, expiresAt: life.expiresAt }
    const sealed = yield* seal(purpose, new TextEncoder().encode(JSON.stringify(jwk)), boundTo(record))
    return { ...record, sealed, publicJwk: { ...publicJwkOf(id, jwk) } }
  })

/**
 * Opens a key of the store. The public half is taken from what was sealed, never from what lies open beside
 * it: who can write to the store could otherwise lay a key of their own there.
 */
export const openSigningKey = (key: SigningKey): Effect.Effect<OpenKey, StorageError, ServerSecret> =>
  Effect.flatMap(open(purpose, key.sealed, boundTo(key)), (bytes) =>
    Effect.promise(async () => {
      const jwk = JSON.parse(new TextDecoder().decode(bytes))
      const publicJwk = publicJwkOf(key.id, jwk)
      const { e, kty, n } = publicJwk
      return {
        privateKey: await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]),
        publicKey: await crypto.subtle.importKey("jwk", { kty, n, e }, algorithm, true, ["verify"]),
        publicJwk
      }
    })
  )
