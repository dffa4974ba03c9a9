import { type IncomingMessage, Server, type ServerResponse } from "node:http"

/** Answers a request by itself and says so, or leaves it to others without having touched it. */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean

/** A Node server with somebody who looks at each request before everybody else does. */
export class FrontServer extends Server {
  /** Nobody at first. */
  front: Front = () => false

  override emit(name: string, ...args: ReadonlyArray<unknown>): boolean {
    if (name === "request" && this.front(args[0] as IncomingMessage, args[1] as ServerResponse)) return true
    return super.emit(name, ...args)
  }
}
