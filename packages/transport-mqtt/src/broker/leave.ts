import type { Connection, Joined, Will } from "./Connection.ts"
import type { Core } from "./Core.ts"
import { expiryOf } from "./session/Delivery.ts"
import type { Waiter } from "./Room.ts"

/** Stores a will like any other message, and then hands it out. Nobody is left to send it again. */
const publishWill = <P>(core: Core<P>, { peer, session, spaceName }: Joined<P>, will: Will): void => {
  const { delayMs: _delay, ...message } = will
  const size = will.payload.length + will.topic.length
  const { take } = core.options
  const waiter: Waiter = {
    proceed: () => {
      if (!core.room.enter(size, waiter)) return
      const incoming = { ...message, isRetained: false, receivedAt: Date.now() }
      const done = Promise.resolve().then(() => take(peer, incoming))
      done.then(
        (taken) => {
          core.room.leave(size)
          const now = performance.now()
          const expiresAt = expiryOf(will.properties, now)
          if (taken === "stored") core.route(spaceName, { ...message, expiresAt }, session, now)
        },
        () => core.room.leave(size)
      )
    }
  }
  waiter.proceed()
}

/** What remains to be done when a connection is over: the will, and the session that stays or ends. */
export const left = <P>({ core }: Connection<P>, joined: Joined<P> | undefined, isClean: boolean): void => {
  if (joined === undefined) return
  const { login, peer, session, spaceName, will } = joined
  joined.release()
  core.options.onStatus?.(peer, login.clientId, "disconnected")
  // The owner of a broker that closes knows that its clients did not go by themselves.
  const isOwed = will !== undefined && !isClean && !core.isClosing
  const publish = (): void => {
    if (will !== undefined) publishWill(core, joined, will)
  }
  session.line = undefined
  const now = performance.now()
  session.endsAt = now + session.lifetimeMs
  const isDelayed = isOwed && will.delayMs > 0 && session.lifetimeMs > 0
  core.away.set(session, { spaceName, will: isDelayed ? { at: now + will.delayMs, publish } : undefined })
  if (isOwed && !isDelayed) publish()
  if (session.lifetimeMs === 0) core.endSession(spaceName, session)
}
