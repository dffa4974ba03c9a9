import { Instant } from "@wattkit/core"
import { Effect } from "effect"

/** How wide what is shown may be; whoever reads it through a pipe has more room. */
export const width = (): number => (process.stdout.isTTY ? process.stdout.columns : 140)

/** Says something to whoever asked. */
export const say = (text: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stdout.write(`${text}\n`))

/** Says something as JSON. */
export const sayJson = (value: unknown): Effect.Effect<void> => say(JSON.stringify(value, null, 2))

/** A day and a minute, as they are written in lists. */
export const dayOf = (at: Instant.Instant | null): string =>
  at === null ? "–" : Instant.format(at).slice(0, 16).replace("T", " ")

/** An instant as programs read it. */
export const instantOf = (at: Instant.Instant | null): string | null =>
  at === null ? null : Instant.format(at)
