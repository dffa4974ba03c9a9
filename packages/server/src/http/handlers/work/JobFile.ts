import { JobId } from "@wattkit/core"
import { Credentials, Jobs } from "@wattkit/engine"
import { Effect, Redacted, Schema } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { principalOf } from "../../Authorization.ts"
import { respond } from "../../recover.ts"
import { toFailure } from "../../answer.ts"
import { invalid } from "../page.ts"

const decodeId = Schema.decodeUnknownEffect(JobId)

/**
 * `GET /v1/jobs/:id/file`: the file a job made, for its owner. It stands beside the contract as its answer is
 * no envelope, and it is sent while it is read.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { verify } = yield* Credentials
    const jobs = yield* Jobs

    const begin = Effect.fnUntraced(function* (secret: string) {
      const principal = yield* principalOf(verify, Redacted.make(secret))
      const params = yield* HttpRouter.params
      const id = Effect.mapError(decodeId(params["id"]), () => invalid("id", "is not an id of a job"))
      const opened = Effect.flatMap(id, (known) => jobs.file(principal, known))
      const { body, bytes, contentType, name } = yield* Effect.catch(opened, toFailure)
      return HttpServerResponse.stream(body, {
        contentType,
        contentLength: bytes,
        headers: {
          "content-disposition": `attachment; filename="${name}"`,
          "cache-control": "no-store"
        }
      })
    })

    yield* router.add(
      "GET",
      "/v1/jobs/:id/file",
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const secret = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1] ?? ""
        return yield* Effect.catch(begin(secret), (failed) => Effect.succeed(respond(failed)))
      })
    )
  })
)
