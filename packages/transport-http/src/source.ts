import { DeviceId, type Rejection, type Submission } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Malformed, PayloadTooLarge, UnsupportedMediaType, type WireError } from "./errors.ts"
import { type Limits, limits as defaults } from "./limits.ts"
import * as Wire from "./wire.ts"

/** What became of the readings of a request. */
export interface Outcome {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}

/** What a source needs to know of the application around it. */
export interface SourceOptions<P, E> {
  /** Who sends this request; fails when it is nobody. */
  readonly authorise: (request: Request) => Effect.Effect<P, E>
  /** The id of the device that a request is about, usually from its path. */
  readonly deviceId: (request: Request) => string | undefined
  /** The way in: it succeeds only when the readings are stored. */
  readonly ingest: (
    principal: P,
    deviceId: DeviceId,
    submission: Submission.Submission
  ) => Effect.Effect<Outcome, E>
  readonly limits?: Limits | undefined
}

const decodeDeviceId = (id: string | undefined): Effect.Effect<DeviceId, Malformed> =>
  Effect.mapError(Schema.decodeUnknownEffect(DeviceId)(id), () => {
    const reason = "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -"
    return new Malformed({ message: `the device id ${reason}`, details: [{ field: "deviceId", reason }] })
  })

/** Reads a body no further than the limit. */
const bytesOf = (request: Request, limit: number): Effect.Effect<Uint8Array<ArrayBuffer>, PayloadTooLarge> =>
  Effect.tryPromise({
    try: async () => {
      const chunks: Array<Uint8Array<ArrayBuffer>> = []
      let size = 0
      for await (const chunk of request.body ?? []) {
        size += chunk.length
        if (size > limit) break
        chunks.push(chunk)
      }
      if (size > limit) throw new RangeError("limit")
      return new Uint8Array(await new Blob(chunks).arrayBuffer())
    },
    catch: (cause) =>
      new PayloadTooLarge({
        message:
          cause instanceof RangeError
            ? `the body is larger than ${limit} bytes; send it in smaller parts`
            : "the body broke off"
      })
  })

/** Takes the readings of one request in. It answers only after they are stored. */
export const receive = <P, E>(options: SourceOptions<P, E>) =>
  Effect.fnUntraced(function* (request: Request): Effect.fn.Return<Outcome, E | WireError> {
    const limits = options.limits ?? defaults
    const principal = yield* options.authorise(request)
    const deviceId = yield* decodeDeviceId(options.deviceId(request))
    const body = yield* bytesOf(request, limits.bytes)
    const headers = {
      contentType: request.headers.get("content-type") ?? undefined,
      contentEncoding: request.headers.get("content-encoding") ?? undefined
    }
    return yield* options.ingest(principal, deviceId, yield* Wire.decode(body, headers, limits))
  })

const statusOf = { Malformed: 400, PayloadTooLarge: 413, UnsupportedMediaType: 415 } as const

const isWireError = (error: unknown): error is WireError =>
  error instanceof Malformed || error instanceof PayloadTooLarge || error instanceof UnsupportedMediaType

const answer = (status: number, body: unknown): Response => Response.json(body, { status })

/**
 * The source as a Web-standard handler, to mount in any framework. What is wrong with a body it answers by
 * itself; every other failure becomes a response through `onError`, and a 503 without details when there is
 * none.
 */
export const toWebHandler = <P, E>(
  options: SourceOptions<P, E> & { readonly onError?: ((error: E) => Response) | undefined }
): ((request: Request) => Promise<Response>) => {
  const receiveOne = receive(options)
  return (request) =>
    receiveOne(request).pipe(
      Effect.match({
        onSuccess: (outcome) => answer(200, outcome),
        onFailure: (error) => {
          if (isWireError(error)) {
            const details = error._tag === "Malformed" ? error.details : []
            return answer(statusOf[error._tag], { error: { message: error.message, details } })
          }
          return (
            options.onError?.(error) ?? answer(503, { error: { message: "try again later", details: [] } })
          )
        }
      }),
      Effect.runPromise
    )
}
