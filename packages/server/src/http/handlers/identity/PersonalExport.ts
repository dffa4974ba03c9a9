import { Instant } from "@wattkit/core"
import { Credentials, Personal } from "@wattkit/engine"
import { Effect, Redacted, Stream } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { principalOf } from "../../Authorization.ts"
import { respond } from "../../recover.ts"
import { toFailure } from "../../answer.ts"

/** So many rows are sent at once: one by one they would take ten times as long. */
const rowsTogether = 500

const bytesOf = (lines: ReadonlyArray<unknown>): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))

/**
 * `GET /v1/users/me/export`: everything that is kept of who asks, as lines of JSON in a gzip file. It stands
 * beside the contract as its answer is no envelope, and it is sent while it is read. A file that is not whole
 * is noticed by whoever opens it, as the end of the gzip is missing.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { verify } = yield* Credentials
    const { archive } = yield* Personal

    const begin = Effect.fnUntraced(function* (secret: string) {
      const principal = yield* principalOf(verify, Redacted.make(secret))
      const rows = yield* Effect.catch(archive(principal), toFailure)
      const at = Instant.format(yield* Instant.now)
      const head = { format: "wattkit-personal-data", version: 1, userId: principal.by.id, at }
      const lines = Stream.concat(
        Stream.succeed(bytesOf([head])),
        Stream.map(Stream.grouped(rows, rowsTogether), bytesOf)
      )
      const packed = Stream.toReadableStream(lines).pipeThrough(new CompressionStream("gzip"))
      const body = Stream.fromReadableStream({ evaluate: () => packed, onError: (cause) => cause })
      const day = at.slice(0, 10)
      return HttpServerResponse.stream(body, {
        contentType: "application/gzip",
        headers: {
          "content-disposition": `attachment; filename="wattkit-personal-data-${day}.ndjson.gz"`,
          "cache-control": "no-store"
        }
      })
    })

    yield* router.add(
      "GET",
      "/v1/users/me/export",
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const secret = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1] ?? ""
        return yield* Effect.catch(begin(secret), (failed) => Effect.succeed(respond(failed)))
      })
    )
  })
)
