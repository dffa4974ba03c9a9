import { isIPv4, isIPv6 } from "node:net"

/** An IP address as a number of 32 or 128 bits, so that all its spellings are one. */
export interface IpAddress {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** The addresses that begin as one does, written `10.0.0.0/8`. */
export interface Block extends IpAddress {
  readonly length: number
}

const ofV4 = (text: string): bigint =>
  text.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n)

const groupsOf = (text: string): ReadonlyArray<bigint> =>
  text === ""
    ? []
    : text.split(":").flatMap((group) => {
        if (!group.includes(".")) return [BigInt(`0x${group}`)]
        const value = ofV4(group)
        return [value >> 16n, value & 0xffffn]
      })

const ofV6 = (text: string): bigint => {
  const [start = "", end] = text.split("::")
  const [before, after] = [groupsOf(start), groupsOf(end ?? "")]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0n)
  return [...before, ...zeros, ...after].reduce((value, group) => (value << 16n) | group, 0n)
}

/**
 * Reads an address in any of its spellings. One with a zone, such as `fe80::1%eth0`, is none: it means
 * something on one machine only. So is one in another form than four decimal numbers, which a URL has turned
 * into that before.
 */
export const parseIp = (text: string): IpAddress | undefined => {
  if (isIPv4(text)) return { bits: 32, value: ofV4(text) }
  return isIPv6(text) && !text.includes("%") ? { bits: 128, value: ofV6(text) } : undefined
}

/** Reads `10.0.0.0/8`, or one address as the block of itself; nothing when bits stand after its length. */
export const parseBlock = (text: string): Block | undefined => {
  const [start = "", length, ...rest] = text.split("/")
  const ip = parseIp(start)
  if (ip === undefined || rest.length > 0) return undefined
  if (length === undefined) return { ...ip, length: ip.bits }
  if (!/^\d{1,3}$/.test(length) || Number(length) > ip.bits) return undefined
  const block = { ...ip, length: Number(length) }
  return (ip.value & hostMask(block)) === 0n ? block : undefined
}

const hostMask = ({ bits, length }: Block): bigint => (1n << BigInt(bits - length)) - 1n

/** Whether an address is one of a block. */
export const contains = (block: Block, ip: IpAddress): boolean =>
  block.bits === ip.bits && (ip.value & ~hostMask(block)) === block.value
