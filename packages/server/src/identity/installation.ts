import { identitySettings, issuer } from "@wattkit/engine"
import { Layer } from "effect"
import type { ServerConfig } from "../config.ts"
import { trustedProxies } from "../http/handlers/identity/visitor.ts"

const DAY = 24 * 60 * 60_000

/**
 * What an installation decides about signing in. `url` is where this server is reached, as it knows itself;
 * it begins the links in messages.
 *
 * The issuer of tokens is the address that was set, or a word that stays the same: an address that this
 * server found out could be another after the next start, and every token would be worth nothing.
 */
export const layer = (
  {
    edge,
    environment,
    identity,
    publicUrl
  }: Pick<ServerConfig, "edge" | "environment" | "identity" | "publicUrl">,
  url: string
) =>
  Layer.mergeAll(
    Layer.succeed(identitySettings, {
      publicUrl: url,
      registration: identity.registration ?? (environment === "production" ? "closed" : "open"),
      idleMs: identity.sessionDays * DAY
    }),
    publicUrl === undefined ? Layer.empty : Layer.succeed(issuer, publicUrl),
    Layer.succeed(trustedProxies, edge.trustedProxies)
  )
