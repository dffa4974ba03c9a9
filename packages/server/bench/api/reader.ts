/** A process that reads over HTTP and takes the time; it stays, so that its code is warm in every round. */
import type { Socket } from "node:net"
import { answer } from "../live/child.ts"
import { answerLength, isGood, namedIn } from "../ingest/sender/answers.ts"
import { type Hear, open } from "../ingest/sender/socket.ts"

/** A request: what is sent along is posted. */
export interface Asked {
  readonly path: string
  readonly body?: string | undefined
}

/** What is to be asked, of whom and how. */
export interface Reading {
  readonly port: number
  readonly key: string
  readonly asked: ReadonlyArray<Asked>
  readonly connections: number
  /** So many requests a second, whether the ones before are answered or not; as many as go when left out. */
  readonly perSecond?: number | undefined
}

/** How it went. */
export interface Read {
  readonly answered: number
  readonly elapsed: number
  /** Of requests at a pace, from the moment each was due: waiting for a free connection counts. */
  readonly latencies: ReadonlyArray<number>
  readonly cpu: number
}

interface Line {
  readonly hear: { current: Hear }
  socket?: Socket
  named?: Buffer
  dueAt: number
}

const requestOf = ({ body, path }: Asked, key: string): Buffer => {
  const head = `${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\n`
  if (body === undefined) return Buffer.from(`GET ${head}\r\n`)
  const form = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`POST ${head}${form}\r\n${body}`)
}

const hearOn =
  (line: Line, done: (line: Line) => void, fail: (error: Error) => void): Hear =>
  (bytes, length) => {
    line.named ??= namedIn(bytes, length)
    const whole = answerLength(bytes, length, line.named)
    if (whole === 0) return 0
    if (!isGood(bytes, whole, undefined)) fail(new Error(bytes.toString("latin1", 0, Math.min(length, 600))))
    else done(line)
    return whole
  }

/** Gives requests to lines that are free, at their pace or as soon as there is one. */
const ask = (lines: ReadonlyArray<Line>, requests: ReadonlyArray<Buffer>, perSecond: number | undefined) =>
  new Promise<ReadonlyArray<number>>((resolve, reject) => {
    const latencies: Array<number> = []
    const free = [...lines]
    const begun = performance.now()
    let next = 0
    const dueOf = (i: number): number => (perSecond === undefined ? 0 : begun + (i * 1_000) / perSecond)
    const sendDue = (): void => {
      const now = performance.now()
      while (free.length > 0 && next < requests.length && dueOf(next) <= now) {
        // By turns: a server gives up a connection on which nothing is asked for seconds.
        const line = free.shift()!
        line.dueAt = perSecond === undefined ? now : dueOf(next)
        line.socket!.write(requests[next++]!)
      }
    }
    const ticking = perSecond === undefined ? undefined : setInterval(sendDue, 1)
    const done = (line: Line): void => {
      latencies.push(performance.now() - line.dueAt)
      free.push(line)
      if (latencies.length < requests.length) return sendDue()
      clearInterval(ticking)
      resolve(latencies)
    }
    for (const line of lines) line.hear.current = hearOn(line, done, reject)
    sendDue()
  })

answer<Reading>(async ({ asked, connections, key, perSecond, port }) => {
  const requests = asked.map((one) => requestOf(one, key))
  const lines = Array.from({ length: connections }, (): Line => ({ hear: { current: () => 0 }, dueAt: 0 }))
  const lost = (error: Error): never => {
    throw error
  }
  for (const line of lines) line.socket = await open(port, line.hear, lost)
  globalThis.gc?.()
  const before = process.cpuUsage()
  const started = performance.now()
  const latencies = await ask(lines, requests, perSecond)
  const elapsed = performance.now() - started
  const { system, user } = process.cpuUsage(before)
  for (const { socket } of lines) socket!.destroy()
  const read: Read = { answered: latencies.length, elapsed, latencies, cpu: user + system }
  return read
})
