import type { Cost } from "./argon2id.ts"

/** What is kept of a password that argon2id was used for. */
export interface Argon2idHash {
  readonly cost: Cost
  readonly salt: Buffer
  readonly digest: Buffer
}

/** Above these a hash is not computed: who can write one into the store shall not stop the server with it. */
const most: Cost = { memoryKiB: 128 * 1024, passes: 10, lanes: 4 }

const shape =
  /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

const text = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "")

/** The hash as one text that names its own algorithm, in the form others use as well. */
export const write = ({ cost, digest, salt }: Argon2idHash): string =>
  `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$${text(salt)}$${text(digest)}`

/** Reads such a text; undefined when it is another, or asks for more than is sensible. */
export const read = (hash: string): Argon2idHash | undefined => {
  const [, memory, passes, lanes, salt, digest] = shape.exec(hash) ?? []
  if (salt === undefined || digest === undefined) return undefined
  const cost = { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) }
  const isSensible =
    cost.lanes >= 1 &&
    cost.lanes <= most.lanes &&
    cost.passes >= 1 &&
    cost.passes <= most.passes &&
    cost.memoryKiB >= 8 * cost.lanes &&
    cost.memoryKiB <= most.memoryKiB
  if (!isSensible) return undefined
  return { cost, salt: Buffer.from(salt, "base64"), digest: Buffer.from(digest, "base64") }
}
