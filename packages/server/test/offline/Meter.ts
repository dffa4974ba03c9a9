import { createClient, type DeviceReading } from "@wattkit/client"
import { createQueue, indexedDbStorage, type QueueStorage } from "@wattkit/client/queue"

/** What is broken on purpose, to see that the ledger tells. */
export type Fault = "forgets" | "newKeys"

/**
 * A meter that speaks every few seconds of a made-up time, through a queue. It runs in Node.js and in a page.
 */
export interface MeterOptions {
  readonly baseUrl: string
  readonly key: string
  readonly deviceId: string
  /** The instant of the reading with the number 0. */
  readonly begin: number
  readonly fault?: Fault | undefined
}

/** How the meter does. */
export interface MeterState {
  readonly length: number
  readonly refused: number
  readonly hasFailed: boolean
}

/** The seconds between two readings, and the milliseconds they take in truth. */
export const every = 10
const paceMs = 2

/** A reading by its number. */
export const readingOf = (begin: number, n: number) => ({
  at: new Date(begin + n * every * 1000).toISOString(),
  powerW: n,
  importWh: n * 10
})

/** What a person says instead. */
export const correctedPower = (n: number): number => n + 10_000

/** The bug of a client that thinks of another key for every attempt. */
const withNewKeys = (url: string, init: RequestInit): Promise<Response> => {
  const headers = new Headers(init.headers)
  if (headers.has("idempotency-key")) headers.set("idempotency-key", String(Math.random()))
  return fetch(url, { ...init, headers })
}

/** Opens a meter; without a storage its readings are kept in IndexedDB. */
export const openMeter = (
  options: MeterOptions,
  storage: QueueStorage = indexedDbStorage(),
  locks?: null
) => {
  const { baseUrl, begin, deviceId, fault, key } = options
  const client = createClient({ baseUrl, auth: key, ...(fault === "newKeys" ? { fetch: withNewKeys } : {}) })
  const queue = createQueue(client, {
    storage: fault === "forgets" ? new Map() : storage,
    // Shorter, as the seconds are.
    backoffMs: 2,
    timeoutMs: 200,
    locks
  })
  return {
    /** Says readings by their numbers; done when all of them are kept. */
    say: async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n++) {
        const reading: DeviceReading = { device: deviceId, ...readingOf(begin, n) }
        await queue.add(reading)
        await new Promise((resolve) => setTimeout(resolve, paceMs))
      }
    },
    /** Corrects a reading that may still wait in the queue itself. */
    correct: (n: number): Promise<void> =>
      queue.call("readings.correct", {
        id: deviceId,
        body: { reason: "looked again", readings: [{ ...readingOf(begin, n), powerW: correctedPower(n) }] }
      }),
    state: (): MeterState => {
      const { lastError, length, refused } = queue.state
      return { length, refused, hasFailed: lastError !== undefined }
    },
    flush: (): Promise<void> => queue.flush(),
    close: (): Promise<void> => queue.close()
  }
}

export type Meter = ReturnType<typeof openMeter>
