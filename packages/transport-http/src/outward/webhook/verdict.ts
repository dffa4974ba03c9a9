import type { Instant } from "@wattkit/core"

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** How long is waited after each attempt that failed: about three days, then it is given up. */
export const webhookDelays: ReadonlyArray<number> = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour
]

/** A receiver cannot ask for more than this. */
const longestWait = 24 * hour

/** What becomes of a webhook after an attempt. */
export type WebhookVerdict =
  /** It is delivered. */
  | { readonly kind: "done" }
  /** It is to be sent again, no sooner. */
  | { readonly kind: "again"; readonly at: Instant.Instant }
  /** The receiver wants no webhooks any more, neither this nor another. */
  | { readonly kind: "disable" }
  /** It was tried for days. */
  | { readonly kind: "giveUp" }

/** An attempt, as far as the verdict asks. */
export interface WebhookAttempt {
  /** The first is 1. */
  readonly attempt: number
  readonly at: Instant.Instant
  /** What was answered; nothing when there was no answer. */
  readonly status?: number | undefined
  readonly retryAfter?: string | undefined
  /** From 0 to 1: spreads those that failed together. */
  readonly random: number
}

/**
 * Only 2xx is done, and a redirect is a failure like any other. Waits are up to a fifth longer than the
 * schedule says, and as long as `Retry-After` asks, up to a day.
 */
export const webhookVerdict = ({
  at,
  attempt,
  random,
  retryAfter,
  status
}: WebhookAttempt): WebhookVerdict => {
  if (status !== undefined && status >= 200 && status < 300) return { kind: "done" }
  if (status === 410) return { kind: "disable" }
  const delay = webhookDelays[attempt - 1]
  if (delay === undefined) return { kind: "giveUp" }
  const asked = Math.min(askedFor(retryAfter, at), longestWait)
  const wait = Math.max(delay, asked) + Math.round((delay / 5) * random)
  return { kind: "again", at: (at + wait) as Instant.Instant }
}

/** Milliseconds that a `Retry-After` asks for: it is a number of seconds or a date. */
const askedFor = (text: string | undefined, at: number): number => {
  if (text === undefined) return 0
  if (/^\d+$/.test(text)) return Number(text) * second
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  return Number.isNaN(date) ? 0 : Math.max(0, date - at)
}
