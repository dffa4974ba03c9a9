import { connect as connectTcp } from "node:net"
import type { Duplex } from "node:stream"
import { connect as connectTls, type ConnectionOptions } from "node:tls"

/** Where a broker is. */
export interface Address {
  readonly url: URL
  readonly tls: ConnectionOptions
}

const ports: { readonly [protocol: string]: number } = { "mqtt:": 1883, "mqtts:": 8883 }

/** The largest frame of a WebSocket; one may hold several packets. */
const mostFrameBytes = 16 * 1024 * 1024

/** Whether brokers are reached this way. */
export const isDialled = (protocol: string): boolean => /^(mqtts?|wss?):$/.test(protocol)

// A URL keeps the brackets of an IPv6 address, and a socket does not want them.
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "") || "localhost"

const open = async ({ tls, url }: Address): Promise<{ stream: Duplex; opened: string }> => {
  const target = { host: hostOf(url), port: Number(url.port || ports[url.protocol]) }
  if (url.protocol === "mqtt:") {
    return { stream: connectTcp({ ...target, noDelay: true }), opened: "connect" }
  }
  if (url.protocol === "mqtts:") {
    const servername = /^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }
    return { stream: connectTls({ ...servername, ...tls, ...target }), opened: "secureConnect" }
  }
  const { WebSocket, createWebSocketStream } = await import("ws")
  const plain = new URL(url)
  plain.username = ""
  plain.password = ""
  const socket = new WebSocket(plain, "mqtt", {
    ...tls,
    perMessageDeflate: false,
    maxPayload: mostFrameBytes
  })
  const stream = createWebSocketStream(socket)
  socket.once("open", () => stream.emit("opened"))
  return { stream, opened: "opened" }
}

/** Opens a stream of bytes to a broker, before the signal ends. */
export const dial = async (address: Address, signal: AbortSignal): Promise<Duplex> => {
  const { opened, stream } = await open(address)
  // Also what is given up may still fail, and nobody else listens then.
  stream.on("error", () => {})
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined) => {
      signal.removeEventListener("abort", abort)
      stream.off("error", fail).off("close", close).off(opened, done)
      if (error === undefined) return resolve(stream)
      stream.destroy()
      reject(error)
    }
    const done = () => settle(undefined)
    const fail = (error: Error) => settle(error)
    const close = () => settle(new Error("the connection was closed"))
    const abort = () => settle(new Error("the broker did not answer in time"))
    stream.on("error", fail).on("close", close).on(opened, done)
    signal.addEventListener("abort", abort)
    if (signal.aborted) abort()
  })
}
