import { isIPv4, isIPv6 } from "node:net"
import { networksOf } from "./settings.ts"

/** An IPv4 address that came over an IPv6 socket is one of IPv4; a port behind it is nobody's address. */
const plain = (text: string): string => {
  const address = text.trim().replace(/^\[(.*)\](?::\d+)?$/, "$1")
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(mapped) ? mapped.slice(0, mapped.indexOf(":")) : mapped
}

/**
 * Makes what tells from where a request came. Only a proxy of ours is believed about who stood before it, so
 * the addresses are read from the right up to the first that is no such proxy.
 */
export const makeClientAddress = (trusted: ReadonlyArray<string>) => {
  const networks = networksOf(trusted)
  const isTrusted = (address: string): boolean =>
    isIPv4(address) ? networks.check(address, "ipv4") : isIPv6(address) && networks.check(address, "ipv6")
  return (peer: string | undefined, forwardedFor: string | undefined): string => {
    let address = plain(peer ?? "unknown")
    if (trusted.length === 0 || forwardedFor === undefined) return address
    const said = forwardedFor.split(",").map(plain)
    while (isTrusted(address)) {
      const before = said.pop()
      if (before === undefined || !(isIPv4(before) || isIPv6(before))) return address
      address = before
    }
    return address
  }
}

/** The first four groups of an IPv6 address, which one subscriber has whole; other addresses as they are. */
export const neighbourhoodOf = (address: string): string => {
  if (!isIPv6(address)) return address
  const [head = "", tail] = address.split("%", 1)[0]!.toLowerCase().split("::", 2)
  const left = head === "" ? [] : head.split(":")
  const right = tail === undefined || tail === "" ? [] : tail.split(":")
  const gap = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => "0")
  const groups = [...left, ...gap, ...right].slice(0, 4)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`
}
