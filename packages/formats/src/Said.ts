import type { Instant, QuantityName } from "@wattkit/core"

/** What one subject said at one instant on one channel, in the quantities and units of a reading. */
export interface Said {
  /** What said it, as a `Binding` names it. */
  readonly subject: string
  /** The channel beneath the subject; `main` where it has only one. */
  readonly channel: string
  /** Undefined where the message has no time of its own: then the time it arrived counts. */
  readonly at: Instant.Instant | undefined
  /** Where the energy of deltas begins, if the message says. */
  readonly since?: Instant.Instant | undefined
  readonly quantities: { readonly [name in QuantityName]?: number }
  /** Numbers whose meaning the format does not know, by the name they were sent under. */
  readonly unknown: { readonly [name: string]: number }
}

/** What a message turned out to be. */
export type Told =
  | { readonly kind: "readings"; readonly said: ReadonlyArray<Said> }
  /** A subject said whether it is there. */
  | { readonly kind: "status"; readonly subject: string; readonly isOnline: boolean }
  /** Something a format uses to describe others or itself: it is no reading, and was understood and noted. */
  | { readonly kind: "described"; readonly subjects: ReadonlyArray<string> }
  /** What the format knows to mean nothing, such as a value that disappeared. */
  | { readonly kind: "nothing"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string }
