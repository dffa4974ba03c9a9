import { Effect, type Scope } from "effect"

/** How far a piece of work is. */
export interface Done {
  /** What is worked at, such as the name of a file. */
  readonly what: string
  readonly rows: number
  /** From 0 to 1, when the end is known. */
  readonly share: number | undefined
  /** What else to say. */
  readonly more?: string | undefined
}

const columns = 24

/** A whole number with its thousands set apart. */
export const count = (value: number): string => Math.round(value).toLocaleString("en-US")

/** A time span in minutes and seconds, with hours where there are any. */
export const span = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const rest = String(whole % 60).padStart(2, "0")
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, "0")}:${rest}`
}

const bar = (share: number): string => {
  const full = Math.round(share * columns)
  return `[${"█".repeat(full)}${"░".repeat(columns - full)}]`
}

interface Clock {
  readonly startedAt: number
  readonly firstShare: number
  readonly recent: Array<{ readonly at: number; readonly rows: number }>
}

const perSecond = ({ recent }: Clock, now: number, rows: number): number => {
  recent.push({ at: now, rows })
  while (recent.length > 2 && now - recent[0]!.at > 5000) recent.shift()
  const { at, rows: before } = recent[0]!
  return now > at ? ((rows - before) * 1000) / (now - at) : 0
}

const line = (clock: Clock, { more, rows, share, what }: Done, isTerminal: boolean): string => {
  const now = performance.now()
  const parts = [`${count(rows)} rows`, `${count(perSecond(clock, now, rows))} rows/s`]
  if (share !== undefined) {
    parts.push(`${Math.floor(share * 100)} %`)
    const gone = share - clock.firstShare
    if (gone > 0.005) parts.push(`${span(((now - clock.startedAt) / 1000 / gone) * (1 - share))} left`)
  }
  if (more !== undefined) parts.push(more)
  const text = parts.join(", ")
  return isTerminal ? `${what} ${share === undefined ? "" : `${bar(share)} `}${text}` : `${what}: ${text}`
}

/**
 * Shows on standard error how far the work is while the scope is open: one line that is drawn again in a
 * terminal, and a line every five seconds elsewhere.
 */
export const show = (done: () => Done): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const isTerminal = process.stderr.isTTY
        const first = done()
        const clock: Clock = {
          startedAt: performance.now(),
          firstShare: first.share ?? 0,
          recent: [{ at: performance.now(), rows: first.rows }]
        }
        const draw = () => {
          const text = line(clock, done(), isTerminal)
          const width = process.stderr.columns - 1
          process.stderr.write(isTerminal ? `\r\u001b[K${text.slice(0, width)}` : `${text}\n`)
        }
        return { timer: setInterval(draw, isTerminal ? 200 : 5000), isTerminal, draw }
      }),
      ({ draw, isTerminal, timer }) =>
        Effect.sync(() => {
          clearInterval(timer)
          if (isTerminal) {
            draw()
            process.stderr.write("\n")
          }
        })
    )
  )
