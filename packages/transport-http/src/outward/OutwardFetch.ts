import { createSecureContext, getCACertificates } from "node:tls"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Call, connect, type Connecting, type Proxy } from "./connect.ts"
import { type Destination, destinationOf, hostRefused } from "./destination.ts"
import { InvalidOutwardRules, isOutwardError, type OutwardError, TimedOut, Unreachable } from "./errors.ts"
import { checkHeaders, exchange, type OutwardAnswer, type OutwardRequest } from "./exchange.ts"
import { parseIp } from "./ipAddress.ts"
import { askDns, askMachine, type Resolve } from "./names.ts"
import { isNamed, type OutwardRules, type OutwardRulesOptions, rulesOf, whyRefused } from "./OutwardRules.ts"

/** Where calls may go, how long they may last and what is read of their answers. */
export interface OutwardOptions extends OutwardRulesOptions {
  /** Until a name is looked up and a connection made; 5000 unless said. */
  readonly connectMs?: number | undefined
  /** Until the answer is read, all together; 10 000 unless said. */
  readonly totalMs?: number | undefined
  /** So much is read of a body; 65 536 unless said. */
  readonly bodyBytes?: number | undefined
  /** Certificates in PEM that are trusted as well, for receivers in the operator's own network. */
  readonly ca?: ReadonlyArray<string> | undefined
  /** A proxy that all calls leave by: `http://user:password@proxy.lan:3128`. It has to know CONNECT. */
  readonly proxy?: string | undefined
  /** All addresses of a name, in place of DNS. */
  readonly resolve?: Resolve | undefined
}

/**
 * Calls addresses that users gave, without becoming a way into the network of the server.
 *
 * A name is looked up once. Every address it has must be public or allowed by the operator, and one of these
 * very addresses is connected to. Redirects are answers. A connection serves one request.
 */
export interface OutwardFetch {
  readonly fetch: (url: string, request?: OutwardRequest) => Effect.Effect<OutwardAnswer, OutwardError>
  /** Judges a URL as `fetch` would, without connecting, and answers the spelling of it that is used. */
  readonly check: (url: string) => Effect.Effect<string, OutwardError>
}

/** The key of the OutwardFetch service. */
export const OutwardFetch = Context.Service<OutwardFetch>("@wattkit/transport-http/OutwardFetch")

/** Calls over the network, within what the options allow. */
export const layerOutwardFetch = (
  options: OutwardOptions = {}
): Layer.Layer<OutwardFetch, InvalidOutwardRules> => Layer.effect(OutwardFetch, make(options))

const make = Effect.fnUntraced(function* (
  options: OutwardOptions
): Effect.fn.Return<OutwardFetch, InvalidOutwardRules> {
  const { bodyBytes = 65_536, connectMs = 5000, totalMs = 10_000 } = options
  const rules = yield* Effect.fromResult(rulesOf(options))
  const connecting: Connecting = {
    proxy: yield* proxyOf(options.proxy),
    secureContext: yield* trust(options.ca),
    attemptMs: connectMs / 4
  }
  const find = finder(rules, options.resolve)

  const reach = Effect.fnUntraced(function* (url: string) {
    const destination = yield* Effect.fromResult(destinationOf(rules, url))
    return { destination, addresses: yield* find(destination) }
  })
  const inTime = <A, E>(effect: Effect.Effect<A, E>, during: "connect" | "answer", ms: number) =>
    Effect.timeoutOrElse(effect, { duration: ms, orElse: () => Effect.fail(late(during, ms)) })

  return {
    check: (url) =>
      Effect.map(inTime(reach(url), "connect", connectMs), ({ destination }) => destination.url.href),
    fetch: Effect.fnUntraced(function* (url, request = {}) {
      yield* Effect.fromResult(checkHeaders(request.headers ?? {}))
      const sockets: Call["sockets"] = new Set()
      const open = Effect.flatMap(reach(url), ({ addresses, destination }) =>
        attempt(async (signal) => ({
          destination,
          socket: await connect(connecting, destination, addresses, { signal, sockets })
        }))
      )
      const call = Effect.flatMap(inTime(open, "connect", connectMs), ({ destination, socket }) =>
        attempt(() => exchange(socket, destination, request, bodyBytes))
      )
      const end = Effect.sync(() => sockets.forEach((socket) => socket.destroy()))
      return yield* Effect.ensuring(inTime(call, "answer", totalMs), end)
    })
  }
})

/** What is not one of the errors that are told is a mistake of this program. */
const attempt = <A>(run: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, OutwardError> =>
  Effect.tryPromise({
    try: (signal) => run(signal),
    catch: (error) => {
      if (isOutwardError(error)) return error
      throw error
    }
  })

const late = (during: "connect" | "answer", ms: number): TimedOut =>
  new TimedOut({
    during,
    message:
      during === "connect"
        ? `There was no connection within ${ms} ms; look whether the receiver is up`
        : `There was no whole answer within ${ms} ms; the receiver has to answer first and work afterwards`
  })

/** Finds all addresses of a destination, of which every one can be reached so. */
const finder = (rules: OutwardRules, resolve: Resolve | undefined) =>
  Effect.fnUntraced(function* (destination: Destination) {
    const { host, name } = destination
    const ask = resolve ?? (isNamed(rules, name) ? askMachine : askDns)
    const addresses =
      name === undefined
        ? [host]
        : yield* Effect.tryPromise({
            try: (signal) => ask(name, signal),
            catch: () => new Unreachable({ message: `The name ${host} cannot be looked up at the moment` })
          })
    for (const address of addresses) {
      const ip = parseIp(address)
      const why = ip === undefined ? "no address" : whyRefused(rules, destination, ip)
      if (why === undefined) continue
      // For the operator alone: whoever gave the name shall not learn what it means inside.
      yield* Effect.logDebug("An outward call was refused", { host, address, why })
      return yield* Effect.fromResult(hostRefused(host))
    }
    if (addresses.length === 0) return yield* Effect.fromResult(hostRefused(host))
    return addresses
  })

const proxyOf = (text: string | undefined): Effect.Effect<Proxy | undefined, InvalidOutwardRules> =>
  Effect.try({
    try: () => {
      if (text === undefined) return undefined
      const { hostname, password, port, protocol, username } = new URL(text)
      if (protocol !== "http:") throw new TypeError(protocol)
      const user = [username, password].map((part) => decodeURIComponent(part)).join(":")
      return {
        host: hostname.replace(/^\[(.*)\]$/, "$1"),
        port: port === "" ? 80 : Number(port),
        authorization: user === ":" ? undefined : `Basic ${Buffer.from(user).toString("base64")}`
      }
    },
    // The text may have a password, so it is not told.
    catch: () => new InvalidOutwardRules({ message: "The proxy must be given as http://proxy.lan:3128" })
  })

const trust = (ca: ReadonlyArray<string> | undefined) =>
  Effect.try({
    try: () =>
      createSecureContext({
        minVersion: "TLSv1.2",
        ...(ca === undefined ? {} : { ca: [...getCACertificates("default"), ...ca] })
      }),
    catch: () => new InvalidOutwardRules({ message: "ca must be certificates in PEM" })
  })
