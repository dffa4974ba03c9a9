import type { Socket } from "node:net"
import { answerLength, isGood, namedIn } from "./answers.ts"
import { saidBy } from "./said.ts"
import { type Hear, open } from "./socket.ts"
import { type Answered, type Ready, type Task, timedOf } from "./Task.ts"

// Sends requests over many connections as fast as they are answered, without an HTTP library: on a machine
// that also runs the server, whatever the sender costs is taken from what is measured.

const requestOf = (task: Task, i: number): Buffer => {
  const device = i % task.devices
  const body = Buffer.from(saidBy(task, device, task.tick + Math.floor(i / task.devices) * task.readings))
  const head = [
    `POST ${task.path.replace(":id", `meter-${device}`)} HTTP/1.1`,
    "host: localhost",
    "content-type: application/json",
    `content-length: ${body.length}`,
    ...(task.key === undefined ? [] : [`authorization: Bearer ${task.key}`]),
    "",
    ""
  ].join("\r\n")
  return Buffer.concat([Buffer.from(head), body])
}

const retryName = /retry-after: *(\d+)/i

/** How long a server that has no room now asks to wait, in milliseconds; undefined for any other answer. */
const pauseOf = (bytes: Buffer, whole: number): number | undefined => {
  if (isGood(bytes, whole, undefined)) return undefined
  const text = bytes.toString("latin1", 0, whole)
  const hasNoRoom = /^HTTP\/1\.1 (429|503)/.test(text)
  return hasNoRoom ? 1_000 * Number(retryName.exec(text)?.[1] ?? 1) : undefined
}

/** Makes the requests and opens the connections. */
export const prepare = async (task: Task): Promise<Ready> => {
  const { connections, port, requests } = task
  const prepared = Array.from({ length: requests }, (_, i) => requestOf(task, i))
  const expects = task.expects === undefined ? undefined : Buffer.from(task.expects)
  const timed = timedOf(requests)
  const latencies: Array<number> = []
  let next = 0
  let answered = 0
  let refused = 0
  let fail: (error: Error) => void = () => {}
  const hears = Array.from({ length: connections }, () => ({ current: (() => 0) as Hear }))
  const sockets = await Promise.all(hears.map((hear) => open(port, hear, (error) => fail(error))))

  const talk = (socket: Socket, hear: { current: Hear }, done: () => void): void => {
    let named: Buffer | undefined
    let sentAt = 0
    let current = 0
    const send = (): void => {
      if (next >= requests) {
        socket.end()
        return done()
      }
      if (next % timed === 0) sentAt = performance.now()
      current = next++
      socket.write(prepared[current]!)
    }
    hear.current = (bytes, length) => {
      named ??= namedIn(bytes, length)
      const whole = answerLength(bytes, length, named)
      if (whole === 0) return 0
      const pause = pauseOf(bytes, whole)
      if (pause !== undefined) {
        refused++
        setTimeout(() => socket.write(prepared[current]!), pause)
        return whole
      }
      if (!isGood(bytes, whole, expects)) fail(new Error(bytes.toString("latin1", 0, Math.min(length, 600))))
      answered++
      if (sentAt > 0) {
        latencies.push(performance.now() - sentAt)
        sentAt = 0
      }
      send()
      return whole
    }
    send()
  }

  return {
    go: () =>
      new Promise<Answered>((resolve, reject) => {
        fail = reject
        let left = connections
        const done = (): void => void (--left === 0 && resolve({ answered, refused, latencies }))
        sockets.forEach((socket, i) => talk(socket, hears[i]!, done))
      })
  }
}
