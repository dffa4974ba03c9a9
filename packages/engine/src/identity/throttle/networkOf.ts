/**
 * The network that an IP address speaks from, as far as one person has it to themselves: an IPv4 address, or
 * the first half of an IPv6 one, whose other half anybody chooses as they like.
 */
export const networkOf = (ip: string): string => {
  const plain = ip.slice(0, 64).toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  if (!plain.includes(":")) return plain
  const [head = "", tail] = plain.split("::", 2)
  const [before, after] = [head, tail ?? ""].map((half) => (half === "" ? [] : half.split(":")))
  const left = before ?? []
  const missing = tail === undefined ? 0 : 8 - left.length - (after ?? []).length
  const groups = [...left, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...(after ?? [])]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")
}
