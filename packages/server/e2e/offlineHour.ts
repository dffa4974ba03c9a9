import { createClient, type DeviceReading } from "@wattkit/client"
import { createQueue, indexedDbStorage, type QueueStorage } from "@wattkit/client/queue"

/** A meter that says something every few seconds, through a queue. It runs in Node.js and in a page. */
export interface MeterOptions {
  readonly baseUrl: string
  readonly key: string
  readonly deviceId: string
  /** The instant of the reading with the number 0. */
  readonly begin: number
  /** The seconds between two readings. */
  readonly every: number
  /** Without one, readings are kept in IndexedDB. */
  readonly storage?: QueueStorage
}

/** How the meter does. */
export interface MeterState {
  readonly length: number
  readonly isSending: boolean
  readonly hasFailed: boolean
  /** Additions that the queue has not confirmed, and those it refused. */
  readonly adding: number
  readonly refused: number
}

/** Speaks between two seconds of the story, and the clock is the caller's. */
export const startMeter = (options: MeterOptions) => {
  const { baseUrl, begin, deviceId, every, key, storage = indexedDbStorage() } = options
  const queue = createQueue(createClient({ baseUrl, auth: key }), { storage })
  let adding = 0
  let refused = 0
  const say = async (n: number): Promise<void> => {
    const at = new Date(begin + n * every * 1000).toISOString()
    const reading: DeviceReading = { device: deviceId, at, powerW: n, importWh: n * 10 }
    adding++
    try {
      await queue.add(reading)
    } catch {
      refused++
    } finally {
      adding--
    }
  }
  return {
    queue,
    speak: (from: number, to: number): void => {
      let n = from / every
      const timer = setInterval(() => {
        if (n < to / every) void say(n++)
        else clearInterval(timer)
      }, every * 1000)
    },
    state: (): MeterState => {
      const { isSending, lastError, length, refused: rejected } = queue.state
      return { length, isSending, hasFailed: lastError !== undefined, adding, refused: refused + rejected }
    }
  }
}

export type Meter = ReturnType<typeof startMeter>
