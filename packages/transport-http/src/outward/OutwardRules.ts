import * as Result from "effect/Result"
import { embeddedIpv4, whyNotPublic } from "./addressRules.ts"
import { InvalidOutwardRules } from "./errors.ts"
import { type Block, contains, type IpAddress, parseBlock } from "./ipAddress.ts"

/** Receivers that the operator allows although they do not stand in the public internet. */
export interface AllowedDestination {
  /** A host name, an address, or all addresses of a block: `receiver.lan`, `10.1.2.3`, `10.20.0.0/16`. */
  readonly to: string
  /** Ports in addition to those that hold for all; with `http` alone, port 80. */
  readonly ports?: ReadonlyArray<number> | undefined
  /** Whether plain HTTP is allowed, on these ports only; false unless said. */
  readonly http?: boolean | undefined
}

/** Where calls may go. */
export interface OutwardRulesOptions {
  /** Ports of HTTPS anywhere; 443 alone unless said. */
  readonly ports?: ReadonlyArray<number> | undefined
  readonly allow?: ReadonlyArray<AllowedDestination> | undefined
  /** Blocks of addresses that nobody may reach though they are public, before all that is allowed. */
  readonly refuse?: ReadonlyArray<string> | undefined
}

interface Entry {
  readonly name: string | undefined
  readonly block: Block | undefined
  readonly ports: ReadonlySet<number>
  readonly http: boolean
}

/** Where calls may go, read and checked. */
export interface OutwardRules {
  readonly ports: ReadonlySet<number>
  readonly allow: ReadonlyArray<Entry>
  readonly refuse: ReadonlyArray<Block>
}

/** How a call wants to go: a name is there unless the host is an address. */
export interface Door {
  readonly scheme: "http" | "https"
  readonly port: number
  readonly name: string | undefined
}

/** Reads what an operator allows; fails with the entry that is wrong. */
export const rulesOf = (options: OutwardRulesOptions): Result.Result<OutwardRules, InvalidOutwardRules> => {
  const allow = options.allow ?? []
  const entries = allow.map(entryOf)
  const wrongEntry = allow[entries.indexOf(undefined)]
  if (wrongEntry !== undefined) {
    return wrong(`"${wrongEntry.to}" is neither a host name nor an address nor a block such as 10.20.0.0/16`)
  }
  const refuse = (options.refuse ?? []).map(parseBlock)
  const wrongBlock = options.refuse?.[refuse.indexOf(undefined)]
  if (wrongBlock !== undefined) return wrong(`"${wrongBlock}" is no block of addresses such as 8.8.8.0/24`)
  const ports = options.ports ?? [443]
  const wrongPort = [...ports, ...allow.flatMap(({ ports }) => ports ?? [])].find((port) => !isPort(port))
  if (wrongPort !== undefined) return wrong(`${wrongPort} is no port`)
  return Result.succeed({
    ports: new Set(ports),
    allow: entries.filter((entry) => entry !== undefined),
    refuse: refuse.filter((block) => block !== undefined)
  })
}

const wrong = (message: string) => Result.fail(new InvalidOutwardRules({ message }))

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536

const entryOf = ({ http = false, ports, to }: AllowedDestination): Entry | undefined => {
  const block = parseBlock(to)
  const name = block === undefined ? nameOf(to) : undefined
  if (block === undefined && name === undefined) return undefined
  return { name, block, http, ports: new Set(ports ?? (http ? [80] : [])) }
}

/** The name as a URL has it; nothing when it is something else there. */
const nameOf = (text: string): string | undefined => {
  const url = URL.parse(`https://${text}/`)
  const isName = url !== null && parseBlock(url.hostname) === undefined && /^[\w.-]+$/.test(url.hostname)
  return isName && url.host === url.hostname && url.pathname === "/" && url.username === ""
    ? url.hostname.replace(/\.$/, "")
    : undefined
}

const opens = (rules: OutwardRules, entry: Entry, { port, scheme }: Door): boolean =>
  scheme === "https" ? rules.ports.has(port) || entry.ports.has(port) : entry.http && entry.ports.has(port)

/** Whether the operator allows a host by this name. */
export const isNamed = (rules: OutwardRules, name: string | undefined): boolean =>
  name !== undefined && rules.allow.some((entry) => entry.name === name)

/** Whether there is any address at all that can be reached so; asked before a name is looked up. */
export const mayOpen = (rules: OutwardRules, door: Door): boolean =>
  (door.scheme === "https" && rules.ports.has(door.port)) ||
  rules.allow.some(
    (entry) => (entry.block !== undefined || entry.name === door.name) && opens(rules, entry, door)
  )

/** Why an address cannot be reached so; nothing when it can. */
export const whyRefused = (rules: OutwardRules, door: Door, ip: IpAddress): string | undefined => {
  const inside = embeddedIpv4(ip)
  const all = inside === undefined ? [ip] : [ip, inside]
  if (rules.refuse.some((block) => all.some((one) => contains(block, one)))) return "refused by the operator"
  const isAllowed = rules.allow.some(
    (entry) =>
      (entry.block === undefined ? entry.name === door.name : contains(entry.block, ip)) &&
      opens(rules, entry, door)
  )
  if (isAllowed) return undefined
  return whyNotPublic(ip) ?? (door.scheme === "https" && rules.ports.has(door.port) ? undefined : "a port")
}
