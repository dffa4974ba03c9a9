import type { QueueStorage } from "../queue/QueueStorage.ts"

/** Where a session keeps its tokens; every storage of a queue is one. */
export type TokenStorage = Omit<QueueStorage, "keys">

/** What the server gives who is signed in. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** For how many seconds the access token counts. */
  readonly expiresIn: number
}

/** Tokens as they are kept. */
export interface Kept extends Omit<Tokens, "expiresIn"> {
  /** From when on the access token is not used any more: before the server refuses it. */
  readonly staleAt: number
}

/** The tokens of one session in a storage. */
export class KeptTokens {
  readonly #storage: TokenStorage
  readonly #key: string

  constructor(storage: TokenStorage, name: string) {
    this.#storage = storage
    this.#key = `${name}:tokens`
  }

  /** What is kept; undefined when nobody is signed in. */
  async read(): Promise<Kept | undefined> {
    const text = (await this.#storage.get(this.#key)) ?? undefined
    if (text === undefined) return undefined
    try {
      return JSON.parse(text) as Kept
    } catch {
      return undefined
    }
  }

  async write({ accessToken, expiresIn, refreshToken }: Tokens): Promise<void> {
    const kept: Kept = { accessToken, refreshToken, staleAt: Date.now() + expiresIn * 900 }
    await this.#storage.set(this.#key, JSON.stringify(kept))
  }

  async forget(): Promise<void> {
    await this.#storage.delete(this.#key)
  }
}
