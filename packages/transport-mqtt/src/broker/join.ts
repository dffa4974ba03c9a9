import { Buffer } from "node:buffer"
import { randomUUID } from "node:crypto"
import type { Packet } from "mqtt-packet"
import type { Login } from "./BrokerOptions.ts"
import type { Connection, Joined, Will } from "./Connection.ts"
import type { Frame } from "../packets/Frames.ts"
import { Reason, returnCodeOf } from "../packets/Reason.ts"
import type { Line, Session } from "./session/Session.ts"
import * as Topic from "../topics/Topic.ts"
import { readConnect, write } from "../packets/Wire.ts"

type Connect = Extract<Packet, { cmd: "connect" }>

/** The longest client id that is served. */
const clientIdLength = 256

const refuse = <P>(connection: Connection<P>, reason: Reason): void => {
  const { version } = connection
  connection.send(
    version === 5
      ? write({ cmd: "connack", reasonCode: reason, sessionPresent: false }, 5)
      : write({ cmd: "connack", returnCode: returnCodeOf(reason), sessionPresent: false }, 4)
  )
  connection.end(undefined)
}

/** The version a CONNECT asks for when it is one nobody here speaks. */
const strangeVersion = ({ bytes, start }: Frame): number | undefined => {
  if (bytes.length < start + 2) return undefined
  const end = start + 2 + bytes.readUInt16BE(start)
  const name = bytes.toString("latin1", start + 2, Math.min(end, start + 8))
  const version = bytes[end]
  if (version === undefined || (name !== "MQTT" && name !== "MQIsdp")) return undefined
  return [3, 4, 5].includes(version & 0x7f) ? undefined : version
}

/** A will nobody may publish is forgotten at once; the client learns nothing that it did not know. */
const willOf = <P>(connection: Connection<P>, { will }: Connect, peer: P): Will | undefined => {
  if (will === undefined || !Topic.isTopic(will.topic)) return undefined
  if (!connection.core.options.mayPublish(peer, will.topic)) return undefined
  const { willDelayInterval = 0, ...properties } = will.properties ?? {}
  return {
    topic: will.topic,
    payload: Buffer.from(will.payload),
    qos: will.qos ?? 0,
    retain: will.retain ?? false,
    properties: Object.keys(properties).length === 0 ? undefined : properties,
    delayMs: willDelayInterval * 1000
  }
}

/** How long the session may stay: what MQTT 5 asks for, and as long as possible when 3.1.1 wants it kept. */
const lifetimeOf = <P>({ core, version }: Connection<P>, { clean, properties }: Connect): number => {
  const asked = (properties?.sessionExpiryInterval ?? 0) * 1000
  if (version === 5) return Math.min(asked, core.limits.sessionMs)
  return clean === true ? 0 : core.limits.sessionMs
}

const makeLine = <P>(connection: Connection<P>, { properties }: Connect): Line => {
  const { limits } = connection.core
  return {
    version: connection.version,
    receiveMaximum: Math.min(properties?.receiveMaximum ?? limits.inFlightEach, limits.inFlightEach),
    packetBytes: properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
    isFull: () => connection.unsent > limits.unsentBytes,
    send: (bytes) => connection.send(bytes),
    close: (reason) => connection.end(reason)
  }
}

/**
 * The session of this client: what it left, or a new one; undefined when there are too many. One in which
 * something was subscribed that its client may not hear any more is over, because what came meanwhile waits
 * in it.
 */
const sessionOf = <P>(
  { core }: Connection<P>,
  peer: P,
  spaceName: string,
  key: string,
  isClean: boolean
): { readonly session: Session; readonly isPresent: boolean } | undefined => {
  core.space(spaceName).sessions.get(key)?.line?.close(Reason.takenOver)
  const space = core.space(spaceName)
  const found = space.sessions.get(key)
  const { maySubscribe } = core.options
  const isSound = [...(found?.subscriptions.keys() ?? [])].every((filter) => maySubscribe(peer, filter))
  if (found !== undefined && !isClean && isSound) return { session: found, isPresent: true }
  if (found !== undefined) core.endSession(spaceName, found)
  const session = core.makeSession(core.space(spaceName), key)
  return session === undefined ? undefined : { session, isPresent: false }
}

