import {
  type Binding,
  bounds,
  type Instant,
  quantities,
  type QuantityName,
  type Reading
} from "@wattkit/core"
import { applyFields, type Said } from "@wattkit/formats"
import { channelBeneath } from "./bindings/channelNames.ts"

/** What keeps something said from being a reading. */
export interface Refused {
  readonly field: string
  readonly message: string
}

const mostExtra = 32
const extraName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

type Quantities = { [name in QuantityName]?: number }

/** Numbers nobody knows the meaning of, which go along under their own names. */
const extraOf = (unknown: Said["unknown"]): Record<string, number> | undefined => {
  let extra: Record<string, number> | undefined
  let count = 0
  for (const name in unknown) {
    const value = unknown[name]
    if (value === undefined || !Number.isFinite(value) || !extraName.test(name)) continue
    if (count++ >= mostExtra) break
    extra ??= {}
    extra[name] = value
  }
  return extra
}

const isOutside = (name: QuantityName, value: number): boolean =>
  value < bounds[name][0] || value > bounds[name][1]

/** The reading that was said, why it cannot be one, or nothing where no number is left. */
export const readingOf = (
  said: Said,
  { channel, fields }: Pick<Binding, "channel" | "fields">,
  at: Instant.Instant
): Reading | Refused | undefined => {
  const { quantities: found, unknown } = applyFields(said, fields)
  const extra = extraOf(unknown)
  const kept: Quantities = {}
  let isEmpty = true
  for (const name of quantities) {
    const value = found[name]
    if (value === undefined || !Number.isFinite(value)) continue
    if (isOutside(name, value)) {
      const [least, greatest] = bounds[name]
      return { field: name, message: `is ${value}, but must be between ${least} and ${greatest}` }
    }
    kept[name] = value
    isEmpty = false
  }
  if (isEmpty && extra === undefined) return undefined
  const isDelta = kept.importDeltaWh !== undefined || kept.exportDeltaWh !== undefined
  const since = isDelta ? said.since : undefined
  if (since !== undefined && since >= at) return { field: "since", message: "must be before at" }
  return {
    at,
    channel: channelBeneath(channel, said.channel),
    ...(since === undefined ? {} : { since }),
    ...kept,
    ...(extra === undefined ? {} : { extra })
  }
}
