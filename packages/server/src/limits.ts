import { limits as ingest } from "@wattkit/transport-http"
import { limits as live } from "@wattkit/transport-websocket"

/**
 * Everything that a stranger could otherwise make grow without end, in one place.
 *
 * Node checks connections every 30 seconds unless told otherwise, and waits a minute for headers: long enough
 * for a few hundred slow sockets to hold all others up.
 */
export const limits = {
  /** Bodies of every route that does not say otherwise. */
  bodyBytes: 1024 * 1024,
  ingest,
  live,
  liveConnections: 10_000,
  tickets: { count: 10_000, lifetimeMs: 30_000 },
  http: {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 5_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 1_000
  },
  /** What is shorter is sent as it is. */
  compressFromBytes: 1024,
  /** Of so many credentials, and of so many addresses, requests are counted at the same time. */
  rates: { names: 100_000 },
  /** Requests with an `Idempotency-Key`. */
  idempotency: {
    /** Larger answers are not kept; that the request was done still is. */
    answerBytes: 256 * 1024,
    /** How long one waits for a twin that is being answered. */
    waitMs: 3_000,
    /** Whoever began a request and has not answered by then will not. */
    leaseMs: 60_000
  },
  /** How long requests in flight may take when the server stops. */
  drainMs: 15_000
} as const
