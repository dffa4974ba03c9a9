import * as Credential from "../Credential.ts"
import type { Connection } from "./send.ts"

/** How to reach a server, and as whom. */
export interface ClientOptions {
  /** Where the server is, such as `https://energy.example.com`; a path before `/v1` may follow. */
  readonly baseUrl: string
  /**
   * An API key or device credential, a function that gives one before every attempt, or a source of tokens
   * that is asked again when one is refused.
   */
  readonly auth?: Credential.Auth | undefined
  /** In place of the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** For one attempt; 30 000 unless said, 0 for no limit. */
  readonly timeoutMs?: number | undefined
  /** How often a call that may be repeated is tried again; 2 unless said. */
  readonly retries?: number | undefined
  /** The longest wait before the first retry, doubled before each that follows; 500 unless said. */
  readonly backoffMs?: number | undefined
  /** Sent with every request. */
  readonly headers?: { readonly [name: string]: string } | undefined
}

/** What all calls to a server have in common. */
export const connect = (options: ClientOptions): Connection => {
  // A password in the URL would end up in logs and messages, and `fetch` refuses it anyway.
  if (!/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/.test(options.baseUrl)) {
    throw new TypeError("baseUrl must be an http or https URL without credentials, query and fragment")
  }
  const { timeoutMs = 30_000 } = options
  return {
    baseUrl: options.baseUrl.replace(/\/+$/, ""),
    credential: Credential.make(options.auth, timeoutMs),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs,
    retries: options.retries ?? 2,
    backoffMs: options.backoffMs ?? 500,
    headers: options.headers ?? {}
  }
}
