import { connect, type Socket } from "node:net"
import { parentPort, workerData } from "node:worker_threads"
import type { Load, Loaded } from "./Load.ts"
import { saidBy, valuesOf } from "./said.ts"

// Sends requests over many connections as fast as they are answered, without an HTTP library: on a machine
// that also runs the server, whatever the sender costs is taken from what is measured.

const load = workerData as Load
const { connections, port, requests } = load

const device = (i: number): string => `meter-${i % load.devices}`

const bodyOf = (i: number): string => {
  const index = i % load.devices
  const round = Math.floor(i / load.devices)
  const from = load.tick + round * load.readings
  const rows = Array.from({ length: load.readings }, (_, k) => valuesOf(load, index, from + k))
  if (load.form === "influx") {
    return rows
      .map(
        ({ at, importWh, powerW, voltageV }) =>
          `r,d=${device(i)} powerW=${powerW},importWh=${importWh},voltageV=${voltageV} ${at}`
      )
      .join("\n")
  }
  if (load.form === "peer") return JSON.stringify(rows.map((row) => ({ device: index + 1, ...row })))
  const said = rows.map((_, k) => saidBy(load, index, from + k))
  return JSON.stringify(said.length === 1 ? said[0] : said)
}

const requestOf = (i: number): Buffer => {
  const body = Buffer.from(bodyOf(i))
  const path = load.path.replace(":id", device(i))
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    "content-type: application/json",
    `content-length: ${body.length}`,
    ...(load.authorization === undefined ? [] : [`authorization: ${load.authorization}`]),
    "",
    ""
  ].join("\r\n")
  return Buffer.concat([Buffer.from(head), body])
}

/** How much of a buffer an answer takes; 0 while it is not complete. */
const answerLength = (text: string): number => {
  const end = text.indexOf("\r\n\r\n")
  if (end < 0) return 0
  const length = /content-length: *(\d+)/i.exec(text.slice(0, end))
  const isEmpty = text.startsWith("HTTP/1.1 204")
  if (length === null && !isEmpty) throw new Error(`an answer without a length: ${text.slice(0, 300)}`)
  const whole = end + 4 + (isEmpty ? 0 : Number(length?.[1]))
  return text.length >= whole ? whole : 0
}

const prepared = Array.from({ length: requests }, (_, i) => requestOf(i))
const latencies = new Float64Array(requests)
let next = 0
let answered = 0

const talk = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = ""
    let sentAt = 0
    let current = 0
    const send = (): void => {
      if (next >= requests) {
        socket.end()
        return resolve()
      }
      current = next++
      sentAt = performance.now()
      socket.write(prepared[current]!)
    }
    socket.setNoDelay(true)
    socket.on("error", reject)
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1")
      const length = answerLength(text)
      if (length === 0) return
      if (!text.startsWith("HTTP/1.1 20")) return reject(new Error(text.slice(0, 600)))
      if (load.expects !== undefined && !text.includes(load.expects))
        return reject(new Error(text.slice(0, 600)))
      text = text.slice(length)
      latencies[current] = performance.now() - sentAt
      answered++
      send()
    })
    send()
  })

const open = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket))
    socket.once("error", reject)
  })

const sockets = await Promise.all(Array.from({ length: connections }, open))
const started = performance.now()
await Promise.all(sockets.map(talk))
const loaded: Loaded = { elapsed: performance.now() - started, latencies: Array.from(latencies), answered }
parentPort!.postMessage(loaded, [])
