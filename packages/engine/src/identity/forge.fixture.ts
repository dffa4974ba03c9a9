import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject
} from "node:crypto"
import type { SigningKey } from "@wattkit/core"
import { Effect } from "effect"
import { privateJwkOf } from "./keys.fixture.ts"

export type Json = { readonly [member: string]: unknown }

export const part = (text: string | Uint8Array): string => Buffer.from(text).toString("base64url")

const text = (value: Json | string): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Everything a forger could want, and more: also what only the server has. */
export interface Forge {
  readonly kid: string
  readonly header: Json
  readonly payload: Json
  readonly publicKey: KeyObject
  readonly publicJwk: SigningKey["publicJwk"]
  /** A key of the forger, and its public half. */
  readonly strange: KeyObject
  readonly strangeJwk: Json
  readonly token: string
  /** Signs anything as the server would, with its own key unless another is given. */
  readonly signed: (header: Json | string, payload: Json | string, key?: KeyObject, hash?: string) => string
  readonly pss: (header: Json, payload: Json) => string
  readonly hmac: (header: Json, payload: Json, key: string | Uint8Array) => string
  readonly ec: (header: Json, payload: Json) => string
}

/** What a forger works with against this key; `seconds` is now. */
export const forgeOf = (key: SigningKey, seconds: number) =>
  Effect.map(privateJwkOf(key), (jwk): Forge => {
    const own = createPrivateKey({ key: jwk, format: "jwk" })
    const strange = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const input = (header: Json | string, payload: Json | string) =>
      `${part(text(header))}.${part(text(payload))}`
    const signed: Forge["signed"] = (header, payload, with_ = own, hash = "sha256") => {
      const message = input(header, payload)
      return `${message}.${part(sign(hash, Buffer.from(message), with_))}`
    }
    const header = { alg: "RS256", typ: "at+jwt", kid: key.id }
    const payload = {
      iss: "wattkit",
      aud: "wattkit",
      sub: "ada",
      sid: "session_1",
      tid: "one",
      iat: seconds,
      exp: seconds + 900,
      jti: "0123456789abcdefghijkl"
    }
    return {
      kid: key.id,
      header,
      payload,
      publicKey: createPublicKey(own),
      publicJwk: key.publicJwk,
      strange: strange.privateKey,
      strangeJwk: strange.publicKey.export({ format: "jwk" }) as Json,
      token: signed(header, payload),
      signed,
      pss: (header, payload) => {
        const message = input(header, payload)
        const how = { key: own, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
        return `${message}.${part(sign("sha256", Buffer.from(message), how))}`
      },
      hmac: (header, payload, secret) => {
        const message = input(header, payload)
        return `${message}.${part(createHmac("sha256", secret).update(message).digest())}`
      },
      ec: (header, payload) => {
        const message = input(header, payload)
        const how = { key: curve.privateKey, dsaEncoding: "ieee-p1363" } as const
        return `${message}.${part(sign("sha256", Buffer.from(message), how))}`
      }
    }
  })
