import type { Instant, QuantityName } from "@wattkit/core"
import type { Said } from "../Said.ts"
import { channelName, fieldName, mostUnknown } from "./names.ts"

const mostChannels = 64

interface Draft {
  readonly quantities: { [name in QuantityName]?: number }
  readonly unknown: { [name: string]: number }
}

/** Gathers what one message says of one subject, channel by channel. What was put first counts. */
export class Drafts {
  readonly #subject: string
  readonly #channels = new Map<string, Draft>()

  constructor(subject: string) {
    this.#subject = subject
  }

  put(channel: string, quantity: QuantityName, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return
    const draft = this.#of(channel)
    if (draft !== undefined) draft.quantities[quantity] ??= value
  }

  putUnknown(channel: string, sent: string, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return
    const unknown = this.#of(channel)?.unknown
    if (unknown === undefined) return
    const name = fieldName(sent)
    if (Object.hasOwn(unknown, name) || Object.keys(unknown).length >= mostUnknown) return
    unknown[name] = value
  }

  said(at: Instant.Instant | undefined): ReadonlyArray<Said> {
    return [...this.#channels].map(([channel, { quantities, unknown }]) => ({
      subject: this.#subject,
      channel,
      at,
      quantities,
      unknown
    }))
  }

  #of(text: string): Draft | undefined {
    const channel = channelName(text)
    const known = this.#channels.get(channel)
    if (known !== undefined) return known
    if (this.#channels.size >= mostChannels) return undefined
    const made: Draft = { quantities: {}, unknown: {} }
    this.#channels.set(channel, made)
    return made
  }
}
