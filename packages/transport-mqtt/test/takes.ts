import type { Incoming, Taken } from "../src/index.ts"
import type { Peer } from "./embedded.ts"

/** One message that waits to be stored. */
export interface Asked {
  readonly peer: Peer
  readonly topic: string
  readonly text: string
  readonly settle: (taken: Taken) => void
  readonly fail: () => void
}

/** A store whose answers a test gives by hand. */
export interface Takes {
  readonly take: (peer: Peer, incoming: Incoming) => Promise<Taken>
  readonly asked: ReadonlyArray<Asked>
  /** Resolves with the message at this place of all that came. */
  readonly at: (index: number) => Promise<Asked>
}

/** Makes such a store. */
export const makeTakes = (): Takes => {
  const asked: Array<Asked> = []
  const waiting = new Set<() => void>()
  return {
    asked,
    take: (peer, { payload, topic }) =>
      new Promise((resolve, reject) => {
        const text = Buffer.from(payload).toString()
        asked.push({ peer, topic, text, settle: resolve, fail: () => reject(new Error("not stored")) })
        for (const look of waiting) look()
      }),
    at: (index) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = asked[index]
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
  }
}
