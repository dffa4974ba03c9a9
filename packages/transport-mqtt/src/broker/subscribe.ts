import type { Packet } from "mqtt-packet"
import type { Connection, Joined } from "./Connection.ts"
import { Reason } from "../packets/Reason.ts"
import * as Filter from "../topics/Filter.ts"
import { write } from "../packets/Wire.ts"

type Subscribe = Extract<Packet, { cmd: "subscribe" }>
type Asked = Subscribe["subscriptions"][number]

/** So many filters may stand in one packet. */
const filtersAtOnce = 1_000

/** Why a filter is refused; undefined when it is not. */
const faultOf = <P>(
  { core }: Connection<P>,
  { peer, session }: Joined<P>,
  topic: string
): Reason | undefined => {
  const { subscriptions } = session
  if (subscriptions.size >= core.limits.subscriptions && !subscriptions.has(topic))
    return Reason.quotaExceeded
  if (Filter.sharedOf(topic) !== undefined) return Reason.noSharing
  if (!Filter.isFilter(topic)) return Reason.filterInvalid
  return core.options.maySubscribe(peer, topic) ? undefined : Reason.notAuthorized
}

/** What a filter comes to: its reason code, and whether the client wants what was retained. */
interface Granted {
  readonly filter: string
  readonly code: number
  readonly qos: 0 | 1 | 2
  readonly wantsRetained: boolean
}

const grant = <P>(connection: Connection<P>, joined: Joined<P>, asked: Asked): Granted => {
  const { nl = false, qos, rap = false, rh = 0, topic } = asked
  const fault = faultOf(connection, joined, topic)
  if (fault !== undefined) return { filter: topic, code: fault, qos: 0, wantsRetained: false }
  const subscription = { qos, isNotOwn: nl, keepsRetain: rap }
  const isNew = joined.space.subscribe(joined.session, topic, subscription)
  return { filter: topic, code: qos, qos, wantsRetained: rh === 0 || (rh === 1 && isNew) }
}

/** Sends what was retained, one filter at a time, so that others have their turn in between. */
const sendRetained = <P>(
  connection: Connection<P>,
  joined: Joined<P>,
  granted: ReadonlyArray<Granted>
): void => {
  const { session, space } = joined
  connection.rest((done) => {
    const next = (i: number): void => {
      const one = granted[i]
      if (one === undefined || connection.phase !== "open") return done()
      const now = performance.now()
      for (const message of space.retained.matching(one.filter, now)) {
        session.deliver(message, one.qos < message.qos ? one.qos : message.qos, true, now)
      }
      setImmediate(() => next(i + 1))
    }
    next(0)
  })
}

/** Handles a SUBSCRIBE. */
export const subscribe = <P>(connection: Connection<P>, packet: Subscribe): void => {
  const { joined, version } = connection
  if (joined === undefined) return
  if (packet.properties?.subscriptionIdentifier !== undefined) return connection.end(Reason.noSubscriptionIds)
  if (packet.subscriptions.length === 0) return connection.end(Reason.protocolError)
  if (packet.subscriptions.length > filtersAtOnce) return connection.end(Reason.quotaExceeded)
  const granted = packet.subscriptions.map((asked) => grant(connection, joined, asked))
  // Before MQTT 5 there is only one way to say no.
  const codes = granted.map(({ code }) =>
    version !== 5 && code >= Reason.unspecified ? Reason.unspecified : code
  )
  connection.send(write({ cmd: "suback", messageId: packet.messageId ?? 0, granted: codes }, version))
  const wanting = granted.filter(({ wantsRetained }) => wantsRetained)
  if (wanting.length > 0 && joined.space.retained.size > 0) sendRetained(connection, joined, wanting)
}

/** Handles an UNSUBSCRIBE. */
export const unsubscribe = <P>(
  connection: Connection<P>,
  packet: Extract<Packet, { cmd: "unsubscribe" }>
): void => {
  const { joined, version } = connection
  if (joined === undefined) return
  if (packet.unsubscriptions.length === 0) return connection.end(Reason.protocolError)
  const granted = packet.unsubscriptions.map((filter) =>
    joined.space.unsubscribe(joined.session, filter) ? Reason.success : Reason.noSubscription
  )
  connection.send(write({ cmd: "unsuback", messageId: packet.messageId ?? 0, granted }, version))
}
