/**
 * Devices that publish and screens that show what was stored, in one process with one clock. What is measured
 * is how long after the instant it was due a reading, or a later one of the same device, is on a screen: what
 * is sent late or replaced by something newer is not forgiven.
 */
import { connect, type Socket } from "node:net"
import mqtt from "mqtt-packet"
import { greeting } from "../ingest/sender/mqttSender.ts"
import { answer } from "./child.ts"
import { nowMs } from "./load.ts"
import { answerPing, open } from "./socket.ts"

/** Who is where. Devices `meter-0`, `meter-1`, … are in the locations by turns. */
export interface Rooms {
  readonly port: number
  readonly mqttPort: number
  readonly key: string
  readonly locationIds: ReadonlyArray<string>
  readonly devices: number
  readonly screens: number
}

/** What the process is asked. */
export type ScreensQuestion =
  | ({ readonly ask: "connect" } & Rooms)
  | { readonly ask: "run"; readonly ms: number; readonly everyMs: number }

/** What the screens showed. */
export interface Shown {
  readonly published: number
  readonly acknowledged: number
  /** How many readings the screens had to show, each on every screen of its location. */
  readonly expected: number
  /** From the instant a reading was due to the frame with it or with a later one. */
  readonly latencies: ReadonlyArray<number>
  /** The same of those that a frame holds, as they are what a person sees. */
  readonly seen: ReadonlyArray<number>
}

const publishers = 50

let rooms: Rooms
let sockets: ReadonlyArray<Socket> = []
let acknowledged = 0
let latencies: Array<number> = []
let seen: Array<number> = []
let everyMs = Number.POSITIVE_INFINITY

/** What each screen showed last of each device of its location. */
let lastShown: Array<Map<string, number>> = []

const connected = (client: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port: rooms.mqttPort, host: "127.0.0.1", noDelay: true })
    socket.write(greeting(client, rooms.key))
    socket.once("error", reject)
    socket.once("data", (hello) => {
      if (hello[3] !== 0) return reject(new Error(`the connection was refused with ${hello[3]}`))
      socket.on("data", (acks: Buffer) => void (acknowledged += acks.length / 4))
      resolve(socket)
    })
  })

const payloadOf = (frame: Buffer): string => frame.toString("utf8", (frame[1]! & 0x7f) < 126 ? 2 : 4)

interface Update {
  readonly type: string
  readonly readings?: ReadonlyArray<{ readonly deviceId: string; readonly at: string }>
}

const show = (screen: number, frame: Buffer, now: number): void => {
  const { readings = [] } = JSON.parse(payloadOf(frame)) as Update
  const last = lastShown[screen]!
  for (const { at, deviceId } of readings) {
    const due = Date.parse(at)
    const from = last.get(deviceId)
    // What is of another run is older than all that is due now.
    if (from === undefined || due <= from) continue
    seen.push(now - due)
    for (let one = from + everyMs; one <= due; one += everyMs) latencies.push(now - one)
    last.set(deviceId, due)
  }
}

const locationOf = (screen: number): string => rooms.locationIds[screen % rooms.locationIds.length]!

const connectAll = async (asked: Rooms): Promise<void> => {
  rooms = asked
  sockets = await Promise.all(Array.from({ length: publishers }, (_, client) => connected(client)))
  const { key, port, screens } = asked
  lastShown = Array.from({ length: screens }, () => new Map())
  for (let screen = 0; screen < screens; screen++) {
    const hear = (socket: Socket, frame: Buffer): void => {
      const now = nowMs()
      if (frame.includes("ENERGY_UPDATE")) show(screen, frame, now)
      else answerPing(socket, frame)
    }
    await open({ port, key, locationId: locationOf(screen), hear })
  }
}

const publish = (device: number, due: number, id: number): void => {
  const packet = mqtt.generate({
    cmd: "publish",
    topic: `devices/meter-${device}/readings`,
    payload: `{"at":"${new Date(due).toISOString()}","powerW":${device + 0.5}}`,
    qos: 1,
    messageId: (id % 65_535) + 1,
    dup: false,
    retain: false
  })
  sockets[device % publishers]!.write(packet)
}

const until = async (isSo: () => boolean, ms: number): Promise<void> => {
  for (const end = nowMs() + ms; !isSo() && nowMs() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Every device says something every so often; they are spread evenly over that time. */
const run = async (ms: number, every: number): Promise<Shown> => {
  const { devices, locationIds, screens } = rooms
  const rounds = Math.round(ms / every)
  const started = Math.ceil(nowMs()) + 50
  const dueOf = (nth: number): number =>
    started + Math.floor(nth / devices) * every + Math.floor(((nth % devices) * every) / devices)
  everyMs = every
  latencies = []
  seen = []
  acknowledged = 0
  for (const [screen, last] of lastShown.entries()) {
    last.clear()
    for (let device = screen % locationIds.length; device < devices; device += locationIds.length) {
      last.set(`meter-${device}`, dueOf(device) - every)
    }
  }
  const published = rounds * devices
  const expected = lastShown.slice(0, screens).reduce((sum, { size }) => sum + size * rounds, 0)
  for (let nth = 0; nth < published;) {
    while (nth < published && dueOf(nth) <= nowMs()) publish(nth % devices, dueOf(nth), nth++)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await until(() => acknowledged >= published && latencies.length >= expected, 10_000)
  return { published, acknowledged, expected, latencies, seen }
}

answer<ScreensQuestion>(async (question) => {
  if (question.ask === "run") return run(question.ms, question.everyMs)
  await connectAll(question)
  return {}
})
