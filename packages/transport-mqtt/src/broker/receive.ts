import type { Taken } from "./BrokerOptions.ts"
import type { Ticket } from "./Acks.ts"
import type { Connection, Joined } from "./Connection.ts"
import { expiryOf } from "./session/Delivery.ts"
import { Reason, reasonOf } from "../packets/Reason.ts"
import * as Topic from "../topics/Topic.ts"
import { kinds, type Publish, receipt } from "../packets/Wire.ts"

/** So many answers about topics are remembered for one connection. */
const rememberedTopics = 64

const isAllowed = <P>({ core, known }: Connection<P>, peer: P, topic: string): boolean => {
  const found = known.get(topic)
  if (found !== undefined) return found
  const allowed = core.options.mayPublish(peer, topic)
  if (known.size >= rememberedTopics) known.clear()
  known.set(topic, allowed)
  return allowed
}

const kindOf = ({ qos }: Publish): number => (qos === 2 ? kinds.pubrec : kinds.puback)

/**
 * Says that a message is not stored. Only MQTT 5 can say so in an acknowledgement; with 3.1.1 an
 * acknowledgement would be a lie, so the connection is closed, which the standard allows. QoS 0 is dropped.
 */
const refuse = <P>(
  connection: Connection<P>,
  publish: Publish,
  ticket: Ticket | undefined,
  reason: Reason
) => {
  if (publish.qos === 0) return
  if (connection.version !== 5) return connection.end(undefined)
  const bytes = receipt(kindOf(publish), publish.id, reason, 5)
  connection.acks.settle(ticket ?? connection.acks.open(), bytes)
}

/** What happens with a topic nobody can publish to: with wildcards the packet is malformed. */
const refuseTopic = <P>(connection: Connection<P>, publish: Publish): void => {
  if (publish.topic === "" && publish.properties?.topicAlias !== undefined) {
    return connection.end(Reason.aliasInvalid)
  }
  const isMalformed = publish.topic === "" || /[+#]/.test(publish.topic) || publish.topic.includes("\u0000")
  if (isMalformed) return connection.end(Reason.topicInvalid)
  refuse(connection, publish, undefined, Reason.topicInvalid)
}

/** Whether this message of QoS 2 is here already, so that only its PUBREC is sent once more. */
const isRepeated = <P>(
  connection: Connection<P>,
  { line, session }: Joined<P>,
  { id, qos }: Publish
): boolean => {
  const known = qos === 2 ? session.arriving.get(id) : undefined
  if (known === undefined) return false
  known.asker = line
  if (known.isStored) connection.send(receipt(kinds.pubrec, id, Reason.success, connection.version))
  return true
}

const acknowledge = <P>(
  connection: Connection<P>,
  { line, session }: Joined<P>,
  publish: Publish,
  ticket: Ticket | undefined
): void => {
  if (ticket === undefined) return
  const { id, qos } = publish
  const arriving = qos === 2 ? session.arriving.get(id) : undefined
  if (arriving !== undefined) arriving.isStored = true
  connection.acks.settle(ticket, receipt(kindOf(publish), id, Reason.success, connection.version))
  // The client came back over another connection while this was stored, and asked again over there.
  if (arriving !== undefined && arriving.asker !== line) {
    arriving.asker.send(receipt(kinds.pubrec, id, Reason.success, arriving.asker.version))
  }
}

const settled = <P>(
  connection: Connection<P>,
  joined: Joined<P>,
  publish: Publish,
  ticket: Ticket | undefined,
  taken: Taken
): void => {
  if (taken !== "stored") {
    if (publish.qos === 2) joined.session.arriving.delete(publish.id)
    return refuse(connection, publish, ticket, reasonOf(taken))
  }
  acknowledge(connection, joined, publish, ticket)
  const { payload, properties, qos, retain, topic } = publish
  const now = performance.now()
  const message = { topic, payload, qos, retain, properties, expiresAt: expiryOf(properties, now) }
  connection.core.route(joined.spaceName, message, joined.session, now)
}

/** It is not known whether the message is stored: nothing is acknowledged, and the client sends it again. */
const failed = <P>(connection: Connection<P>, { session }: Joined<P>, { id, qos }: Publish): void => {
  if (qos === 0) return
  const arriving = qos === 2 ? session.arriving.get(id) : undefined
  if (arriving !== undefined) {
    session.arriving.delete(id)
    arriving.asker.close(Reason.busy)
  }
  connection.end(Reason.busy)
}

/** Hands a message to be stored; everything that may keep it waiting is behind it. */
const store = <P>(connection: Connection<P>, joined: Joined<P>, publish: Publish, size: number): void => {
  const { core } = connection
  const { id, payload, qos, topic } = publish
  const ticket = qos === 0 ? undefined : connection.acks.open()
  if (qos === 2) joined.session.arriving.set(id, { isStored: false, asker: joined.line })
  connection.inFlight++
  const release = (): void => {
    connection.inFlight--
    core.room.leave(size)
    if (connection.isWaiting) setImmediate(() => connection.proceed())
  }
  let done: Promise<Taken>
  try {
    done = core.options.take(joined.peer, { topic, payload, qos, isRetained: false, receivedAt: Date.now() })
  } catch {
    done = Promise.reject(new Error("the message was not taken"))
  }
  done
    .then(
      (taken) => {
        release()
        settled(connection, joined, publish, ticket, taken)
      },
      () => {
        release()
        failed(connection, joined, publish)
      }
    )
    .catch(() => connection.end(Reason.unspecified))
}

/** Handles a PUBLISH, or leaves it until there is room for it. */
export const receive = <P>(connection: Connection<P>, publish: Publish): void => {
  const { core, joined } = connection
  if (joined === undefined) return
  const { qos, topic } = publish
  if (!connection.known.has(topic) && !Topic.isTopic(topic)) return refuseTopic(connection, publish)
  if (publish.properties?.topicAlias !== undefined) return connection.end(Reason.aliasInvalid)
  if (isRepeated(connection, joined, publish)) return
  if (!isAllowed(connection, joined.peer, topic)) {
    return refuse(connection, publish, undefined, Reason.notAuthorized)
  }
  const { inFlightEach } = core.limits
  if (qos === 2 && joined.session.arriving.size >= 2 * inFlightEach)
    return connection.end(Reason.receiveMaximum)
  const size = publish.payload.length + topic.length
  const later = (): void => receive(connection, publish)
  if (connection.inFlight >= inFlightEach) return connection.wait(later)
  if (!core.room.enter(size, connection)) return connection.wait(later)
  store(connection, joined, publish, size)
}

/** Handles a PUBREL: the client will not send this id again. */
export const release = <P>(connection: Connection<P>, id: number): void => {
  const { joined, version } = connection
  if (joined === undefined) return
  const arriving = joined.session.arriving.get(id)
  if (arriving?.isStored === false) return connection.end(Reason.protocolError)
  joined.session.arriving.delete(id)
  const reason = arriving === undefined ? Reason.unknownPacketId : Reason.success
  connection.send(receipt(kinds.pubcomp, id, reason, version))
}
