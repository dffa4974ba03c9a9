import type { Instant, Message } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { Malformed, PayloadTooLarge, UnsupportedMediaType, type WireError } from "../errors.ts"
import { gunzip } from "../inflate.ts"
import { type Limits, limits as usual } from "../limits.ts"
import { empty } from "./answers.ts"
import { askedOf } from "./asked.ts"
import type { Answer, Compat, Ending, Endpoint, Opened, RequestHead } from "./Compat.ts"
import { emoncms } from "./emoncms.ts"
import { influxdb } from "./influxdb.ts"
import { stripFields, stripMembers } from "./secrets.ts"
import { thingsboard } from "./thingsboard.ts"
import { thingspeak } from "./thingspeak.ts"

const unpack = (
  body: Uint8Array<ArrayBuffer>,
  contentEncoding: string | undefined,
  { bytes, inflatedBytes }: Limits
): Effect.Effect<Uint8Array, WireError> => {
  if (body.length > bytes) {
    const message = `the body is larger than ${bytes} bytes; send it in smaller parts`
    return Effect.fail(new PayloadTooLarge({ message }))
  }
  const encoding = (contentEncoding ?? "").trim().toLowerCase()
  if (encoding === "" || encoding === "identity") return Effect.succeed(body)
  if (encoding === "gzip" || encoding === "x-gzip") return gunzip(body, inflatedBytes)
  return Effect.fail(new UnsupportedMediaType({ message: "the content encoding must be gzip or none" }))
}

const endingOf = (error: WireError): Ending => {
  const { message } = error
  if (error instanceof Malformed) return { kind: "malformed", message }
  return { kind: error instanceof PayloadTooLarge ? "too_large" : "unsupported", message }
}

interface Content {
  readonly payload: Uint8Array
  readonly secret: string | undefined
}

/** Takes the secret out of a form or of JSON; bodies of peers that put none there stay as they are. */
const withoutSecrets = (payload: Uint8Array, names: ReadonlyArray<string>): Content => {
  if (names.length === 0 || payload.length === 0) return { payload, secret: undefined }
  const text = new TextDecoder().decode(payload)
  const strip = /^\s*[{[]/.test(text) ? stripMembers : stripFields
  const { rest, secret } = strip(text, names)
  return rest === text ? { payload, secret } : { payload: new TextEncoder().encode(rest), secret }
}

const opened = (endpoint: Endpoint, { payload, secret }: Content, receivedAt: Instant.Instant): Opened => {
  const { answer, credential, refuse, topic } = endpoint
  const message: Message = { carrier: "http", topic, payload, receivedAt, isRetained: false }
  return {
    credential: credential ?? secret,
    message,
    refusal: () => refuse(message),
    answer: (ending) => answer(ending, message)
  }
}

const compat = (endpoint: Endpoint, { headers, method }: RequestHead): Compat => {
  const { answer, format, immediate, methods, peer, secrets } = endpoint
  const isAllowed = methods.includes(method.toUpperCase())
  const notAllowed: Answer = empty(405, { allow: methods.join(", ") })
  return {
    peer,
    format,
    immediate: isAllowed ? immediate : notAllowed,
    answer: (ending) => answer(ending, undefined),
    open: (body, receivedAt, limits = usual) =>
      unpack(body, headers["content-encoding"], limits).pipe(
        Effect.map((payload) => opened(endpoint, withoutSecrets(payload, secrets), receivedAt)),
        Effect.mapError((error) => answer(endingOf(error), undefined))
      )
  }
}

/**
 * Finds the peer whose endpoint a request is for, undefined where it is for none of them. Clients of
 * InfluxDB, emoncms, ThingsBoard and ThingSpeak write here after their address was changed, and nothing
 * else.
 */
export const compatOf = (head: RequestHead): Compat | undefined => {
  const asked = askedOf(head)
  const endpoint = influxdb(asked) ?? emoncms(asked) ?? thingsboard(asked) ?? thingspeak(asked)
  return endpoint === undefined ? undefined : compat(endpoint, head)
}
