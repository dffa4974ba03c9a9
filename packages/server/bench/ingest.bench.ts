import { type Bench, type Context, type Row, variant } from "../../../scripts/bench/Harness.ts"
import * as CopyLimit from "../../../scripts/bench/CopyLimit.ts"
import { type Load, send } from "./ingest/Load.ts"
import { fastify, freePort, hasInflux, influx, type Peer, wattkit } from "./ingest/peers.ts"

const devices = 1000
const start = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 20 * 86_400_000

/** How many readings a round sends: in batches, and one by one. */
const readingsOf = ({ quick }: Pick<Context, "quick">, inRequest: number): number =>
  inRequest === 1 ? (quick ? 2000 : 20_000) : quick ? 50_000 : 300_000

let copyLimit: Promise<CopyLimit.CopyLimit> | undefined
let users = 0
const enter = (): Promise<CopyLimit.CopyLimit> => {
  users++
  return (copyLimit ??= CopyLimit.open())
}
const leave = async (): Promise<void> => {
  users--
  if (users === 0) await (await copyLimit)?.close()
}

const limit = variant({
  name: "COPY of the same readings",
  setup: enter,
  run: async ({ copy }, context) => {
    const units = readingsOf(context, 100)
    return { units, elapsed: await copy(units) }
  },
  teardown: leave
})

interface Sent {
  readonly peer: Peer
  tick: number
}

type Way = Pick<Load, "path" | "form" | "connections" | "readings"> & {
  readonly expects?: string
  /** The first tick, where two ways share a table. */
  readonly tick?: number
}

/** Requests to one server, as fast as it answers; it counts only if it answers that everything is stored. */
const sent = (name: string, makePeer: () => Promise<Peer>, way: Way) =>
  variant<Sent>({
    name,
    setup: async () => ({ peer: await makePeer(), tick: way.tick ?? 0 }),
    run: async (state, context) => {
      const requests = Math.floor(readingsOf(context, way.readings) / way.readings)
      const { authorization, port } = state.peer
      const { answered, elapsed, latencies } = await send({
        ...way,
        port,
        authorization,
        requests,
        devices,
        start,
        tick: state.tick
      })
      state.tick += Math.ceil(requests / devices) * way.readings
      return { units: answered * way.readings, latencies, elapsed }
    },
    teardown: ({ peer }) => peer.stop()
  })

const ours = (connections: number, readings: number): Way => ({
  path: "/v1/devices/:id/energy/readings",
  form: "wattkit",
  expects: `"accepted":${readings},`,
  connections,
  readings
})

/** Messages with QoS 1 over many connections, each with some in flight, acknowledged after the commit. */
const overMqtt = (name: string, publishers: number, inFlight: number) =>
  variant<Sent>({
    name,
    setup: async () => {
      const mqttPort = await freePort()
      const peer = await wattkit(devices, { WATTKIT_MQTT_PORT: String(mqttPort) })
      return { peer: { ...peer, port: mqttPort }, tick: 0 }
    },
    run: async (state, context) => {
      const requests = context.quick ? 10_000 : 200_000
      const { authorization, port } = state.peer
      const load: Load = {
        authorization,
        port,
        path: "devices/:id/readings",
        form: "wattkit",
        connections: publishers,
        readings: inFlight,
        requests,
        devices,
        start,
        tick: state.tick
      }
      const { answered, elapsed, latencies } = await send(load, "mqttLoad.ts")
      state.tick += Math.ceil(requests / devices)
      return { units: answered, latencies, elapsed }
    },
    teardown: ({ peer }) => peer.stop()
  })

const influxWay = (connections: number, readings: number): Way => ({
  path: "/write?db=bench&precision=ms",
  form: "influx",
  connections,
  readings
})

const fastifyWay = (connections: number, readings: number): Way => ({
  path: "/readings",
  form: "peer",
  expects: `"accepted":${readings}`,
  connections,
  readings,
  tick: readings === 1 ? 1_000_000 : 0
})

const overCopy = async (make: (url: string) => Promise<Peer>): Promise<Peer> => {
  const { url } = await enter()
  const peer = await make(url)
  return { ...peer, stop: () => peer.stop().then(leave) }
}

const names = {
  batches64: "HTTP, 100 readings, 64 connections",
  batches256: "HTTP, 100 readings, 256 connections",
  single: "HTTP, one reading, 64 connections",
  mqtt: "MQTT, one reading a message, 100 publishers",
  fastifyBatches: "Fastify + INSERT, 100 readings, 64 connections",
  fastifySingle: "Fastify + INSERT, one reading, 64 connections",
  influxBatches: "InfluxDB 1, 100 readings, 64 connections",
  influxSingle: "InfluxDB 1, one reading, 64 connections"
} as const

const valueOf = (rows: ReadonlyArray<Row>, name: string): number =>
  rows.find(({ variant }) => variant === name)?.value ?? Number.NaN

const ahead = (name: string, times: number, of: string) => ({
  name: `${name}: at least ${times} of ${of}`,
  holds: (rows: ReadonlyArray<Row>) => !(valueOf(rows, name) < times * valueOf(rows, of))
})

/**
 * Readings from devices to the disk, acknowledged after the commit, each way beside others who do the same.
 */
export default {
  name: "ingest",
  unit: "readings",
  limit: limit.name,
  rounds: 3,
  variants: [
    limit,
    sent(names.batches64, () => wattkit(devices), ours(64, 100)),
    sent(names.batches256, () => wattkit(devices), ours(256, 100)),
    sent(names.single, () => wattkit(devices), ours(64, 1)),
    overMqtt(names.mqtt, 100, 20),
    sent(names.fastifyBatches, () => overCopy(fastify), fastifyWay(64, 100)),
    sent(names.fastifySingle, () => overCopy(fastify), fastifyWay(64, 1)),
    ...(hasInflux
      ? [
          sent(names.influxBatches, influx, influxWay(64, 100)),
          sent(names.influxSingle, influx, influxWay(64, 1))
        ]
      : [])
  ],
  checks: [
    ahead(names.batches64, 2.3, names.fastifyBatches),
    ahead(names.batches64, 0.5, limit.name),
    ahead(names.batches256, 0.7, limit.name),
    ahead(names.batches64, 1, names.influxBatches),
    ahead(names.mqtt, 0.12, limit.name),
    {
      name: `${names.mqtt}: at least 60,000 a second`,
      holds: (rows) => !(valueOf(rows, names.mqtt) < 60_000)
    },
    ahead(names.single, 4, names.fastifySingle),
    ahead(names.single, 1, names.influxSingle)
  ]
} satisfies Bench
