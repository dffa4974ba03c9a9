import type { Connection, Joined } from "./Connection.ts"
import type { Frame } from "../packets/Frames.ts"
import { join } from "./join.ts"
import { Reason } from "../packets/Reason.ts"
import { receive, release } from "./receive.ts"
import { subscribe, unsubscribe } from "./subscribe.ts"
import { pong, read, readPublish, readReceipt } from "../packets/Wire.ts"

const malformed = <P>(connection: Connection<P>): void => connection.end(Reason.malformed)

const published = <P>(connection: Connection<P>, frame: Frame): void => {
  const publish = readPublish(frame, connection.version)
  if (publish === undefined) return malformed(connection)
  receive(connection, publish)
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP. */
const receipted = <P>(connection: Connection<P>, { session }: Joined<P>, frame: Frame): void => {
  const kind = frame.bytes[0] ?? 0
  const receipt = readReceipt(frame, connection.version)
  if (receipt === undefined) return malformed(connection)
  const { id, reason } = receipt
  const now = performance.now()
  if (kind === 0x40) session.acknowledged(id, now)
  else if (kind === 0x50) session.received(id, reason, now)
  else if (kind === 0x62) release(connection, id)
  else if (kind === 0x70) session.completed(id, now)
  else malformed(connection)
}

/** The client goes, and says whether its will shall be published and how long its session stays. */
const disconnect = <P>(connection: Connection<P>, { session }: Joined<P>, frame: Frame): void => {
  const packet = read(frame, connection.version)
  if (packet?.cmd !== "disconnect") return malformed(connection)
  const seconds = packet.properties?.sessionExpiryInterval
  if (seconds !== undefined) {
    if (session.lifetimeMs === 0 && seconds > 0) return connection.end(Reason.protocolError)
    session.lifetimeMs = Math.min(seconds * 1000, connection.core.limits.sessionMs)
  }
  connection.end(undefined, packet.reasonCode !== Reason.withWill)
}

const general = <P>(connection: Connection<P>, joined: Joined<P>, frame: Frame): void => {
  const packet = read(frame, connection.version)
  if (packet?.cmd === "subscribe") return subscribe(connection, packet)
  if (packet?.cmd === "unsubscribe") return unsubscribe(connection, packet)
  if (packet?.cmd === "disconnect") return disconnect(connection, joined, frame)
  connection.end(packet === undefined ? Reason.malformed : Reason.protocolError)
}

/** Handles one packet of a client. */
export const handle = <P>(connection: Connection<P>, frame: Frame): void => {
  const kind = (frame.bytes[0] ?? 0) >> 4
  const { joined } = connection
  if (joined === undefined) {
    if (kind === 1) return join(connection, frame)
    return connection.end(undefined)
  }
  if (kind === 3) return published(connection, frame)
  if (kind >= 4 && kind <= 7) return receipted(connection, joined, frame)
  if (kind !== 12) return general(connection, joined, frame)
  if (frame.bytes.length !== 2 || frame.bytes[0] !== 0xc0) return malformed(connection)
  connection.send(pong)
}
