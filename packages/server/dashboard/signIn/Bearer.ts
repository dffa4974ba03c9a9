import { type Client, createClient, isWattkitError } from "@wattkit/client"
import type { Session } from "@wattkit/client/session"
import * as Key from "./Key.ts"

/** Who uses the page: somebody who signed in, or whoever has a key. */
export interface Bearer {
  /** Of a person; a key has none. */
  readonly session: Session | undefined
  readonly client: Client
  /** What a request outside the client shows. */
  readonly token: () => Promise<string>
  /** Forgets what was shown; rejects when the server could not be told. */
  readonly signOut: () => Promise<void>
  /** Why the page has to ask again, when the server takes it no longer. */
  readonly overWords: string
}

/** Whoever has a key. */
export const ofKey = (baseUrl: string, key: string): Bearer => ({
  session: undefined,
  client: createClient({ baseUrl, auth: key }),
  token: async () => key,
  signOut: async () => Key.forget(),
  overWords: "This key is not accepted. It may be mistyped, expired or withdrawn."
})

/** Somebody who signed in. Whoever asks for a token learns that the session is over, and the page at once. */
export const ofPerson = (baseUrl: string, session: Session, onOver: (why: string) => void): Bearer => {
  const overWords = "You are not signed in any more. Sign in again."
  const getToken = async (refused: string | undefined): Promise<string> => {
    try {
      return await session.getToken(refused)
    } catch (error) {
      if (isWattkitError(error, "UNAUTHORIZED")) onOver(overWords)
      throw error
    }
  }
  return {
    session,
    client: createClient({ baseUrl, auth: { keepsTokens: true, getToken } }),
    token: () => getToken(undefined),
    signOut: () => session.logout({ retries: 0, timeoutMs: 5000 }),
    overWords
  }
}
