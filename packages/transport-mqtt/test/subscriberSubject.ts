import { Client } from "../src/subscriber/Client.ts"
import type { SubscriberOptions } from "../src/subscriber/SubscriberOptions.ts"
import { termsOf } from "../src/subscriber/connection/Terms.ts"
import type { Incoming, Taken } from "../src/broker/BrokerOptions.ts"

/** A message somebody has to settle. */
export interface Taking {
  readonly incoming: Incoming
  readonly resolve: (taken?: Taken) => void
  readonly reject: (cause: Error) => void
}

/** What is handed over waits here until the test says what became of it. */
export const makeTakings = () => {
  const all: Array<Taking> = []
  return {
    all,
    take: (incoming: Incoming) =>
      new Promise<Taken>((resolve, reject) => {
        all.push({ incoming, resolve: (taken = "stored") => resolve(taken), reject })
      }),
    /** The message with this topic that was handed over last. */
    of: (topic: string): Taking => {
      const found = all.findLast(({ incoming }) => incoming.topic === topic)
      if (found === undefined) throw new Error(`${topic} was not handed over`)
      return found
    }
  }
}

/** How a subscriber is started; a test of planted bugs starts another one. */
export type Start = (options: SubscriberOptions) => Client

export const start: Start = (options) => new Client(termsOf(options))

/** What tests start with: everything quick. */
export const quick = {
  clientId: "wattkit-test",
  filters: ["t/#"],
  limits: {
    reconnect: { baseMs: 20, mostMs: 100 },
    probe: { baseMs: 10, mostMs: 20 },
    drainMs: 1_000
  }
} as const
