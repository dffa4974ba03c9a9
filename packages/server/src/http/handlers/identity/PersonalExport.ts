import { Instant, UserId } from "@wattkit/core"
import { archiveFile, archiveName, Credentials, Personal } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { principalOf } from "../../Authorization.ts"
import { respond } from "../../recover.ts"
import { toFailure } from "../../answer.ts"

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
      const at = yield* Instant.now
      const { id: userId } = principal.by
      return HttpServerResponse.stream(archiveFile(UserId.make(userId), at, rows), {
        contentType: "application/gzip",
        headers: {
          "content-disposition": `attachment; filename="${archiveName(at)}"`,
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
