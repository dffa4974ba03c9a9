import type { CallOptions } from "../Answer.ts"
import { type ClientOptions, connect } from "../http/connect.ts"
import type { TokenSource } from "../Credential.ts"
import { type Hold, holdOf, type QueueLocks } from "../queue/lock.ts"
import * as Route from "../http/Route.ts"
import { type Connection, send } from "../http/send.ts"
import { isWattkitError, WattkitError } from "../WattkitError.ts"
import { KeptTokens, type Tokens, type TokenStorage } from "./Tokens.ts"

/** How to reach the server, and where to keep what it gives. */
export interface SessionOptions extends Omit<ClientOptions, "auth"> {
  /** Where tokens are kept; unless said they last as long as the program. */
  readonly storage?: TokenStorage | undefined
  /** Sessions of one name and storage are the same; `wattkit-session` unless said. */
  readonly name?: string | undefined
  /** In place of `navigator.locks`; null for a lease in the storage, as where there are no locks. */
  readonly locks?: QueueLocks | null | undefined
  /** Called when a person was signed in or out here; also out by the server, which ended the session. */
  readonly onChange?: ((isSignedIn: boolean) => void) | undefined
}

/** Who signs in, and into which tenant; the one they have been in for longest unless said. */
export interface SignInParams {
  readonly email: string
  readonly password: string
  readonly tenantId?: string | undefined
}

/** What became of a sign-in: done, or a code is asked for until an instant. */
export type SignIn =
  | { readonly kind: "in" }
  | {
      readonly kind: "second_factor"
      /** Until when the code is waited for, in epoch milliseconds. */
      readonly expiresAt: number
      /** Takes a code of the authenticator, or a recovery code. After a wrong one, another may be tried. */
      readonly confirm: (code: string, options?: CallOptions) => Promise<void>
    }

type LoginAnswer =
  | ({ readonly kind: "in" } & Tokens)
  | { readonly kind: "second_factor"; readonly challenge: string; readonly expiresIn: number }

const login = Route.parse("POST /v1/auth/login open")
const secondFactor = Route.parse("POST /v1/auth/mfa/challenge open")
const refresh = Route.parse("POST /v1/auth/refresh open")
const logout = Route.parse("POST /v1/auth/logout")

/** A person who is signed in, or not yet, or not any more. It is the `auth` of any number of clients. */
export class Session implements TokenSource {
  readonly keepsTokens = true
  readonly #connection: Connection
  readonly #kept: KeptTokens
  readonly #hold: Hold
  readonly #onChange: (isSignedIn: boolean) => void
  #refreshing: Promise<string> | undefined

  constructor(options: SessionOptions) {
    const {
      locks,
      name = "wattkit-session",
      onChange = () => {},
      storage = new Map<string, string>()
    } = options
    this.#connection = connect({ ...options, auth: this })
    this.#kept = new KeptTokens(storage, name)
    this.#hold = holdOf(locks, storage, name, this.#connection.timeoutMs * 3 || 60_000)
    this.#onChange = onChange
  }

  /** Signs in. Rejects with `UNAUTHORIZED` when address or password are wrong. */
  async login({ email, password, tenantId }: SignInParams, options: CallOptions = {}): Promise<SignIn> {
    const body = { email, password, ...(tenantId === undefined ? {} : { tenantId }) }
    const answer = await this.#ask<LoginAnswer>(login, body, options)
    if (answer.kind === "in") {
      await this.#begin(answer)
      return { kind: "in" }
    }
    return {
      kind: "second_factor",
      expiresAt: Date.now() + answer.expiresIn * 1000,
      confirm: async (code, options = {}) =>
        this.#begin(await this.#ask<Tokens>(secondFactor, { challenge: answer.challenge, code }, options))
    }
  }

  /** Whether there is somebody signed in, as far as is known without asking the server. */
  async isSignedIn(): Promise<boolean> {
    return (await this.#kept.read()) !== undefined
  }

  /**
   * Signs out here and in all pages of this session. What is kept is forgotten in any case; it rejects when
   * the server could not be told, which goes on with the session until it ends by itself.
   */
  async logout(options: CallOptions = {}): Promise<void> {
    if (!(await this.isSignedIn())) return
    try {
      await send(this.#connection, logout, {}, options)
    } catch (error) {
      if (!isWattkitError(error, "UNAUTHORIZED")) throw error
    } finally {
      await this.#forget()
    }
  }

  /** The access token; another one than the refused, which is asked for once by all pages together. */
  async getToken(refused: string | undefined): Promise<string> {
    const kept = await this.#kept.read()
    if (kept === undefined) throw signedOut()
    if (kept.accessToken !== refused && Date.now() < kept.staleAt) return kept.accessToken
    this.#refreshing ??= this.#refresh(kept.accessToken).finally(() => (this.#refreshing = undefined))
    return this.#refreshing
  }

  #refresh(stale: string): Promise<string> {
    return this.#hold(async () => {
      const before = await this.#kept.read()
      if (before === undefined) throw signedOut()
      // Another page was here first.
      if (before.accessToken !== stale && Date.now() < before.staleAt) return before.accessToken
      const answer = await this.#renewed(before.refreshToken)
      const now = await this.#kept.read()
      // Who signed out meanwhile stays so, and who signed in as somebody else too.
      if (now?.refreshToken !== before.refreshToken) {
        if (now === undefined) throw signedOut()
        return now.accessToken
      }
      await this.#kept.write(answer)
      return answer.accessToken
    }, new AbortController().signal)
  }

  async #renewed(refreshToken: string): Promise<Tokens> {
    try {
      return await this.#ask<Tokens>(refresh, { refreshToken }, { retries: 1 })
    } catch (error) {
      const isOver = isWattkitError(error, "UNAUTHORIZED")
      if (isOver && (await this.#kept.read())?.refreshToken === refreshToken) await this.#forget()
      throw error
    }
  }

  async #ask<T>(route: Route.Route, body: object, options: CallOptions): Promise<T> {
    return (await send(this.#connection, route, { body }, options)).data as T
  }

  async #begin(tokens: Tokens): Promise<void> {
    await this.#kept.write(tokens)
    this.#onChange(true)
  }

  async #forget(): Promise<void> {
    await this.#kept.forget()
    this.#onChange(false)
  }
}

const signedOut = (): WattkitError =>
  new WattkitError({ code: "UNAUTHORIZED", message: "Nobody is signed in" })
