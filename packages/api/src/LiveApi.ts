import { InstantFromString } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"

/** A ticket opens one WebSocket, once, in the name of whoever asked for it. */
export const Ticket = Schema.Struct({ ticket: Schema.String, expiresAt: InstantFromString }).annotate({
  identifier: "Ticket"
})

/**
 * The way to the live stream for a browser, which cannot set a header on a WebSocket: ask for a ticket and
 * offer the sub-protocols `wattkit.v1` and `ticket.<ticket>` to `GET /v1/ws`. The WebSocket itself cannot be
 * declared in an HTTP contract; `docs/live.md` describes its frames.
 */
export class LiveApi extends HttpApiGroup.make("live")
  .add(
    HttpApiEndpoint.post("ticket", "/v1/ws/tickets", {
      success: Envelope(Ticket).pipe(HttpApiSchema.status("Created"))
    }).annotate(OpenApi.Summary, "A one-time ticket for the live WebSocket")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Live readings over WebSocket.") {}
