import { AuditTrail, Credentials } from "@wattkit/engine"
import { Instant } from "@wattkit/core"
import { Effect, Redacted, Stream } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { principalOf } from "../../Authorization.ts"
import { respond } from "../../recover.ts"
import { toFailure } from "../../answer.ts"

const encoder = new TextEncoder()

/**
 * `GET /v1/audit-logs/export`: all of the audit log as lines of JSON, the oldest entry first. It stands
 * beside the contract as its answer is no envelope, and it is sent while it is read.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { verify } = yield* Credentials
    const trail = yield* AuditTrail

    const begin = Effect.fnUntraced(function* (secret: string) {
      const principal = yield* principalOf(verify, Redacted.make(secret))
      const entries = yield* Effect.catch(trail.entries(principal), toFailure)
      const lines = Stream.map(entries, ({ at, tenantId: _, ...entry }) =>
        encoder.encode(`${JSON.stringify({ ...entry, at: Instant.format(at) })}\n`)
      )
      return HttpServerResponse.stream(lines, {
        contentType: "application/x-ndjson",
        headers: { "content-disposition": 'attachment; filename="audit-logs.ndjson"' }
      })
    })

    yield* router.add(
      "GET",
      "/v1/audit-logs/export",
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const secret = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1] ?? ""
        return yield* Effect.catch(begin(secret), (failed) => Effect.succeed(respond(failed)))
      })
    )
  })
)
