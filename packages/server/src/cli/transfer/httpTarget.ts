import { createClient, type Client, WattkitError } from "@wattkit/client"
import { type DeviceReading, Instant } from "@wattkit/core"
import { Effect } from "effect"
import { StartError } from "../../StartError.ts"
import type { Target } from "./Target.ts"

/** A server to bring readings to, and the key to it. */
export interface Server {
  readonly url: string
  readonly key: string
}

/** A client that waits for a server which is busy or restarts. */
export const clientOf = ({ key, url }: Server): Effect.Effect<Client, StartError> =>
  Effect.try({
    try: () => createClient({ baseUrl: url, auth: key, retries: 8, timeoutMs: 120_000 }),
    catch: () => new StartError({ message: `--url is "${url}", but must be as http://localhost:8080.` })
  })

const sentence = ({ url }: Server, error: WattkitError): string => {
  if (error.code === "UNAUTHORIZED") return `${url} does not know this key; give another with --key.`
  if (error.code === "FORBIDDEN") return `the key may not do this at ${url}: ${error.message}`
  return `${url}: ${error.message}`
}

/** Calls a server; what goes wrong is a sentence. */
export const ask = <A>(server: Server, call: () => PromiseLike<A>): Effect.Effect<A, StartError> =>
  Effect.tryPromise({
    try: async () => call(),
    catch: (cause) => {
      if (!(cause instanceof WattkitError)) throw cause
      return new StartError({ message: sentence(server, cause) })
    }
  })

const isMissing = (cause: unknown): boolean => cause instanceof WattkitError && cause.status === 404

const wireOf = ({ at, deviceId: _, since, ...rest }: DeviceReading) => ({
  at: Instant.format(at),
  ...(since === undefined ? {} : { since: Instant.format(since) }),
  ...rest
})

/** A server, over HTTP. */
export const make = Effect.fnUntraced(function* (server: Server): Effect.fn.Return<Target, StartError> {
  const client = yield* clientOf(server)
  return {
    name: server.url.replace(/\/+$/, ""),
    batch: 5000,
    writers: 2,
    isByDevice: true,
    append: (batch) =>
      Effect.map(
        ask(server, () =>
          client.readings.ingest({ id: batch[0]?.deviceId ?? "", body: { readings: batch.map(wireOf) } })
        ),
        ({ accepted, duplicates, rejected }) => ({ accepted, duplicates, refused: rejected })
      ),
    hasDevice: (id) =>
      ask(server, () =>
        client.devices.get({ id }).then(
          () => true,
          (cause: unknown) => {
            if (isMissing(cause)) return false
            throw cause
          }
        )
      ),
    createDevice: (id, locationId, draft) =>
      Effect.asVoid(
        ask(server, () => client.devices.register({ locationId, body: { id, name: id, ...draft } }))
      )
  }
})
