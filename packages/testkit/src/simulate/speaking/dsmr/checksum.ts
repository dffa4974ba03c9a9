/** The checksum a meter puts behind its telegram: CRC-16 with the polynomial 0x8005, bits reversed. */
export const checksum = (text: string): string => {
  let crc = 0
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc.toString(16).toUpperCase().padStart(4, "0")
}
