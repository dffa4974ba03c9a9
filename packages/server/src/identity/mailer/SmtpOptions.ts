import { Redacted } from "effect"
import type { Sender } from "./message.ts"

/** Where mail is handed over, and in whose name. */
export interface SmtpOptions {
  readonly host: string
  readonly port: number
  /** `tls` from the first byte, `starttls` before anything is said, or `none`. */
  readonly security: "tls" | "starttls" | "none"
  readonly login: { readonly user: string; readonly password: Redacted.Redacted } | undefined
  readonly sender: Sender
  /** The certificate to trust instead of those Node does. */
  readonly ca?: string | undefined
  /** How long to wait for each answer, and for the whole of it. */
  readonly replyMs?: number | undefined
  readonly wholeMs?: number | undefined
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host)

const securityOf = ({ protocol, searchParams }: URL, host: string): SmtpOptions["security"] | undefined => {
  const tls = searchParams.get("tls")
  if ([...searchParams.keys()].some((name) => name !== "tls")) return undefined
  if (protocol === "smtps:") return tls === null ? "tls" : undefined
  if (protocol !== "smtp:" || (tls !== null && tls !== "off" && tls !== "starttls")) return undefined
  return tls === "off" || (tls === null && isLoopback(host)) ? "none" : "starttls"
}

/**
 * Reads `smtp://user:password@host:587`; undefined when it is something else, or would send the password
 * where others can read it.
 */
export const parse = (text: string): Omit<SmtpOptions, "sender"> | undefined => {
  const url = URL.parse(text)
  if (url === null || url.hostname === "" || !["", "/"].includes(url.pathname) || url.hash !== "")
    return undefined
  const host = url.hostname.replace(/^\[|\]$/g, "")
  const security = securityOf(url, host)
  const login = loginOf(url)
  if (security === undefined || login === null || !/^[\w.:-]+$/.test(host)) return undefined
  if (login !== undefined && security === "none" && !isLoopback(host)) return undefined
  const port = url.port === "" ? (security === "tls" ? 465 : 587) : Number(url.port)
  return { host, port, security, login }
}

/** Null when it cannot be read. */
const loginOf = ({ password, username }: URL): SmtpOptions["login"] | null => {
  if (username === "" && password === "") return undefined
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
    return user === "" || `${user}${secret}`.includes("\0") ? null : { user, password: Redacted.make(secret) }
  } catch {
    return null
  }
}
