import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** What one request looked like. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

/** A server on a free port that remembers what it was asked. */
export interface LocalServer {
  readonly baseUrl: string
  readonly seen: Array<Seen>
  readonly http: Server
  readonly close: () => Promise<void>
}

/** How a request is answered; `n` counts requests from 0. */
export type Respond = (response: ServerResponse, seen: Seen, n: number) => void

export const start = async (respond: Respond): Promise<LocalServer> => {
  const seen: Array<Seen> = []
  const http = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (body += chunk))
    request.on("end", () => {
      const one = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body }
      seen.push(one)
      respond(response, one, seen.length - 1)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  const { port } = http.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen,
    http,
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections()
        http.close(() => resolve())
      })
  }
}

/** Answers with JSON. */
export const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {}
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(JSON.stringify(body))
}

/** Data in its envelope. */
export const success = (data: unknown, meta: object = {}) => ({
  success: true,
  data,
  error: null,
  meta: { timestamp: "2026-01-01T00:00:00Z", requestId: "req_1", ...meta }
})

/** A failure in its envelope. */
export const failure = (code: string, message: string, details: ReadonlyArray<object> = []) => ({
  success: false,
  data: null,
  error: { code, message, details },
  meta: { timestamp: "2026-01-01T00:00:00Z", requestId: "req_2" }
})

/** A device as the server shows it. */
export const device = (id: string) => ({
  id,
  locationId: "loc_1",
  name: `Meter ${id}`,
  role: "grid",
  kind: "grid_meter",
  parentId: null,
  createdAt: "2026-01-01T00:00:00Z"
})
