import { request } from "node:http"
import { connect as connectTcp, isIP, type Socket } from "node:net"
import { connect as connectTls, type SecureContext } from "node:tls"
import type { Destination } from "./destination.ts"
import { Unreachable, Untrusted } from "./errors.ts"

/** What all connections of a layer have in common. */
export interface Connecting {
  readonly secureContext: SecureContext
  readonly proxy: Proxy | undefined
  /** How long one address may take while others are left. */
  readonly attemptMs: number
}

/** Where all connections go through. */
export interface Proxy {
  readonly host: string
  readonly port: number
  /** The value of the header that says who asks. */
  readonly authorization: string | undefined
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
  { attemptMs, proxy, secureContext }: Connecting,
  { host, port, scheme }: Destination,
  addresses: ReadonlyArray<string>,
  call: Call
): Promise<Socket> => {
  const tried = addresses.slice(0, mostAddresses)
  for (const [i, address] of tried.entries()) {
    if (call.signal.aborted) break
    // The last one has as long as the call has.
    const timeout = i < tried.length - 1 ? attemptMs : 0
    const way = { address, port, timeout }
    const open = proxy === undefined ? direct(way, call) : tunnel(proxy, way, call)
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

interface Way {
  readonly address: string
  readonly port: number
  readonly timeout: number
}

const direct = ({ address, port, timeout }: Way, call: Call): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = kept(connectTcp({ host: address, port, timeout }), call)
    socket.once("timeout", () => socket.destroy()).once("close", reject)
    socket.once("connect", () => {
      socket.setTimeout(0).removeAllListeners("timeout")
      resolve(socket)
    })
  })

/** The proxy is told the address, not the name, so what was checked is what is reached. */
const tunnel = (
  { authorization, host, port }: Proxy,
  { address, timeout, ...to }: Way,
  call: Call
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const path = `${isIP(address) === 6 ? `[${address}]` : address}:${to.port}`
    const headers = { host: path, ...(authorization && { "proxy-authorization": authorization }) }
    const asking = request({ host, port, method: "CONNECT", path, agent: false, headers, timeout })
    asking.once("timeout", () => asking.destroy()).once("error", reject)
    asking.once("socket", (socket) => kept(socket, call))
    asking.once("response", () => reject(asking.destroy()))
    asking.once("connect", ({ statusCode }, stream, rest) => {
      const socket = kept(stream as Socket, call)
      socket.setTimeout(0).removeAllListeners("timeout")
      // Nobody speaks before we do; what is here already is not from the receiver.
      if (statusCode === 200 && rest.length === 0) resolve(socket)
      else reject(socket.destroy())
    })
    asking.end()
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
