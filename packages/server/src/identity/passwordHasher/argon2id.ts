import crypto from "node:crypto"
import { Effect } from "effect"

/** What one hash costs: memory, how often it is gone through, and in how many lanes. */
export interface Cost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

/** What new hashes cost: what OWASP recommends. */
export const usualCost: Cost = { memoryKiB: 19 * 1024, passes: 2, lanes: 1 }

/** How many bytes of salt and of digest new hashes have. */
export const lengths = { salt: 16, digest: 32 }

/** The digest of a password. */
export type Derive = (
  password: Uint8Array,
  salt: Uint8Array,
  cost: Cost,
  length: number
) => Effect.Effect<Uint8Array>

/** Node has argon2 from 24.7 on. It is looked up by name, or an older one could not load this file at all. */
export const isAvailable = (): boolean => typeof crypto.argon2 === "function"

/** Computes in a thread of Node's pool. */
export const derive: Derive = (message, nonce, { lanes, memoryKiB, passes }, tagLength) =>
  Effect.callback((resume) => {
    const options = { message, nonce, memory: memoryKiB, passes, parallelism: lanes, tagLength }
    crypto.argon2("argon2id", options, (error, digest) =>
      resume(error === null ? Effect.succeed(digest) : Effect.die(error))
    )
  })
