import * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import { Command } from "../messages/CommandsApi.ts"
import { ReadingsBody } from "../ReadingsApi.ts"
import { clientFrames, serverFrames } from "./frames.ts"

type Json = { readonly [name: string]: unknown }

const Status = Schema.Literals(["online", "offline"]).annotate({ identifier: "Status" })

/** A kind of message: what it is called, what it holds, and how it is written. */
interface Kind {
  readonly name: string
  readonly summary: string
  readonly schema: Schema.Top
  readonly contentType?: string
}

const mqtt: ReadonlyArray<Kind> = [
  { name: "readings", summary: "One reading of the device, or several", schema: ReadingsBody },
  {
    name: "status",
    summary: "Whether the device is there; its last will says that it is not",
    schema: Status,
    contentType: "text/plain"
  },
  { name: "command", summary: "What the device is asked to do", schema: Command }
]

const kindsOf = (frames: { readonly [type: string]: Schema.Top }, whose: string): ReadonlyArray<Kind> =>
  Object.entries(frames).map(([type, schema]) => ({
    name: `${whose}_${type}`,
    summary: `${type} of the ${whose}`,
    schema
  }))

const ofClient = kindsOf(clientFrames, "client")
const ofServer = kindsOf(serverFrames, "server")

const pointTo = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pointTo)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === "$ref" && typeof one === "string"
        ? one.replace("#/definitions/", "#/components/schemas/")
        : pointTo(one)
    ])
  )
}

/** The schemas of all kinds of messages as the document holds them: under their names, referring there. */
const schemasOf = (kinds: ReadonlyArray<Kind>) => {
  const shared: Record<string, unknown> = {}
  const payloads = new Map<string, unknown>()
  for (const { name, schema } of kinds) {
    const { definitions, schema: own } = JsonSchema.toDocumentDraft07(Schema.toJsonSchemaDocument(schema))
    for (const [key, definition] of Object.entries(definitions)) shared[key] = pointTo(definition)
    payloads.set(name, pointTo(own))
  }
  return { shared, payloads }
}

const messagesOf = (kinds: ReadonlyArray<Kind>): Json =>
  Object.fromEntries(kinds.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]))

const overMqtt = (address: string, kinds: ReadonlyArray<Kind>, description: string): Json => ({
  address,
  description,
  servers: [{ $ref: "#/servers/mqtt" }, { $ref: "#/servers/mqttOverWebSocket" }],
  parameters: { deviceId: { description: "The id of the device: 1 to 64 of A-Z a-z 0-9 . _ : -" } },
  messages: messagesOf(kinds)
})

const only = (name: string): ReadonlyArray<Kind> => mqtt.filter((kind) => kind.name === name)

const channels: Json = {
  readings: overMqtt(
    "devices/{deviceId}/readings",
    only("readings"),
    "Readings of a device. Under QoS 1 they are acknowledged when they are stored, and not before."
  ),
  status: overMqtt("devices/{deviceId}/status", only("status"), "Whether a device is there, retained."),
  commands: overMqtt("devices/{deviceId}/commands", only("command"), "What a device is asked to do."),
  live: {
    address: "/v1/ws",
    description: "The WebSocket under the sub-protocol wattkit.v1; docs/live.md tells how it is used.",
    servers: [{ $ref: "#/servers/webSocket" }],
    messages: { ...messagesOf(ofClient), ...messagesOf(ofServer) },
    bindings: { ws: { method: "GET", bindingVersion: "0.1.0" } }
  }
}

const operation = (
  action: "send" | "receive",
  channel: string,
  kinds: ReadonlyArray<Kind>,
  summary: string,
  bindings?: Json
): Json => ({
  action,
  summary,
  channel: { $ref: `#/channels/${channel}` },
  messages: kinds.map(({ name }) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  ...(bindings === undefined ? {} : { bindings })
})

const qos = (level: 0 | 1, retain: boolean): Json => ({
  mqtt: { qos: level, retain, bindingVersion: "0.2.0" }
})

// As the server sees it, which is what the document is about.
const operations: Json = {
  takeReadings: operation("receive", "readings", only("readings"), "Stores readings", qos(1, false)),
  takeStatus: operation("receive", "status", only("status"), "Notes whether a device is there", qos(0, true)),
  sendCommand: operation("send", "commands", only("command"), "Asks a device to do something", qos(1, false)),
  takeFrame: operation("receive", "live", ofClient, "Hears what a client of the WebSocket says"),
  sendFrame: operation("send", "live", ofServer, "Tells a client of the WebSocket what is new")
}

/** The AsyncAPI document: everything that is said over MQTT and over the WebSocket. */
export const asyncApi = (): Json => {
  const all = [...mqtt, ...ofClient, ...ofServer]
  const { payloads, shared } = schemasOf(all)
  const messages = Object.fromEntries(
    all.map(({ contentType, name, summary }) => [
      name,
      { name, summary, contentType: contentType ?? "application/json", payload: payloads.get(name) }
    ])
  )
  const credential = [{ $ref: "#/components/securitySchemes/credential" }]
  const bearer = [{ $ref: "#/components/securitySchemes/bearer" }]
  return {
    asyncapi: "3.1.0",
    info: {
      title: "wattkit",
      version: "1",
      description: "Readings in and news out, over MQTT and WebSocket.",
      license: { name: "MIT" }
    },
    defaultContentType: "application/json",
    servers: {
      mqtt: { host: "localhost:1883", protocol: "mqtt", security: credential },
      mqttOverWebSocket: {
        host: "localhost:8080",
        pathname: "/mqtt",
        protocol: "mqtt",
        description: "MQTT in the binary frames of a WebSocket.",
        security: credential
      },
      webSocket: { host: "localhost:8080", protocol: "ws", security: bearer }
    },
    channels,
    operations,
    components: {
      messages,
      schemas: shared,
      securitySchemes: {
        credential: {
          type: "userPassword",
          description: "The credential of the device, or an API key, as the password."
        },
        bearer: { type: "http", scheme: "bearer", description: "The same as Authorization: Bearer wk_…" }
      }
    }
  }
}
