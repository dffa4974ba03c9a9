import type { Spoken } from "./Spoken.ts"

/** A message as a broker hands it on. */
export interface Carried {
  readonly at: number
  readonly topic: string
  readonly payload: string
  /** Kept by the broker from before, and handed on to somebody who came later. */
  readonly isRetained: boolean
}

/** What happens between a house and its listener. */
export interface CarryOptions {
  /** Instants at which the listener connects again, and is told again what it may not have acknowledged. */
  readonly cuts: ReadonlyArray<number>
  /** One in so many messages of QoS 1 is handed on twice. */
  readonly oneTwiceIn: number
}

/** So many messages are under way when a connection breaks. */
const underWay = 20

/**
 * Carries messages as a broker does that keeps what is to be retained: at least once each, some twice, and
 * after a cut the kept ones and the last ones again.
 */
export function* carry(messages: Iterable<Spoken>, { cuts, oneTwiceIn }: CarryOptions): Generator<Carried> {
  const kept = new Map<string, string>()
  const last: Array<Spoken> = []
  const open = [...cuts].sort((a, b) => a - b)
  let count = 0
  for (const message of messages) {
    const { at, payload, qos, retain, topic } = message
    for (let cut = open[0]; cut !== undefined && cut <= at; cut = open[0]) {
      const when = cut
      open.shift()
      for (const [topic, payload] of kept) yield { at: when, topic, payload, isRetained: true }
      for (const { payload, topic } of last) yield { at: when, topic, payload, isRetained: false }
    }
    if (retain && payload === "") kept.delete(topic)
    else if (retain) kept.set(topic, payload)
    yield { at, topic, payload, isRetained: false }
    if (qos === 0) continue
    last.push(message)
    if (last.length > underWay) last.shift()
    if (++count % oneTwiceIn === 0) yield { at: at + 40, topic, payload, isRetained: false }
  }
}
