import type { Socket } from "node:net"
import mqtt from "mqtt-packet"
import { saidBy } from "./said.ts"
import { type Hear, open } from "./socket.ts"
import { type Answered, type Ready, type Task, timedOf } from "./Task.ts"

// Publishes messages with QoS 1 over many connections and counts what is acknowledged. In MQTT 3.1.1 an
// acknowledgement is four bytes, so no library is needed to read it.

/** How a client introduces itself. */
export const greeting = (client: number, key: string | undefined): Buffer =>
  mqtt.generate({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    clientId: `bench-${client}`,
    keepalive: 0,
    ...(key === undefined ? {} : { username: "bench", password: Buffer.from(key) })
  })

/** The messages of a connection, one after the other, and where each of them ends. */
interface Line {
  readonly bytes: Buffer
  readonly ends: Uint32Array
}

/** Connections share the devices, and each device's readings stay in order. */
const lineOf = (task: Task, client: number, each: number): Line => {
  const own = Math.floor(task.devices / task.connections)
  const packets = Array.from({ length: each }, (_, nth) => {
    const device = client * own + (nth % own)
    return mqtt.generate({
      cmd: "publish",
      topic: task.path.replace(":id", `meter-${device}`),
      payload: saidBy(task, device, task.tick + Math.floor(nth / own)),
      qos: 1,
      messageId: nth + 1,
      dup: false,
      retain: false
    })
  })
  let end = 0
  return { bytes: Buffer.concat(packets), ends: Uint32Array.from(packets, ({ length }) => (end += length)) }
}

const welcomed = (socket: Socket, hear: { current: Hear }, hello: Buffer): Promise<Socket> =>
  new Promise((resolve, reject) => {
    hear.current = (bytes, length) => {
      if (length < 4) return 0
      if (bytes[0] === 0x20 && bytes[3] === 0) resolve(socket)
      else reject(new Error(`the connection was refused with ${bytes[3]}`))
      return 4
    }
    socket.write(hello)
  })

/** Makes the messages and connects. */
export const prepare = async (task: Task): Promise<Ready> => {
  const { connections, inFlight, port } = task
  const each = Math.floor(task.requests / connections)
  if (each > 65_535) throw new Error("a connection has no more than 65,535 messages")
  const lines = Array.from({ length: connections }, (_, client) => lineOf(task, client, each))
  const timed = timedOf(task.requests)
  const latencies: Array<number> = []
  let answered = 0
  let fail: (error: Error) => void = () => {}
  const hears = lines.map(() => ({ current: (() => 0) as Hear }))
  const sockets = await Promise.all(
    hears.map(async (hear, client) => {
      const socket = await open(port, hear, (error) => fail(error))
      return welcomed(socket, hear, greeting(client, task.key))
    })
  )

  const talk = (socket: Socket, hear: { current: Hear }, { bytes, ends }: Line, done: () => void): void => {
    const sentAt = new Float64Array(each + 1)
    let sent = 0
    let acknowledged = 0
    const send = (): void => {
      const until = Math.min(each, acknowledged + inFlight)
      if (sent >= until) return
      const now = performance.now()
      const from = sent === 0 ? 0 : ends[sent - 1]!
      while (sent < until) sentAt[++sent] = now
      socket.write(bytes.subarray(from, ends[sent - 1]))
    }
    hear.current = (acks, length) => {
      const whole = length - (length % 4)
      const now = performance.now()
      for (let at = 0; at < whole; at += 4) {
        if (acks[at] !== 0x40) fail(new Error(`not an acknowledgement: ${acks[at]}`))
        if (++answered % timed === 0) latencies.push(now - sentAt[acks.readUInt16BE(at + 2)]!)
      }
      acknowledged += whole / 4
      if (acknowledged < each) send()
      else if (whole > 0) {
        socket.removeAllListeners("close")
        socket.end()
        done()
      }
      return whole
    }
    socket.on("close", () => fail(new Error(`the connection was closed after ${acknowledged} of ${each}`)))
    send()
  }

  return {
    go: () =>
      new Promise<Answered>((resolve, reject) => {
        fail = reject
        let left = connections
        const done = (): void => void (--left === 0 && resolve({ answered, refused: 0, latencies }))
        sockets.forEach((socket, i) => talk(socket, hears[i]!, lines[i]!, done))
      })
  }
}
