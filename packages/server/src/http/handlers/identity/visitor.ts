import type { Visitor } from "@wattkit/engine"
import { Context, Effect, Option } from "effect"
import { HttpServerRequest } from "effect/http"
import { makeClientAddress } from "../../edge/clientAddress.ts"

/** The proxies whose word counts about where a request came from. */
export const trustedProxies = Context.Reference<ReadonlyArray<string>>("@wattkit/server/trustedProxies", {
  defaultValue: () => []
})

/** Makes what tells from where a request came, and from which program. */
export const makeVisitor = Effect.map(trustedProxies, (trusted) => {
  const addressOf = makeClientAddress(trusted)
  return Effect.map(HttpServerRequest.HttpServerRequest, ({ headers, remoteAddress }): Visitor => ({
    ip: addressOf(Option.getOrUndefined(remoteAddress), headers["x-forwarded-for"]),
    agent: headers["user-agent"] ?? ""
  }))
})
