import { type Block, contains, type IpAddress, parseBlock, parseIp } from "./ipAddress.ts"

const block = (text: string): Block => {
  const parsed = parseBlock(text)
  if (parsed === undefined) throw new TypeError(`${text} is no block of addresses`)
  return parsed
}

const table = (rows: ReadonlyArray<readonly [string, string]>): ReadonlyArray<readonly [Block, string]> =>
  rows.map(([text, what]) => [block(text), what])

/** What IANA keeps for something else than the public internet, and what clouds answer by themselves. */
const special4 = table([
  ["0.0.0.0/8", "this host"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "shared behind a carrier"],
  ["127.0.0.0/8", "loopback"],
  ["168.63.129.16/32", "the host of a virtual machine"],
  ["169.254.0.0/16", "link local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "for protocols"],
  ["192.0.2.0/24", "for documents"],
  ["192.88.99.0/24", "a 6to4 relay"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "for benchmarks"],
  ["198.51.100.0/24", "for documents"],
  ["203.0.113.0/24", "for documents"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved or broadcast"]
])

/** Of what is given out at all. Tunnels are here because an IPv4 address of any kind may be inside. */
const special6 = table([
  ["2001::/23", "for protocols, or Teredo"],
  ["2001:db8::/32", "for documents"],
  ["2002::/16", "6to4"],
  ["3ffe::/16", "given back"],
  ["3fff::/20", "for documents"]
])

/** Only these are given out; loopback, IPv4 in IPv6, unique local, link local and multicast are outside. */
const global6 = block("2000::/3")

/** Where a network of IPv6 alone reaches the IPv4 internet, so it is as public as the address inside. */
const nat64 = block("64:ff9b::/96")

/** The IPv4 address that is reached by way of an address of NAT64. */
export const embeddedIpv4 = (ip: IpAddress): IpAddress | undefined =>
  contains(nat64, ip) ? { bits: 32, value: ip.value & 0xffff_ffffn } : undefined

/** What keeps an address from being one of the public internet; nothing when it is public. */
export const whyNotPublic = (ip: IpAddress): string | undefined => {
  const inside = embeddedIpv4(ip)
  if (inside !== undefined) return whyNotPublic(inside)
  if (ip.bits === 128 && !contains(global6, ip)) return "not given out"
  return (ip.bits === 32 ? special4 : special6).find(([special]) => contains(special, ip))?.[1]
}

/** Whether a text is an address of the public internet, in whatever spelling. */
export const isPublicAddress = (text: string): boolean => {
  const ip = parseIp(text)
  return ip !== undefined && whyNotPublic(ip) === undefined
}
