const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`

/** How long something lasts, rounded up so that nobody comes too early. */
export const lastingOf = (ms: number): string => {
  if (ms <= 90 * second) return counted(Math.max(1, Math.ceil(ms / second)), "second")
  if (ms <= 90 * minute) return counted(Math.ceil(ms / minute), "minute")
  return ms <= 36 * hour ? counted(Math.ceil(ms / hour), "hour") : counted(Math.ceil(ms / day), "day")
}

/** The time of the day, as this reader writes it. */
export const clockOf = (at: number): string =>
  new Date(at).toLocaleTimeString(navigator.language, { hour: "2-digit", minute: "2-digit" })

/** Day and time, as this reader writes them. */
export const momentOf = (at: string): string =>
  new Date(at).toLocaleString(navigator.language, { dateStyle: "medium", timeStyle: "short" })

/** The day, as this reader writes it. */
export const dayOf = (at: string): string =>
  new Date(at).toLocaleDateString(navigator.language, { dateStyle: "medium" })

/** How long ago it was, in words. */
export const agoOf = (at: string): string => {
  const ms = Date.now() - Date.parse(at)
  return ms < 2 * minute ? "just now" : `${lastingOf(ms)} ago`
}
