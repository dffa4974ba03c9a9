import { createServer } from "node:http"
import { Context, Effect, Layer } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { routes } from "../../src/App.ts"
import type { ServerConfig } from "../../src/config.ts"
import { makeUpgrades, Upgrades } from "../../src/http/Upgrades.ts"
import type { TestServer } from "../fixtures/inProcess.ts"

/** A router that writes down what it is given. */
const listening = Effect.fnUntraced(function* (found: Set<string>) {
  const real = yield* HttpRouter.make
  const router: HttpRouter.HttpRouter = {
    ...real,
    prefixed: () => router,
    add: (method, path) => Effect.sync(() => void found.add(`${method} ${path}`)),
    addAll: (given) =>
      Effect.sync(() => {
        for (const { method, path } of given) found.add(`${method} ${path}`)
      })
  }
  return router
})

/** Every route that a server of these settings takes from the wire, such as `GET /v1/devices/:id`. */
export const routesOnTheWire = (server: TestServer, config: ServerConfig): Promise<ReadonlySet<string>> => {
  const found = new Set<string>()
  const upgrades = makeUpgrades(createServer())
  const build = Effect.gen(function* () {
    const router = yield* listening(found)
    const all = routes(config).pipe(
      Layer.provide(Layer.succeed(HttpRouter.HttpRouter, router)),
      Layer.provide(Layer.succeedContext(Context.add(server.services, Upgrades, upgrades))),
      Layer.provide(HttpServer.layerServices)
    )
    // Nothing is ever asked of this router, so what a request would bring is not needed.
    yield* Layer.build(all as Layer.Layer<never>)
    return found
  })
  return Effect.runPromise(Effect.scoped(build))
}
