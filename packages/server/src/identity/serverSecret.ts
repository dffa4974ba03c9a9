import { join } from "node:path"
import { layerServerSecret, type ServerSecret } from "@wattkit/core"
import { Effect, Layer, Redacted } from "effect"
import type { ServerConfig } from "../config.ts"
import { StartError } from "../StartError.ts"
import * as SecretFile from "./SecretFile.ts"
import { leastBytes, secretBytes } from "./weakness.ts"

/** The file in the data directory. */
const fileName = "secret"

const kept = Effect.fnUntraced(function* (dataDir: string) {
  const file = join(dataDir, fileName)
  const { text, wasOpen } = yield* Effect.try({
    try: () => {
      if (SecretFile.read(file) === undefined) SecretFile.make(file)
      return { wasOpen: SecretFile.close(file), text: SecretFile.read(file) ?? "" }
    },
    catch: (error) =>
      new StartError({
        message:
          `the secret of the installation cannot be kept in ${file}: ${String(error)}. ` +
          "Set WATTKIT_SECRET instead."
      })
  })
  if (wasOpen) yield* Effect.logWarning(`${file} could be read by others; now it cannot`)
  const bytes = secretBytes(text)
  if (bytes !== undefined && bytes.length >= leastBytes) return bytes
  return yield* new StartError({
    message: `${file} is damaged. Bring it back from a backup: what was sealed with it opens with no other.`
  })
})

/**
 * The secret of the installation: the one that was set, or that of the data directory, which is made at the
 * first start. Servers that share a database must share the secret too, so there it has to be set.
 */
export const layer = ({
  databaseUrl,
  dataDir,
  identity
}: Pick<ServerConfig, "databaseUrl" | "dataDir" | "identity">): Layer.Layer<ServerSecret, StartError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      if (identity.secret !== undefined) {
        return layerServerSecret(secretBytes(Redacted.value(identity.secret))!)
      }
      if (databaseUrl === undefined) return layerServerSecret(yield* kept(dataDir))
      return yield* new StartError({
        message:
          "WATTKIT_SECRET is not set. With DATABASE_URL it has to be, to the same value for all servers of " +
          "the database. Make one with: openssl rand -base64 32 | tr '+/' '-_' | tr -d ="
      })
    })
  )
