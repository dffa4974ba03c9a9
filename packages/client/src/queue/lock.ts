import { sleep } from "../attempt.ts"
import { randomId } from "../randomId.ts"
import { WattkitError } from "../WattkitError.ts"
import type { QueueStorage } from "./QueueStorage.ts"
import { stored } from "./stored.ts"

/** As much of the platform's locks, `navigator.locks`, as a queue or a session needs. */
export interface QueueLocks {
  request<T>(name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T>
}

/**
 * Does work while nobody else with the same queue does. The work renews its hold before every step, which
 * fails when the hold was lost.
 */
export type Hold = <T>(work: (renew: () => Promise<void>) => Promise<T>, signal: AbortSignal) => Promise<T>

/** Holds a lock of the platform, which all pages of one origin share. */
const lockOf =
  (locks: QueueLocks, name: string): Hold =>
  (work, signal) =>
    locks.request(name, { signal }, () => work(async () => {}))

/** Whoever wrote at the same time has written after this time. */
const settleMs = 25

/** Who waits for a lease looks this often whether it was given back. */
const lookMs = 200

/** The lock of the platform, or a lease where there is none or none is wanted. */
export const holdOf = (
  locks: QueueLocks | null | undefined,
  storage: Omit<QueueStorage, "keys">,
  name: string,
  leaseMs: number
): Hold => {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: QueueLocks } }
  const wanted = locks === undefined ? navigator?.locks : locks
  return wanted ? lockOf(wanted, name) : leaseOf(storage, name, leaseMs)
}

/**
 * Holds a lease: a note in the storage that somebody is at work, and until when it counts.
 *
 * A storage cannot compare and set, so two who come within the same few milliseconds wait a little and see
 * who wrote last. Should both go on all the same, readings are sent twice, which changes nothing.
 */
const leaseOf = (storage: Omit<QueueStorage, "keys">, name: string, leaseMs: number): Hold => {
  const key = `${name}:lease`
  const self = randomId()
  const read = async (): Promise<{ readonly by: string; readonly until: number }> => {
    const [by = "", until = "0"] = String((await stored(storage.get(key))) ?? "").split(" ")
    // After a clock was set back, a lease of another day would count for as long.
    const ends = Number(until) > Date.now() + leaseMs ? 0 : Number(until)
    return { by, until: ends }
  }
  const write = () => stored(storage.set(key, `${self} ${Date.now() + leaseMs}`))
  const renew = async (): Promise<void> => {
    if ((await read()).by !== self) {
      throw new WattkitError({ code: "STORAGE", message: "Another queue has begun to send meanwhile" })
    }
    await write()
  }
  const acquire = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      const { by, until } = await read()
      if (by === self || until <= Date.now()) {
        await write()
        await sleep(settleMs, signal)
        if ((await read()).by === self) return
      } else await sleep(Math.min(until - Date.now(), lookMs), signal)
    }
  }
  return async (work, signal) => {
    await acquire(signal)
    try {
      return await work(renew)
    } finally {
      if ((await read()).by === self) await stored(storage.delete(key))
    }
  }
}
