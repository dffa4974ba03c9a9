import type { Child } from "../../live/child.ts"
import { type Peer, broker, constant, fastify, hasInflux, influx, joining } from "../peers.ts"
import { database } from "./limits.ts"
import { hasMosquitto, mosquitto } from "./mosquitto.ts"
import { messages } from "./ours.ts"
import { sent, told, type Way } from "./sent.ts"

/** About as many readings as ours, from as many connections. */
const http = (readings: number, form: Way["form"], path: string, expects?: string): Way => ({
  over: "http",
  path,
  form,
  expects,
  connections: 64,
  inFlight: 1,
  readings,
  requests: readings === 1 ? 20_000 : 3_000,
  quick: readings === 1 ? 5_000 : 500
})

/** A peer with what it needs beside it, which ends after it. */
const beside = async <P extends Peer>(
  needed: { readonly leave: () => Promise<void> },
  peer: P
): Promise<P> => ({ ...peer, stop: () => peer.stop().then(needed.leave) })

const fastifyServer = told(async () => beside(database, await fastify(await database.enter())))
const influxServer = told(influx)
const brokerAlone = told(broker)
const httpAlone = told(() => constant("http", `{"accepted":1,"of":"as many as came"}`))
const mqttAlone = told(() => constant("mqtt"))

interface Joining extends Peer {
  readonly child: Child
  readonly broker: number
  stored: number
}

const joiningServer = told(async (): Promise<Joining> => {
  const { pid, port } = await mosquitto.enter()
  const peer = await beside(database, await joining(port, await database.enter()))
  return { ...peer, broker: pid, stored: 0, stop: () => peer.stop().then(mosquitto.leave) }
})

const untilAllIsJoined = async (peer: Joining, _tick: number, readings: number): Promise<void> => {
  const wanted = peer.stored + readings
  while (peer.stored < wanted) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    peer.stored = (await peer.child.ask<{ readonly stored: number }>({})).stored
  }
}

/** The names of others that goals are about. */
export const names = {
  fastifyBatches: "Fastify + INSERT over HTTP, 100 readings, 64 connections",
  fastifySingle: "Fastify + INSERT over HTTP, 1 reading, 64 connections",
  influxBatches: "InfluxDB 1 over HTTP, 100 readings, 64 connections",
  influxSingle: "InfluxDB 1 over HTTP, 1 reading, 64 connections",
  joining: "mqtt.js + pg via mosquitto, 1,000 messages joined per INSERT, acknowledged before"
} as const

const toFastify = (readings: number): Way => http(readings, "peer", "/readings", `"accepted":${readings}`)
const toInflux = (readings: number): Way => http(readings, "influx", "/write?db=bench&precision=ms")

/** Others who do the same, on the same machine. */
export const others = [
  sent(names.fastifyBatches, fastifyServer, toFastify(100)),
  sent(names.fastifySingle, fastifyServer, toFastify(1)),
  ...(hasInflux
    ? [
        sent(names.influxBatches, influxServer, toInflux(100)),
        sent(names.influxSingle, influxServer, toInflux(1))
      ]
    : []),
  ...(hasMosquitto
    ? [
        sent(
          names.joining,
          joiningServer,
          { ...messages, path: "joined/:id" },
          { stored: untilAllIsJoined, broker: ({ broker }) => ({ broker }) }
        )
      ]
    : [])
]

/** What a way in cannot be faster than: a broker with nothing behind it, and the sender by itself. */
export const alone = [
  sent("MQTT broker alone, acknowledged at once", brokerAlone, messages),
  sent("MQTT sender alone, at a bare socket that acknowledges", mqttAlone, messages),
  sent(
    "HTTP sender alone, 1 reading, at a bare socket that answers",
    httpAlone,
    http(1, "wattkit", "/alone/:id")
  ),
  sent(
    "HTTP sender alone, 100 readings, at a bare socket that answers",
    httpAlone,
    http(100, "wattkit", "/alone/:id")
  )
]
