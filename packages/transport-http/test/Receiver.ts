import { createServer as createHttp, type RequestListener } from "node:http"
import { createServer as createHttps } from "node:https"
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from "node:net"
import type { Certificate } from "./selfSigned.ts"

/** A server on every address of this machine, which counts whoever comes. */
export interface Receiver {
  readonly port: number
  /** Connections, whether a request came over them or not. */
  readonly hits: () => number
  /** Connections that are open now. */
  readonly open: () => number
  readonly close: () => Promise<void>
}

const listen = async (server: Server): Promise<Receiver> => {
  const sockets = new Set<Socket>()
  let hits = 0
  server.on("connection", (socket: Socket) => {
    hits++
    sockets.add(socket)
    socket.on("error", () => {}).on("close", () => sockets.delete(socket))
  })
  const { promise, reject, resolve } = Promise.withResolvers<void>()
  // Where there is no IPv6, without it.
  server.once("error", () => server.once("error", reject).listen(0, "0.0.0.0", resolve))
  server.listen(0, "::", resolve)
  await promise
  return {
    port: (server.address() as AddressInfo).port,
    hits: () => hits,
    open: () => sockets.size,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}

/** One that speaks HTTPS. */
export const httpsReceiver = (certificate: Certificate, answer: RequestListener): Promise<Receiver> =>
  listen(createHttps({ ...certificate }, answer))

/** One that speaks HTTP. */
export const httpReceiver = (answer: RequestListener): Promise<Receiver> => listen(createHttp(answer))

/** One that does with a connection what it likes. */
export const rawReceiver = (take: (socket: Socket) => void): Promise<Receiver> =>
  listen(createTcp((socket) => take(socket.resume())))

/** An address that nobody has; the proxy waits for it for ever. */
export const nobody = "192.0.2.1"

/** A proxy that lets through whoever says who they are; `told` is what it was asked. */
export const proxyReceiver = (told: (asked: string) => void): Promise<Receiver> => {
  const server = createHttp()
  server.on("connect", ({ headers, url }, socket: Socket) => {
    const authorization = headers["proxy-authorization"]
    told(`${url} ${authorization}`)
    if (authorization === undefined) {
      socket.end("HTTP/1.1 407 no\r\n\r\n")
      return
    }
    const { hostname, port } = new URL(`tcp://${url}`)
    if (hostname === nobody) return
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n")
      onward.pipe(socket).pipe(onward)
    }).on("error", () => socket.destroy())
  })
  return listen(server)
}
