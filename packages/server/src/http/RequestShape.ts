import { failure, RequestShape } from "@wattkit/api"
import { violations } from "@wattkit/core"
import { Effect } from "effect"
import { HttpApiMiddleware } from "effect/http-api"
import { meta } from "./answer.ts"

/** Tells which field of a request does not fit the contract, and why. */
export const layer = HttpApiMiddleware.layerSchemaErrorTransform(RequestShape, (error) =>
  error.kind === "Body" || error.kind === "ResponseHeaders"
    ? Effect.die(error)
    : Effect.flatMap(meta, (meta) =>
        Effect.fail(
          failure(
            "VALIDATION_ERROR",
            "the request does not fit the contract",
            meta,
            violations(error.cause.issue)
          )
        )
      )
)