const welcome = <P>(
  connection: Connection<P>,
  isPresent: boolean,
  session: Session,
  assigned?: string
): void => {
  const { core, version } = connection
  const { inFlightEach, packetBytes } = core.limits
  if (version !== 5) {
    return connection.send(write({ cmd: "connack", returnCode: 0, sessionPresent: isPresent }, version))
  }
  const properties = {
    receiveMaximum: inFlightEach,
    maximumPacketSize: packetBytes,
    sessionExpiryInterval: Math.floor(session.lifetimeMs / 1000),
    subscriptionIdentifiersAvailable: false,
    sharedSubscriptionAvailable: false,
    ...(assigned === undefined ? {} : { assignedClientIdentifier: assigned })
  }
  connection.send(write({ cmd: "connack", reasonCode: 0, sessionPresent: isPresent, properties }, 5))
}

/** Lets a client in that is known. */
const enter = <P>(connection: Connection<P>, packet: Connect, login: Login, peer: P): void => {
  const { core } = connection
  const { admit, onStatus, ownerOf, spaceOf } = core.options
  const spaceName = spaceOf(peer)
  const key = JSON.stringify([ownerOf?.(peer) ?? "", login.clientId])
  const found = sessionOf(connection, peer, spaceName, key, packet.clean === true)
  if (found === undefined) return refuse(connection, Reason.quotaExceeded)
  const { isPresent, session } = found
  const space = core.space(spaceName)
  core.comeBack(session)
  session.lifetimeMs = lifetimeOf(connection, packet)
  const line = makeLine(connection, packet)
  const keepAliveMs = (packet.keepalive ?? 0) * 1500
  const will = willOf(connection, packet, peer)
  const joined: Joined<P> = {
    peer,
    login,
    spaceName,
    space,
    session,
    line,
    keepAliveMs,
    will,
    release: () => undefined
  }
  connection.joined = joined
  connection.phase = "open"
  welcome(connection, isPresent, session, packet.clientId === "" ? login.clientId : undefined)
  onStatus?.(peer, login.clientId, "connected")
  if (admit !== undefined) joined.release = admit(peer, () => connection.expel())
  session.resume(line, performance.now())
  connection.work()
}

/** What is wrong with a CONNECT whatever its credential is. */
const faultOf = <P>({ core, version }: Connection<P>, packet: Connect): Reason | undefined => {
  if (core.isClosing) return Reason.unavailable
  if (packet.properties?.authenticationMethod !== undefined) return Reason.badMethod
  if (packet.clientId.length > clientIdLength || packet.clientId.includes("\u0000")) return Reason.badClientId
  return packet.clientId === "" && version !== 5 && packet.clean !== true ? Reason.badClientId : undefined
}

/** Handles the first packet of a connection. */
export const join = <P>(connection: Connection<P>, frame: Frame): void => {
  const strange = strangeVersion(frame)
  if (strange !== undefined) {
    connection.version = strange > 5 && strange < 128 ? 5 : 4
    return refuse(connection, Reason.unsupportedVersion)
  }
  const packet = readConnect(frame)
  if (packet?.cmd !== "connect") return connection.end(undefined)
  connection.version = packet.protocolVersion ?? 4
  const fault = faultOf(connection, packet)
  if (fault !== undefined) return refuse(connection, fault)
  const login: Login = {
    clientId: packet.clientId === "" ? `auto-${randomUUID()}` : packet.clientId,
    username: packet.username,
    password: packet.password?.toString("utf8")
  }
  connection.phase = "joining"
  const asked = Promise.resolve().then(() => connection.core.options.authenticate(login))
  asked
    .then((peer) => {
      if (connection.phase !== "joining") return
      if (peer !== undefined) enter(connection, packet, login, peer)
      else refuse(connection, login.password === undefined ? Reason.notAuthorized : Reason.badLogin)
    })
    .catch(() => {
      if (connection.phase === "joining") refuse(connection, Reason.unavailable)
      else connection.end(Reason.unspecified)
    })
}
