/** How long to wait before trying again. */
export interface Backoff {
  readonly baseMs: number
  readonly mostMs: number
}

/**
 * Full jitter: anything up to a bound that doubles with each attempt, so that many who lost the same broker
 * do not come back to it together.
 */
export const fullJitter = (attempt: number, { baseMs, mostMs }: Backoff, random = Math.random): number =>
  random() * Math.min(mostMs, baseMs * 2 ** Math.min(attempt, 30))

/** Waits, or ends early with the signal. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener("abort", done)
  })
