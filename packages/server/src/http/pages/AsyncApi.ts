import { asyncApi } from "@wattkit/api"
import { Effect } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import * as StaticFile from "./StaticFile.ts"

/** Serves the AsyncAPI document, made when it is first asked for. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const make = Effect.sync(() =>
      StaticFile.make("asyncapi.json", new TextEncoder().encode(JSON.stringify(asyncApi())))
    )
    const file = yield* Effect.cached(make)
    const handle = Effect.gen(function* () {
      return StaticFile.respond(yield* file, yield* HttpServerRequest.HttpServerRequest)
    })
    yield* router.add("GET", "/asyncapi.json", handle)
  })
)
