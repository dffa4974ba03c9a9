import type { Socket } from "node:net"
import { saidBy } from "./said.ts"
import { type Hear, open } from "./socket.ts"
import { type Answered, type Ready, type Task, timedOf } from "./Task.ts"

// Sends RECORD frames over many WebSockets, with some in flight on each. The mask is all zeros, which is a
// mask like any other to the server and costs nothing here.

/** A text frame of a client. */
const frame = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const { length } = payload
  const size =
    length < 126
      ? Buffer.from([0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | 126, length >> 8, length & 255])
        : Buffer.from([
            0x80 | 127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255
          ])
  return Buffer.concat([Buffer.from([0x81]), size, Buffer.alloc(4), payload])
}

const upgrade = (path: string, key: string | undefined): string =>
  [
    `GET ${path} HTTP/1.1`,
    "host: x",
    "upgrade: websocket",
    "connection: upgrade",
    "sec-websocket-version: 13",
    "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==",
    "sec-websocket-protocol: wattkit.v1",
    `authorization: Bearer ${key ?? ""}`,
    "",
    ""
  ].join("\r\n")

const headEnd = Buffer.from("\r\n\r\n")
const recorded = Buffer.from('"type":"RECORDED"')
const ping = Buffer.from('{"type":"PING"}')
const pong = frame('{"type":"PONG"}')
const idName = Buffer.from('"id":"')

/** Where the payload of a frame starts and ends; undefined while it is not complete. */
const payloadOf = (bytes: Buffer, at: number, length: number) => {
  if (at + 4 > length) return undefined
  const short = bytes[at + 1]! & 0x7f
  const start = at + (short < 126 ? 2 : 4)
  const end = start + (short < 126 ? short : bytes.readUInt16BE(at + 2))
  return end <= length ? { start, end } : undefined
}

const welcomed = (socket: Socket, hear: { current: Hear }, { key, path }: Task): Promise<Socket> =>
  new Promise((resolve, reject) => {
    let isUpgraded = false
    hear.current = (bytes, length) => {
      const from = bytes.indexOf(headEnd) + 4
      if (!isUpgraded && (from < 4 || from > length)) return 0
      if (!isUpgraded && !bytes.toString("latin1", 0, 12).endsWith("101")) {
        reject(new Error(bytes.toString("latin1", 0, length)))
      }
      const at = isUpgraded ? 0 : from
      isUpgraded = true
      const payload = payloadOf(bytes, at, length)
      if (payload === undefined) return at
      resolve(socket)
      return payload.end
    }
    socket.write(upgrade(path, key))
  })

/** Makes the frames and opens the WebSockets. */
export const prepare = async (task: Task): Promise<Ready> => {
  const { connections, devices, inFlight, port, requests } = task
  const prepared = Array.from({ length: requests }, (_, i) => {
    const device = i % devices
    const readings = saidBy(task, device, task.tick + Math.floor(i / devices) * task.readings)
    return frame(`{"type":"RECORD","id":"${i}","deviceId":"meter-${device}","readings":${readings}}`)
  })
  const timed = timedOf(requests)
  const sentAt = new Float64Array(requests)
  const expects = Buffer.from(task.expects ?? "")
  const latencies: Array<number> = []
  let next = 0
  let answered = 0
  let fail: (error: Error) => void = () => {}
  const hears = Array.from({ length: connections }, () => ({ current: (() => 0) as Hear }))
  const sockets = await Promise.all(
    hears.map(async (hear) => welcomed(await open(port, hear, (error) => fail(error)), hear, task))
  )

  const talk = (socket: Socket, hear: { current: Hear }, done: () => void): void => {
    let open = 0
    const send = (): void => {
      const frames: Array<Buffer> = []
      const now = performance.now()
      for (; open < inFlight && next < requests; open++) {
        sentAt[next] = now
        frames.push(prepared[next++]!)
      }
      if (frames.length > 0) socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames))
      else if (open === 0) done()
    }
    const take = (payload: Buffer): void => {
      if (!payload.includes(recorded) || !payload.includes(expects)) {
        if (payload.equals(ping)) return void socket.write(pong)
        return fail(new Error(payload.toString()))
      }
      open--
      if (++answered % timed !== 0) return
      const at = payload.indexOf(idName) + idName.length
      const id = Number.parseInt(payload.toString("latin1", at, at + 10), 10)
      latencies.push(performance.now() - sentAt[id]!)
    }
    hear.current = (bytes, length) => {
      let used = 0
      for (;;) {
        const payload = payloadOf(bytes, used, length)
        if (payload === undefined) break
        take(bytes.subarray(payload.start, payload.end))
        used = payload.end
      }
      send()
      return used
    }
    send()
  }

  return {
    go: () =>
      new Promise<Answered>((resolve, reject) => {
        fail = reject
        let left = connections
        const done = (): void => void (--left === 0 && resolve({ answered, refused: 0, latencies }))
        sockets.forEach((socket, i) => talk(socket, hears[i]!, done))
      }).finally(() => sockets.forEach((socket) => socket.destroy()))
  }
}
