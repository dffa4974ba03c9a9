import { type IncomingMessage, Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"

/** Answers a request by itself and says so, or leaves it to others without having touched it. */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean

/** What Node tells of a request, by what it wants first. */
const asking = new Set(["request", "upgrade", "connect", "checkContinue", "checkExpectation"])

/** A Node server with somebody who looks at each request before everybody else does. */
export class FrontServer extends Server {
  /** Nobody at first. */
  front: Front = () => false

  /** Connections that have asked for nothing yet, each with what forgets it when it closes. */
  readonly #silent = new Map<Socket, () => void>()

  override emit(name: string, ...args: ReadonlyArray<unknown>): boolean {
    if (name === "connection") this.#listenFor(args[0] as Socket)
    if (asking.has(name)) this.#hasSpoken((args[0] as IncomingMessage).socket)
    if (name === "request" && this.front(args[0] as IncomingMessage, args[1] as ServerResponse)) return true
    return super.emit(name, ...args)
  }

  #listenFor(socket: Socket): void {
    const forget = (): void => void this.#silent.delete(socket)
    this.#silent.set(socket, forget)
    socket.on("close", forget)
  }

  #hasSpoken(socket: Socket): void {
    const forget = this.#silent.get(socket)
    if (forget === undefined) return
    socket.off("close", forget)
    forget()
  }

  /**
   * Ends connections that have asked for nothing. Browsers open some in advance, and a server that closes
   * would wait for their first request.
   */
  closeSilent(): void {
    for (const socket of this.#silent.keys()) socket.destroy()
  }
}
