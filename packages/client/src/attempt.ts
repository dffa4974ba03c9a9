import { WattkitError } from "./WattkitError.ts"

/** What a caller's abort becomes. */
export const aborted = (signal: AbortSignal): WattkitError =>
  new WattkitError({ code: "ABORTED", message: "The call was aborted", cause: signal.reason })

/**
 * Runs work until it ends, its time is over or the caller aborts, whichever is first.
 *
 * The outcome does not wait for the work to notice the abort: a `fetch` of the caller's own may ignore it.
 */
export const attempt = <T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  outer: AbortSignal | undefined
): Promise<T> =>
  new Promise((resolve, reject) => {
    if (outer?.aborted) return reject(aborted(outer))
    const controller = new AbortController()
    const finish = () => {
      clearTimeout(timer)
      outer?.removeEventListener("abort", onAbort)
    }
    const stop = (error: WattkitError) => {
      finish()
      reject(error)
      controller.abort()
    }
    const onAbort = () => stop(aborted(outer!))
    const onTimeout = () =>
      stop(new WattkitError({ code: "TIMEOUT", message: `No answer within ${timeoutMs} ms` }))
    // A timer beyond 31 bits fires at once, so such a time means as long as it takes, like zero.
    const timer = timeoutMs > 0 && timeoutMs < 2 ** 31 ? setTimeout(onTimeout, timeoutMs) : undefined
    outer?.addEventListener("abort", onAbort)
    work(controller.signal).then(resolve, reject).finally(finish)
  })

/** Waits, unless the caller aborts. */
export const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  attempt(
    (stopped) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        stopped.addEventListener("abort", () => clearTimeout(timer))
      }),
    0,
    signal
  )

/** The time before trying again: any up to 2ⁿ times the base, at most 16 times it, so that callers spread. */
export const backoff = (n: number, baseMs: number): number => Math.random() * baseMs * 2 ** Math.min(n, 4)
