import { Buffer, isUtf8 } from "node:buffer"
import { generate, type Packet, parser } from "mqtt-packet"
import type { Frame } from "./Frames.ts"
import { Reason } from "./Reason.ts"

/** The protocol somebody speaks: 3.1, 3.1.1 or 5. */
export type Version = 3 | 4 | 5

/** The properties of MQTT 5 that travel with a message from its publisher to its subscribers. */
export type Properties = NonNullable<Extract<Packet, { cmd: "publish" }>["properties"]>

/** A PUBLISH, read. The payload is a view into what came from the socket. */
export interface Publish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  /** 0 for QoS 0. */
  readonly id: number
  readonly properties: Properties | undefined
}

interface Reader {
  readonly read: (bytes: Buffer) => Packet | undefined
}

/** A reader of whole packets. Between two packets it holds nothing, so one serves every connection. */
const makeReader = (version: Version): Reader => {
  let found: Packet | undefined
  let failed = false
  const inner = parser({ protocolVersion: version })
  inner.on("packet", (packet) => (found ??= packet))
  inner.on("error", () => (failed = true))
  return {
    read: (bytes) => {
      found = undefined
      failed = false
      try {
        const left = inner.parse(bytes)
        return failed || left > 0 ? undefined : found
      } catch {
        failed = true
        return undefined
      } finally {
        if (failed) readers.delete(version)
      }
    }
  }
}

/** A reader that failed is in the middle of something, and is not used again. */
const readers = new Map<Version, Reader>()

const readerOf = (version: Version): Reader => {
  let reader = readers.get(version)
  if (reader === undefined) readers.set(version, (reader = makeReader(version)))
  return reader
}

/** Reads one whole packet; undefined when it is malformed. */
export const read = ({ bytes }: Frame, version: Version): Packet | undefined => readerOf(version).read(bytes)

/** Reads a CONNECT, whichever version it asks for. A shared reader would remember that version. */
export const readConnect = ({ bytes }: Frame): Packet | undefined => makeReader(4).read(bytes)

const replacement = "\ufffd"

const textOf = (bytes: Buffer, from: number, to: number): string | undefined => {
  const text = bytes.toString("utf8", from, to)
  return text.includes(replacement) && !isUtf8(bytes.subarray(from, to)) ? undefined : text
}

/** What MQTT 5 properties of a PUBLISH come to, when there are any. */
const withProperties = (frame: Frame, short: Publish): Publish | undefined => {
  const packet = read(frame, 5)
  if (packet?.cmd !== "publish" || !Buffer.isBuffer(packet.payload)) return undefined
  return { ...short, payload: packet.payload, properties: packet.properties }
}

/** Reads a PUBLISH without the detours of the general reader; undefined when it is malformed. */
export const readPublish = (frame: Frame, version: Version): Publish | undefined => {
  const { bytes, start } = frame
  const flags = bytes[0] ?? 0
  const qos = (flags >> 1) & 3
  if (qos === 3 || start + 2 > bytes.length || (qos === 0 && (flags & 8) !== 0)) return undefined
  const topicEnd = start + 2 + bytes.readUInt16BE(start)
  let at = qos === 0 ? topicEnd : topicEnd + 2
  if (at > bytes.length) return undefined
  const id = qos === 0 ? 0 : bytes.readUInt16BE(topicEnd)
  const topic = textOf(bytes, start + 2, topicEnd)
  if (topic === undefined || (qos > 0 && id === 0)) return undefined
  const isBare = version !== 5 || bytes[at] === 0
  if (version === 5) at++
  if (at > bytes.length) return undefined
  const short: Publish = {
    topic,
    payload: bytes.subarray(at),
    qos: qos as 0 | 1 | 2,
    retain: (flags & 1) === 1,
    id,
    properties: undefined
  }
  return isBare ? short : withProperties(frame, short)
}

/** First bytes of the packets that carry nothing but an id and perhaps a reason. */
export const kinds = { puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 } as const

/** PUBACK, PUBREC, PUBREL or PUBCOMP; only MQTT 5 has room for a reason. */
export const receipt = (kind: number, id: number, reason: Reason, version: Version): Buffer => {
  const hasReason = version === 5 && reason !== Reason.success
  const bytes = Buffer.allocUnsafe(hasReason ? 5 : 4)
  bytes[0] = kind
  bytes[1] = hasReason ? 3 : 2
  bytes[2] = id >> 8
  bytes[3] = id & 0xff
  if (hasReason) bytes[4] = reason
  return bytes
}

/** The packet id and reason of such a packet; undefined when it is malformed. */
export const readReceipt = (
  { bytes, start }: Frame,
  version: Version
): { readonly id: number; readonly reason: number } | undefined => {
  const length = bytes.length - start
  if (length < 2 || (version !== 5 && length > 2)) return undefined
  const id = bytes.readUInt16BE(start)
  return id === 0 ? undefined : { id, reason: length > 2 ? (bytes[start + 2] ?? 0) : 0 }
}

export const pong: Buffer = Buffer.from([0xd0, 0])

/** Any other packet as bytes. */
export const write = (packet: Packet, version: Version): Buffer =>
  generate(packet, { protocolVersion: version })
