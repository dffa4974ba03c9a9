import type { IncomingMessage, ServerResponse } from "node:http"
import { failure } from "@wattkit/api"
import { limits } from "../limits.ts"
import { problemOf, problemType, wantsProblem } from "./edge/problem.ts"
import { FrontServer } from "./FrontServer.ts"
import { starting } from "./handlers/Health.ts"
import { requestIdOf } from "./requestId.ts"
import { securityHeaders } from "./securityHeaders.ts"

/** A Node server that listens before there is anything to serve. */
export interface EarlyServer {
  readonly server: FrontServer
  /** Leaves the answers to others from now on. */
  readonly handOver: () => void
}

const notYet = "the server is starting; try again in a moment"

/** While the database starts, probes learn that the server lives, and everybody else to come back soon. */
const answerEarly = (startedAt: number) => (request: IncomingMessage, response: ServerResponse) => {
  const path = request.url?.split("?", 1)[0]
  const isProbe = path === "/health" || path === "/health/ready"
  const meta = {
    timestamp: new Date().toISOString(),
    requestId: requestIdOf(String(request.headers["x-request-id"] ?? ""))
  }
  const isProblem = !isProbe && path !== "/health/live" && wantsProblem(request.headers.accept)
  const body =
    path === "/health/live"
      ? { status: "ok" }
      : isProbe
        ? starting(startedAt)
        : isProblem
          ? problemOf(failure("UNAVAILABLE", notYet, meta))
          : failure("UNAVAILABLE", notYet, meta)
  const status = path === "/health/live" || path === "/health" ? 200 : 503
  response.writeHead(status, {
    ...securityHeaders({ status, headers: {} }),
    "content-type": isProblem ? problemType : "application/json",
    "cache-control": "no-store",
    "x-request-id": meta.requestId,
    ...(status === 503 ? { "retry-after": "1", connection: "close" } : {})
  })
  response.end(JSON.stringify(body))
}

/** Makes the Node server with every limit set. */
export const makeEarlyServer = (startedAt: number): EarlyServer => {
  const server = new FrontServer(limits.http)
  const early = answerEarly(startedAt)
  server.on("request", early)
  return { server, handOver: () => server.off("request", early) }
}
