import { attempt } from "./attempt.ts"

/** Gives tokens that last a while. */
export interface TokenSource {
  /**
   * Gives a token, which is used until the server refuses it; then asked again, once for all calls at a time,
   * with the token that was refused.
   */
  readonly getToken: (refused: string | undefined) => string | Promise<string>
  /**
   * Whether it keeps its tokens itself: it is asked before every attempt then, and sees to it that one asks
   * for all.
   */
  readonly keepsTokens?: boolean | undefined
}

/** What to show the server: a key, what is asked before every attempt, or a source of tokens. */
export type Auth = string | (() => string | Promise<string>) | TokenSource

/** The token for a request. */
export interface Credential {
  readonly current: () => string | undefined | Promise<string | undefined>
  /** Another token than the refused one; undefined where there is none to ask for. */
  readonly renew: ((refused: string | undefined) => string | Promise<string>) | undefined
}

/**
 * Makes a credential; a source that does not answer in time is given up, and asked again by the next call.
 */
export const make = (auth: Auth | undefined, timeoutMs: number): Credential => {
  if (typeof auth !== "object")
    return { current: typeof auth === "function" ? auth : () => auth, renew: undefined }
  if (auth.keepsTokens === true) {
    const ask = (refused: string | undefined): Promise<string> =>
      attempt(async () => auth.getToken(refused), timeoutMs, undefined)
    return { current: () => ask(undefined), renew: ask }
  }
  let token: string | undefined
  let asking: Promise<string> | undefined
  const ask = (refused: string | undefined): Promise<string> => {
    // No caller's signal ends this: others wait for the same answer.
    asking = attempt(async () => auth.getToken(refused), timeoutMs, undefined)
      .then((fresh) => (token = fresh))
      .finally(() => (asking = undefined))
    return asking
  }
  return {
    current: () => asking ?? token ?? ask(undefined),
    // A refusal that comes late speaks of a token that was replaced meanwhile.
    renew: (refused) => asking ?? (token === undefined || token === refused ? ask(refused) : token)
  }
}
