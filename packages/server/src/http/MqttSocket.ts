import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { failure } from "@wattkit/api"
import { usualLimits } from "@wattkit/transport-mqtt"
import { Effect, Option } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import { createWebSocketStream, WebSocketServer } from "ws"
import { MqttBroker } from "../mqtt/MqttBroker.ts"
import { meta } from "./answer.ts"
import { envelopeOf, respond } from "./recover.ts"
import { Upgrades } from "./Upgrades.ts"

const path = "/mqtt"

/** What MQTT calls itself in a WebSocket handshake; old clients of 3.1 say the second. */
const protocols: ReadonlyArray<string> = ["mqtt", "mqttv3.1"]

const offered = ({ headers }: IncomingMessage): ReadonlyArray<string> =>
  (headers["sec-websocket-protocol"] ?? "").split(",").map((text) => text.trim())

const isUpgrade = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket"

const isMqtt = (request: IncomingMessage): boolean =>
  isUpgrade(request) && offered(request).some((name) => protocols.includes(name))

/** How the socket library must behave for this route. */
const socketOptions = {
  noServer: true,
  maxPayload: usualLimits.packetBytes + 16,
  maxFragments: 1_024,
  perMessageDeflate: false,
  clientTracking: false,
  handleProtocols: (given: Set<string>) => protocols.find((name) => given.has(name)) ?? false
} as const

const refuse = (field: string, reason: string) =>
  Effect.map(meta, (meta) =>
    respond(failure("VALIDATION_ERROR", `${field} ${reason}`, meta, [{ field, reason }]))
  )

/**
 * `GET /mqtt`: MQTT over WebSocket, for browsers and for networks that let nothing else through. Who connects
 * is asked by the broker, not by HTTP.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    // Without a broker there is no such path.
    const broker = Option.getOrUndefined(yield* Effect.serviceOption(MqttBroker))
    if (broker === undefined) return
    const upgrades = yield* Upgrades
    const sockets = new WebSocketServer(socketOptions)

    upgrades.take(path, (request, socket, head, decline) => {
      if (!isMqtt(request)) return decline()
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        broker.handle(createWebSocketStream(webSocket) as Duplex)
      })
    })

    yield* router.add(
      "GET",
      path,
      Effect.gen(function* () {
        const request = (yield* HttpServerRequest.HttpServerRequest).source as IncomingMessage
        if (upgrades.isForeign(request)) return yield* envelopeOf("FORBIDDEN")
        if (!isUpgrade(request)) return yield* refuse("upgrade", "must be websocket")
        if (!isMqtt(request)) return yield* refuse("sec-websocket-protocol", "must offer mqtt")
        return yield* envelopeOf("UNAVAILABLE")
      })
    )
  })
)
