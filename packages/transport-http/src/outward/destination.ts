import * as Result from "effect/Result"
import { NotAllowed } from "./errors.ts"
import { parseIp } from "./ipAddress.ts"
import { type Door, isNamed, mayOpen, type OutwardRules } from "./OutwardRules.ts"

/** Where a call goes, as far as its URL tells. */
export interface Destination extends Door {
  /** The name without its last dot, or the address without brackets. */
  readonly host: string
  /** The URL as it is read: without fragment, in the one spelling that is used. */
  readonly url: URL
}

const mostCharacters = 2048

/** Names that never leave a machine or a network. */
const localNames = /(^|\.)(localhost|localdomain|local|internal|lan|intranet|corp|home|home\.arpa)$/

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/

/**
 * Reads a URL as browsers do, which turns every spelling of an IPv4 address into one, and judges all of it
 * that can be judged without asking anybody.
 */
export const destinationOf = (rules: OutwardRules, text: string): Result.Result<Destination, NotAllowed> => {
  const url = text.length <= mostCharacters ? URL.parse(text) : null
  if (url === null) {
    return refuse(
      "url",
      `It is no URL, or longer than ${mostCharacters} characters; give one such as ${like}`
    )
  }
  const scheme = url.protocol.slice(0, -1)
  if (scheme !== "https" && scheme !== "http") return refuse("scheme", `Give a URL of https, such as ${like}`)
  if (url.username !== "" || url.password !== "") {
    return refuse("credentials", "Give the URL without a user and password")
  }
  const found = hostOf(rules, url.hostname)
  if (found === undefined) return hostRefused(url.hostname)
  const port = url.port === "" ? { http: 80, https: 443 }[scheme] : Number(url.port)
  const { host, name } = found
  const door: Door = { scheme, port, name }
  if (!mayOpen(rules, door)) {
    if (scheme === "http") return refuse("scheme", `Plain http is not allowed there; give ${like}`)
    return refuse("port", `Port ${port} is not allowed; use ${[...rules.ports].join(" or ")}`)
  }
  url.hash = ""
  if (name !== undefined) url.hostname = name
  return Result.succeed({ ...door, host, url })
}

/** What is said of a host that may not be reached, whatever the reason, so that nothing is learned of it. */
export const hostRefused = (host: string): Result.Result<never, NotAllowed> =>
  refuse("host", `${host} is no host that is known on the public internet; give the address of one that is`)

const like = "https://example.com/path"

const refuse = (reason: NotAllowed["reason"], message: string) =>
  Result.fail(new NotAllowed({ reason, message }))

const hostOf = (
  rules: OutwardRules,
  hostname: string
): { readonly host: string; readonly name: string | undefined } | undefined => {
  const literal = hostname.replace(/^\[(.*)\]$/, "$1")
  if (parseIp(literal) !== undefined) return { host: literal, name: undefined }
  const name = hostname.replace(/\.$/, "")
  if (isNamed(rules, name)) return { host: name, name }
  const labels = name.split(".")
  const isName = name.length <= 253 && labels.length > 1 && labels.every((one) => label.test(one))
  return isName && !localNames.test(name) ? { host: name, name } : undefined
}
