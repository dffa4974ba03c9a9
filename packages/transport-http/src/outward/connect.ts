import { request } from "node:http"
import { connect as connectTcp, isIP, type Socket } from "node:net"
import { connect as connectTls, type SecureContext } from "node:tls"
import type { Destination } from "./destination.ts"
import { Unreachable, Untrusted } from "./errors.ts"

/** What all connections of a layer have in common. */
export interface Connecting {
  readonly secureContext: SecureContext
  readonly proxy: URL | undefined
}

/** One call: what ends it, and what to destroy when it ends. */
export interface Call {
  readonly signal: AbortSignal
  readonly sockets: Set<Socket>
}

/** So many addresses of a name are tried. */
const mostAddresses = 4

/**
 * Connects to one of the addresses, which were checked before and are not looked up again, and has the
 * receiver prove the name.
 */
export const connect = async (
  { secureContext, proxy }: Connecting,
  { host, port, scheme }: Destination,
  addresses: ReadonlyArray<string>,
  call: Call
): Promise<Socket> => {
  for (const address of addresses.slice(0, mostAddresses)) {
    if (call.signal.aborted) break
    const open = proxy === undefined ? direct(address, port, call) : tunnel(proxy, address, port, call)
    const socket = await open.catch(() => undefined)
    if (socket === undefined) continue
    return scheme === "http" ? socket : await secure(socket, host, secureContext, call)
  }
  throw new Unreachable({ message: `${host} takes no connection on port ${port}; look whether it is up` })
}

/** Keeps a socket until the call ends; what happens to it after its use is nobody's concern. */
const kept = <S extends Socket>(socket: S, call: Call): S => {
  call.sockets.add(socket)
  return socket.on("error", () => {})
}

const direct = (host: string, port: number, call: Call): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = kept(connectTcp({ host, port }), call)
    socket.once("connect", () => resolve(socket)).once("close", reject)
  })

/** The proxy is told the address, not the name, so what was checked is what is reached. */
const tunnel = (proxy: URL, address: string, port: number, call: Call): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const path = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`
    const user = [proxy.username, proxy.password].map(decodeURIComponent).join(":")
    const authorization = Buffer.from(user).toString("base64")
    const head = request({
      host: proxy.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: proxy.port === "" ? 80 : Number(proxy.port),
      method: "CONNECT",
      path,
      agent: false,
      headers: { host: path, ...(user === ":" ? {} : { "proxy-authorization": `Basic ${authorization}` }) },
      signal: call.signal
    })
    head.once("connect", ({ statusCode }, socket, rest) => {
      kept(socket as Socket, call)
      if (statusCode !== 200 || rest.length > 0) {
        socket.destroy()
        reject(new Error("the proxy refused"))
      } else resolve(socket as Socket)
    })
    head.once("response", () => reject(new Error("the proxy refused"))).once("error", reject)
    head.once("socket", (socket) => call.sockets.add(socket)).end()
  })

const secure = (socket: Socket, host: string, secureContext: SecureContext, call: Call): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const tls = connectTls({
      socket,
      host,
      // An address is verified like a name, but not sent as one.
      servername: isIP(host) === 0 ? host : "",
      secureContext,
      // Said, so that no variable of the environment can switch it off.
      rejectUnauthorized: true,
      ALPNProtocols: ["http/1.1"]
    })
    kept(tls, call).once("secureConnect", () => resolve(tls))
    tls.once("close", () => {
      const message = tls.authorizationError
        ? `The certificate of ${host} is not valid for it, or nobody known has signed it; renew it`
        : `${host} broke the connection off, or does not speak TLS`
      reject(tls.authorizationError ? new Untrusted({ message }) : new Unreachable({ message }))
    })
  })
