import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The one secret of an installation. Everything that has to stay secret in the store is sealed with a key
 * that is made of it, so that who has the store alone has nothing.
 */
export interface ServerSecret {
  /** A key of 32 bytes for one purpose, the same each time. */
  readonly derive: (purpose: string) => Effect.Effect<Uint8Array<ArrayBuffer>>
}

/** The key of the ServerSecret service. */
export const ServerSecret = Context.Service<ServerSecret>("@wattkit/core/ServerSecret")

/** A secret from its bytes, at least 32 of them. */
export const layerOf = (secret: Uint8Array<ArrayBuffer>): Layer.Layer<ServerSecret> =>
  Layer.sync(ServerSecret, () => {
    const imported = crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"])
    return {
      derive: (purpose) =>
        Effect.promise(async () => {
          const info = new TextEncoder().encode(`wattkit ${purpose}`)
          const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info }
          return new Uint8Array(await crypto.subtle.deriveBits(how, await imported, 256))
        })
    }
  })
