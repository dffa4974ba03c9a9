import { wattkit, type Wattkit } from "../wattkit.ts"
import type { OpenMosquitto } from "../../../../../scripts/bench/Mosquitto.ts"
import { hasMosquitto, mosquitto } from "./mosquitto.ts"
import { devices, sent, start, told, type Way } from "./sent.ts"
import { everyMs } from "../sender/said.ts"

/** One server for all ways in, as in life, and the mosquitto that it subscribes at. */
interface Served extends Wattkit {
  readonly mosquitto: OpenMosquitto | undefined
}

const server = told<Served>(async () => {
  const broker = hasMosquitto ? await mosquitto.enter() : undefined
  const peer = await wattkit({ devices }, broker && `mqtt://127.0.0.1:${broker.port}`)
  const stop = () => peer.stop().then(() => (broker === undefined ? undefined : mosquitto.leave()))
  return { ...peer, mosquitto: broker, stop }
})

const path = "/v1/devices/:id/energy/readings"
const topic = "devices/:id/readings"

/** About as many readings in every round, in requests of so many. */
const requestsOf = (readings: number) => ({
  requests: readings === 1 ? 40_000 : Math.max(600, 300_000 / readings),
  quick: readings === 1 ? 5_000 : 50_000 / readings
})

const http = (readings: number, connections: number): Way => ({
  over: "http",
  path,
  form: "wattkit",
  expects: `"accepted":${readings},`,
  connections,
  inFlight: 1,
  readings,
  ...requestsOf(readings)
})

const ws = (readings: number): Way => ({
  ...http(readings, 64),
  over: "ws",
  path: "/v1/ws",
  inFlight: 16
})

/** Messages of one reading, from many publishers. */
export const messages: Way = {
  over: "mqtt",
  path: topic,
  form: "wattkit",
  connections: 100,
  inFlight: 20,
  readings: 1,
  requests: 200_000,
  quick: 20_000
}

const namedHttp = (readings: string, connections: number): string =>
  `HTTP, ${readings}, ${connections} connections`

/** The names of our ways that goals are about. */
export const names = {
  batches64: namedHttp("100 readings", 64),
  batches256: namedHttp("100 readings", 256),
  single64: namedHttp("1 reading", 64),
  mqtt: "MQTT, 1 reading a message, 100 publishers",
  mosquitto: "MQTT via mosquitto, 1 reading a message, 100 publishers"
} as const

/** Waits until every device has said its last reading. */
const untilNobodyIsBehind = async ({ behind }: Wattkit, tick: number): Promise<void> => {
  const began = performance.now()
  for (let last = devices; last > 0;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    last = await behind(start + tick * everyMs)
    if (performance.now() - began > 120_000)
      throw new Error(`${last} devices miss readings after two minutes`)
  }
}

const viaMosquitto = {
  portOf: ({ mosquitto }: Served) => mosquitto!.port,
  broker: ({ mosquitto }: Served) => ({ broker: mosquitto!.pid }),
  stored: untilNobodyIsBehind
}

/** Our ways in. */
export const ours = [
  sent(names.batches64, server, http(100, 64)),
  sent(names.batches256, server, http(100, 256)),
  sent(names.single64, server, http(1, 64)),
  sent(namedHttp("1 reading", 256), server, http(1, 256)),
  sent(namedHttp("1,000 readings", 64), server, http(1_000, 64)),
  sent(namedHttp("1,000 readings", 256), server, http(1_000, 256)),
  sent("WS RECORD, 1 reading, 64 connections × 16", server, ws(1)),
  sent("WS RECORD, 100 readings, 64 connections × 16", server, ws(100)),
  sent(names.mqtt, server, messages, { portOf: ({ mqttPort }) => mqttPort }),
  ...(hasMosquitto ? [sent(names.mosquitto, server, messages, viaMosquitto)] : [])
]
