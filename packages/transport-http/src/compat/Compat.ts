import type { FormatId, Instant, Message, Rejection } from "@wattkit/core"
import type * as Effect from "effect/Effect"
import type { Limits } from "../limits.ts"

/** The services whose clients can write here after a change of the address. */
export type Peer = "influxdb1" | "influxdb2" | "influxdb3" | "emoncms" | "thingsboard" | "thingspeak"

/** A response in a peer's words. */
export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** What became of a request, of which the answer speaks. */
export type Ending =
  | {
      readonly kind: "taken"
      readonly accepted: number
      readonly duplicates: number
      readonly rejected: ReadonlyArray<Rejection>
      /** Dead letters that were kept of it: stored, so that nothing has to be sent again. */
      readonly kept: number
    }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "forbidden"; readonly message: string }
  | { readonly kind: "malformed"; readonly message: string }
  | { readonly kind: "too_large"; readonly message: string }
  | { readonly kind: "unsupported"; readonly message: string }
  | { readonly kind: "busy"; readonly retryAfterMs: number; readonly message: string }
  | { readonly kind: "unavailable"; readonly retryAfterMs: number; readonly message: string }

/** A request whose body was read. */
export interface Opened {
  /** The secret its sender showed, in the headers, the address or the body; undefined when there was none. */
  readonly credential: string | undefined
  /** What was sent, without the secret. */
  readonly message: Message
  /**
   * Reads the body: the answer where nothing of it can be taken, undefined where something can. To be asked
   * after the credential was found to be good, so that a stranger costs little and learns nothing.
   */
  readonly refusal: () => Answer | undefined
  /** The answer for what became of it. */
  readonly answer: (ending: Ending) => Answer
}

/** What a request says of itself beside its body; names of headers are in lower case. */
export interface RequestHead {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: { readonly [name: string]: string | undefined }
}

/** A request that is for an endpoint of a peer. */
export interface Compat {
  readonly peer: Peer
  readonly format: FormatId
  /** The answer that needs neither a credential nor a body, such as that of a ping. */
  readonly immediate: Answer | undefined
  /** The answer for what became of it where its body was not even read. */
  readonly answer: (ending: Ending) => Answer
  /** Inflates and reads the body; fails with the answer where that cannot be done. */
  readonly open: (
    body: Uint8Array<ArrayBuffer>,
    receivedAt: Instant.Instant,
    limits?: Limits
  ) => Effect.Effect<Opened, Answer>
}

/** How a peer works: how its requests are known, where they hold their secret, and what they are answered. */
export interface Endpoint {
  readonly peer: Peer
  readonly format: FormatId
  readonly methods: ReadonlyArray<string>
  /** Path and query as the format reads them, without secrets. */
  readonly topic: string
  readonly credential: string | undefined
  /** Fields of a body that hold the secret. */
  readonly secrets: ReadonlyArray<string>
  readonly immediate?: Answer | undefined
  /** What is wrong with a whole body; undefined where something of it can be taken. */
  readonly refuse: (message: Message) => Answer | undefined
  readonly answer: (ending: Ending, message: Message | undefined) => Answer
}
